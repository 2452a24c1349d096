"""`imagen-fake models`, and what other commands know of models."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from shutil import get_terminal_size
from typing import Any

import click

from imagen_fake import spec
from imagen_fake.cli.options import option, reject_unused

DEFAULT_MODEL: str = spec.surface("openai").facts["request"]["properties"]["model"]["default"]
"""The model of examples: the one that is meant where a request names none."""


@click.command()
@click.argument("model_id", required=False, metavar="[ID]")
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="How the models were on that day.")
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def models(model_id: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Show every model and its limits, or everything about one."""
    from imagen_fake.cli import content_report, model_report

    if model_id:
        reject_unused("on what is shown of one model", "as_of")
    day = as_of.date() if as_of else None
    if as_json:
        report = _facts(model_id) if model_id else _summaries(day)
        click.echo(json.dumps(report, indent=2))
    elif model_id in spec.content_model_ids():
        click.echo(content_report.describe_content(str(model_id), terminal_width()))
    elif model_id:
        click.echo(model_report.describe(existing_model(model_id), terminal_width()))
    else:
        click.echo(model_report.overview(day, terminal_width()))
        click.echo(f"\n{content_report.content_overview(day, terminal_width())}")


def _facts(model_id: str) -> dict[str, Any]:
    from imagen_fake.cli import content_report, model_report

    if model_id in spec.content_model_ids():
        return content_report.content_facts(model_id)
    return model_report.facts(existing_model(model_id))


def _summaries(day: date | None) -> list[dict[str, Any]]:
    from imagen_fake.cli import content_report, model_report

    others = [content_report.content_summary(name, day) for name in spec.content_model_ids()]
    return [*model_report.summaries(day), *others]


def terminal_width() -> int:
    """Columns of the terminal; unlimited if standard output is none."""
    return get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize


def existing_model(model_id: str) -> str:
    """The id, if there is such a model. Raises UsageError that suggests similar ids."""
    if spec.model(model_id) is None:
        hint = "`imagen-fake models` lists them."
        if similar := suggestions(model_id):
            hint = f"did you mean {' or '.join(similar)}?"
        raise click.UsageError(f"There is no model {model_id!r}; {hint}")
    return model_id


def suggestions(typed: str, known: Iterable[str] | None = None) -> Sequence[str]:
    """Up to three ids with that prefix or substring, else similar ones.

    Of the models of Imagen, or of those `known`. Case, separators and the zero of a version do not
    count: `imagen4` is `imagen-4.0`.
    """
    ids: dict[str, list[str]] = {}
    for model_id in sorted(spec.model_ids() if known is None else known, key=len):
        ids.setdefault(_fold(model_id), []).append(model_id)
    folded = _fold(typed)
    matches = [key for key in ids if key.startswith(folded)] or [
        key for key in ids if folded in key
    ]
    matches = matches if len(folded) > 2 and matches else get_close_matches(folded, ids)
    return [model_id for key in matches for model_id in ids[key]][:3]


def _fold(model_id: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"(\d)\.0(?!\d)", r"\1", model_id.lower()))
