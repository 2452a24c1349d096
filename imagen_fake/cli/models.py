"""`imagen-fake models`, and what other commands know of models."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from shutil import get_terminal_size

import click

from imagen_fake import spec
from imagen_fake.cli.options import option, without_effect


@click.command()
@click.argument("model_id", required=False, metavar="[ID]")
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="How the models were on that day.")
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def models(model_id: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Show every model and its limits, or everything about one."""
    from imagen_fake.cli import limits

    if model_id:
        without_effect("on what is shown of one model", "as_of")
    day = as_of.date() if as_of else None
    if as_json:
        shown = limits.facts(known(model_id)) if model_id else limits.summaries(day)
        click.echo(json.dumps(shown, indent=2))
    elif model_id:
        click.echo(limits.describe(known(model_id), width()))
    else:
        click.echo(limits.overview(day, width()))


def width() -> int:
    """How many characters a line of standard output has: no limit where it is no terminal."""
    return get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize


def known(model_id: str) -> str:
    """The id of a model that there is. Raises UsageError, with the nearest ones."""
    if spec.model(model_id) is None:
        near = nearest(model_id)
        hint = f"did you mean {' or '.join(near)}?" if near else "`imagen-fake models` lists them."
        raise click.UsageError(f"There is no model {model_id!r}; {hint}")
    return model_id


def nearest(typed: str) -> Sequence[str]:
    """Up to three ids that may be meant: those that begin so or have it in them, or similar ones.

    Case, separators and the zero of a version do not count: `imagen4` is `imagen-4.0`.
    """
    ids: dict[str, list[str]] = {}
    for model_id in sorted(spec.model_ids(), key=len):
        ids.setdefault(_bare(model_id), []).append(model_id)
    bare = _bare(typed)
    near = [one for one in ids if one.startswith(bare)] or [one for one in ids if bare in one]
    near = near if len(bare) > 2 and near else get_close_matches(bare, ids)
    return [model_id for one in near for model_id in ids[one]][:3]


def _bare(model_id: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"(\d)\.0(?!\d)", r"\1", model_id.lower()))


def newest() -> str:
    """The model that examples use: the last launched, the plain one of its family."""
    facts = {name: spec.read(f"models/{name}.json") for name in spec.model_ids()}
    launched = {
        name: one["lifeCycle"]["vertex"]["launched"]
        for name, one in facts.items()
        if "generate" in one.get("tasks", ())
    }
    newest = [name for name, day in launched.items() if day == max(launched.values())]
    return min(newest, key=lambda name: len(facts[name]["title"]))
