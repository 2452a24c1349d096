"""The file with a server's addresses that exists while it listens."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from imagen_fake.streams import STDOUT
from imagen_fake.streams import write as write_out

Write = Callable[[Mapping[str, Any]], None]


@contextmanager
def ready_file_writer(file: Path | None) -> Iterator[Write]:
    """A function that writes a mapping to the file as JSON, atomically; None writes nothing.

    A file of another server is out of the way meanwhile, and is back if nothing was given: then
    nobody took that server's place. The file of this one is removed afterwards. What is no file,
    such as a pipe or `-`, standard output, is written to and left there. Raises OSError.
    """
    if file is None:
        yield lambda _: None
    elif file == STDOUT or (file.exists() and not file.is_file()):
        yield lambda addresses: write_out(file, _text(addresses))
    else:
        former = file.with_name(f".{file.name}.{os.getpid()}.former")
        with suppress(FileNotFoundError):
            file.replace(former)
        written: list[str] = []

        def write(addresses: Mapping[str, Any]) -> None:
            former.unlink(missing_ok=True)
            written.append(_text(addresses))
            _write_atomically(file, written[-1])

        try:
            yield write
        finally:
            with suppress(OSError):
                if not written:
                    _restore(former, file)
                elif file.read_text(encoding="utf-8") in written:  # else it is another server's
                    file.unlink()


def _restore(former: Path, file: Path) -> None:
    """Restore a file unless another one took its place."""
    if file.exists():
        former.unlink(missing_ok=True)
    else:
        former.replace(file)


def _text(addresses: Mapping[str, Any]) -> str:
    return json.dumps(addresses) + "\n"


def _write_atomically(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        with draft.open("x", encoding="utf-8") as opened:
            opened.write(text)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
