"""A fake that reads other facts: `schemas/` copied, changed, and served by a process of its own.

The judge has to read the true facts at the same time, so they cannot share a process.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from imagen_fake import spec
from imagen_fake.contract.exchange import Case, Request, Response
from imagen_fake.contract.facts.facts import parted
from imagen_fake.contract.targets.addresses import HOST, spelled
from imagen_fake.contract.targets.targets import InProcessTarget, Kind

SECONDS = 60.0
"""How long an answer is waited for."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is written over a copy of `schemas/`, and what is taken away, by pointer."""

    written: Mapping[str, Any] = field(default_factory=dict)
    left_out: Sequence[str] = ()


class Laboratory:
    """A process that serves one changed fake after another; leaving it ends the process."""

    kind: Kind = "inside"

    def __init__(self) -> None:
        self.name = "a fake with other facts"
        self._folder = TemporaryDirectory()
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=serve, args=(there, self._folder.name), daemon=True)
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._here.send(None)
        self._process.join(SECONDS)
        self._folder.cleanup()

    def grow(self, changes: Changes) -> None:
        """Serve a fake with these facts from now on."""
        self._told(changes)

    def ask(self, request: Request) -> Response:
        """What the changed fake answers. Raises TimeoutError where it does not."""
        answer: Response = self._told(request)
        return answer

    def request(self, case: Case) -> Request:
        """The request of a case at a host that does not exist."""
        return spelled(case, HOST)

    def _told(self, message: object) -> Any:
        self._here.send(message)
        if not self._here.poll(SECONDS):
            raise TimeoutError("The changed fake gave no answer.")
        return self._here.recv()


def serve(connection: Connection, folder: str) -> None:
    """Answer requests until there are no more; changes make it another fake."""
    asked = InProcessTarget()
    while message := connection.recv():
        if isinstance(message, Changes):
            asked.close()
            spec.ROOT = changed(Path(folder), message)
            forget()
            asked = InProcessTarget()
            connection.send(None)
        else:
            connection.send(asked.ask(message))


def changed(folder: Path, changes: Changes) -> Path:
    """A copy of `schemas/` in a folder, with these changes."""
    root = folder / "schemas"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(TRUE, root)
    for pointer, value in changes.written.items():
        _rewrite(root, pointer, [value])
    for pointer in changes.left_out:
        _rewrite(root, pointer, [])
    return root


TRUE = spec.ROOT


def forget() -> None:
    """Empty every cache of the package, so that it reads its facts anew."""
    for module in list(_ours()):
        for value in vars(module).values():
            clear = getattr(value, "cache_clear", None)
            if clear:
                clear()


def _ours() -> Iterator[Any]:
    return (module for name, module in sys.modules.items() if name.startswith("imagen_fake"))


def _rewrite(root: Path, pointer: str, value: list[Any]) -> None:
    """Write a value at a pointer, or take away what stands there."""
    name, (*steps, last) = parted(pointer)
    path = root / name
    body = node = json.loads(path.read_bytes())
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    key: Any = int(last) if isinstance(node, list) else last
    if value:
        node[key] = value[0]
    else:
        del node[key]
    path.write_text(json.dumps(body), encoding="utf-8")
