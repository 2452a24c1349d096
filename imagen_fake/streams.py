"""Standard output, which may be closed, full, or a pipe that nobody reads any more."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

STDOUT = Path("-")
"""The name of standard output where a file could be given."""


class Closed(io.RawIOBase):
    """A standard output that was closed before this process began."""

    def writable(self) -> bool:
        """Yes, but it fails."""
        return True

    def write(self, _: Any) -> int:
        """Raise OSError."""
        raise OSError(errno.EBADF, "standard output is closed")


def stand_in() -> None:
    """Let nothing that is opened later, such as a socket, pass for a standard stream.

    Python has no `sys.stdout` where it was closed: writing to the one that there is then fails.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(Closed(), write_through=True)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (it stays open)


def write(file: Path, data: str | bytes) -> None:
    """Write text or bytes to a file, or to standard output for `-`. Raises OSError."""
    if file == STDOUT:
        click.echo(data, nl=False)
    elif isinstance(data, bytes):
        file.write_bytes(data)
    else:
        file.write_text(data, encoding="utf-8")


def note(text: str, *, err: bool = False) -> None:
    """Print what a command can do without: it goes on if nobody reads it."""
    with suppress(OSError):
        click.echo(text, err=err)
