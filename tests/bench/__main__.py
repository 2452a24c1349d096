"""`python -m tests.bench`: the table of promises about speed and memory."""

import json
import os
import platform
from dataclasses import replace
from pathlib import Path

import click

from tests.bench.plan import FULL, SMOKE
from tests.bench.rows import ROWS
from tests.bench.table import Figure, table


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--smoke", is_flag=True, help="Run everything shortly; being slow is no failure.")
@click.option("--only", type=click.Choice([row.__name__ for row in ROWS]), multiple=True)
@click.option("--before", help="A Python in whose environment the build before is installed.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures there.")
def main(smoke: bool, only: tuple[str, ...], before: str | None, file: Path | None) -> None:
    """Measure the fake beside plain servers; exit code 1 if a target is missed."""
    figures: list[Figure] = []
    plan = replace(SMOKE if smoke else FULL, before=before)
    for row in ROWS:
        if not only or row.__name__ in only:
            click.echo(f"measuring {row.__name__} ...", err=True)
            figures += row(plan)
    click.echo(table(figures))
    if file:
        file.write_text(json.dumps(_report(figures, smoke), indent=2) + "\n", encoding="utf-8")
    if not smoke and not all(figure.met for figure in figures):
        raise SystemExit(1)


def _report(figures: list[Figure], smoke: bool) -> dict[str, object]:
    return {
        "smoke": smoke,
        "python": platform.python_version(),
        "system": platform.system(),
        "processors": os.cpu_count(),
        "figures": [figure.as_json() for figure in figures],
    }


if __name__ == "__main__":
    main()
