"""Run the client matrix: `python -m tests.clients [NAME ...]`, all of them without a name."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from imagen_fake.server.http import serve_in_thread
from tests.clients.matrix import Client, Outcome, clients, run

HEADINGS = ("client", "version", "passed", "failed", "install s", "run s")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([client.name for client in clients()]))
def main(names: Sequence[str]) -> None:
    """Test the named clients against one fake; exits with 1 if a test failed."""
    chosen = [client for client in clients() if not names or client.name in names]
    with serve_in_thread() as url:
        run_all(chosen, url)


def run_all(chosen: Sequence[Client], url: str) -> NoReturn:
    """Run the tests of clients, show a table of what they came to, and exit."""
    outcomes = [_announced(client, url) for client in chosen]
    click.echo(f"\n{table(outcomes)}")
    sys.exit(any(outcome.failed for outcome in outcomes))


def _announced(client: Client, url: str) -> Outcome:
    click.echo(f"{client.name} {client.version}")
    return run(client, url)


def table(outcomes: Sequence[Outcome]) -> str:
    """A line per client, the columns aligned."""
    rows = [HEADINGS, *map(_row, outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.client.name,
        outcome.client.version,
        str(outcome.passed),
        str(outcome.failed),
        f"{outcome.installing:.1f}",
        f"{outcome.running:.1f}",
    )


if __name__ == "__main__":
    main()
