"""`imagen-fake models`, and what other commands know of models."""

import json
import sys
from datetime import datetime
from difflib import get_close_matches
from shutil import get_terminal_size

import click

from imagen_fake import spec
from imagen_fake.options import option


@click.command()
@click.argument("model_id", required=False, metavar="[ID]")
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="How the models were on that day.")
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def models(model_id: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Show every model and its limits, or everything about one."""
    from imagen_fake import limits

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
        near = get_close_matches(model_id, spec.model_ids())
        hint = f"did you mean {' or '.join(near)}?" if near else "`imagen-fake models` lists them."
        raise click.UsageError(f"There is no model {model_id!r}; {hint}")
    return model_id


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
