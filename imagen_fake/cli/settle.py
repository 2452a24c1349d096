"""`imagen-fake contract settle`: from recordings of the service to changes of `schemas/`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagen_fake import spec
from imagen_fake.cli.options import option
from imagen_fake.cli.params import FolderPath, NamedPath

if TYPE_CHECKING:
    from imagen_fake.contract.cassettes.cassette import Cassette


@click.command()
@click.argument("cassettes", nargs=-1, required=True, type=NamedPath(exists=True, path_type=Path))
@option("--schemas", type=FolderPath(), help="The schemas/ of a checkout; else the installed ones.")
@option("--write", is_flag=True, help="Change the files there, and copy cassettes that they name.")
@option("--rehearsal", is_flag=True, help="Take recordings of what played the service, too.")
def settle(cassettes: Sequence[Path], schemas: Path | None, write: bool, rehearsal: bool) -> None:
    """Print what CASSETTES of a live run (files or folders) change in schemas/, as a diff.

    A fact that they show becomes recorded: its source is the cassette and its day, its value what
    was observed. What no answer tells is said in words, and makes the exit code 1.
    """
    try:
        from imagen_fake.contract.printable import printable
        from imagen_fake.contract.settle import settle as room
        from imagen_fake.contract.settle.report import settlement_lines
    except ImportError as error:
        raise click.ClickException(
            f"{error.name} is not installed: pip install 'imagen-fake[contract]'"
        ) from None
    if write and schemas is None:
        raise click.UsageError("--write needs --schemas: the folder schemas/ of a checkout.")
    root = schemas or spec.ROOT
    try:
        verdict = room.settle(_read(cassettes), rehearsal)
        texts, diff = room.diff(root, verdict.changes)
    except ValueError as error:
        raise click.UsageError(printable(str(error))) from None
    except KeyError as error:
        raise click.UsageError(f"{root} has not the facts that this version has: {error}") from None
    changes = map(room.summary, verdict.changes)
    for line in (*settlement_lines(verdict.settlements), "", *changes, *verdict.words, ""):
        click.echo(printable(line))
    click.echo(printable(diff), nl=False)
    if write:
        room.write(root, texts, verdict.files)
        click.echo(
            f"changed {len(texts)} files in {root}, and took over {len(verdict.files)} cassettes"
        )
    raise SystemExit(1 if verdict.words else 0)


def _read(cassettes: Sequence[Path]) -> "Mapping[Path, Cassette]":
    """The cassettes of files and folders. Raises ValueError for a file that is none."""
    from imagen_fake.contract.cassettes.cassette import read

    return {path: read(path) for path in _files(cassettes)}


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.yaml")) if path.is_dir() else (path,)
