"""`imagen-fake verdict`: what the clients of a running fake did wrong."""

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from imagen_fake.cli.health import read_control, resolve_url, url_options
from imagen_fake.cli.options import option
from imagen_fake.directives.values import PROJECT_FORM, is_project

EXIT_FOUND = 3
SEVERITIES = ("info", "warning", "error")
"""From the slightest on, as `verdict/findings.py` has them, which takes longer to import."""

TIMEOUT_SECONDS = 30.0
MAX_BYTES = 2**24


def finite(usd: float | None) -> float | None:
    """An amount of money; click takes `nan` for one of every range."""
    if usd is not None and math.isnan(usd):
        raise click.BadParameter("'nan' is no amount.")
    return usd


def project_name(name: str | None) -> str | None:
    """A project's name; what is none would be the fake's 400."""
    if name is not None and not is_project(name):
        raise click.BadParameter(f"{name!r:.80} is none; expected is {PROJECT_FORM}.")
    return name


@click.command()
@url_options
@option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help=f"Exit with {EXIT_FOUND} if there is a finding of that severity or a graver one.",
)
@option(
    "--budget",
    type=click.FloatRange(0, 10**9),
    callback=lambda _context, _option, usd: finite(usd),
    help="How many US dollars may be spent.",
)
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Which models were retired on that day.")
@option(
    "--for-project",
    metavar="NAME",
    callback=lambda _context, _option, name: project_name(name),
    help="Only calls of this project.",
)
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def verdict(
    url: str,
    ready_file: Path | None,
    fail_on: str | None,
    budget: float | None,
    as_of: datetime | None,
    for_project: str | None,
    as_json: bool,
) -> None:
    """Say what the clients of a running fake did wrong, and what they spent.

    Judged are the calls since the last reset, and what they show: retries, old models, fields
    without effect, quotas, costs.
    """
    query = {
        "budget": None if budget is None else f"{budget:.6f}",
        "as_of": as_of and as_of.date().isoformat(),
        "project": for_project,
    }
    given = urlencode({name: value for name, value in query.items() if value is not None})
    text, found = read_verdict(resolve_url(url, ready_file), f"verdict?{given}")
    click.echo(json.dumps(found, indent=2) if as_json else text)
    worst = found["severity"]
    if fail_on and worst and SEVERITIES.index(worst) >= SEVERITIES.index(fail_on):
        raise SystemExit(EXIT_FOUND)


def read_verdict(url: str, path: str) -> tuple[str, dict[str, Any]]:
    """The report of a fake and its JSON. Raises ClickException for what is no verdict."""
    from imagen_fake.verdict.report import report_text

    raw = read_control(url, path, TIMEOUT_SECONDS, MAX_BYTES)
    try:
        found: dict[str, Any] = json.loads(raw)
        SEVERITIES.index(found["severity"] or SEVERITIES[0])
        return report_text(found), found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise click.ClickException(f"{url} answers, but with no verdict.") from None
