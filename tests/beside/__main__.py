"""Test beside other test tools: `python -m tests.beside [NAME ...]`, all without a name."""

from collections.abc import Sequence

import click

from tests.beside.environments import folders
from tests.clients.__main__ import run_all


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([folder.name for folder in folders()]))
def main(names: Sequence[str]) -> None:
    """Run the tests of the named folders; exits with 1 if one failed."""
    run_all([folder for folder in folders() if not names or folder.name in names], url="")


if __name__ == "__main__":
    main()
