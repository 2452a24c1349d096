"""A fake with patched facts: a changed copy of `schemas/`, served by a process of its own.

The suite reads the original facts at the same time, so they cannot share a process.
"""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from imagen_fake import spec
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.facts.facts import split_pointer
from imagen_fake.contract.targets.target import Kind, Target
from imagen_fake.contract.targets.targets import InProcessTarget

SECONDS = 60.0
"""The longest time to wait for a response."""


@dataclass(frozen=True, slots=True)
class Patch:
    """The values that are set in a copy of `schemas/`, and those that are removed, by pointer."""

    values: Mapping[str, Any] = field(default_factory=dict)
    removed: Sequence[str] = ()


class PatchedFake(Target):
    """A process that serves one patched fake after another; leaving it ends the process."""

    kind: Kind = "inside"

    def __init__(self) -> None:
        self.name = "a fake with patched facts"
        self._folder = TemporaryDirectory()
        context = get_context("spawn")
        self._connection, child = context.Pipe()
        self._process = context.Process(target=serve, args=(child, self._folder.name), daemon=True)
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._connection.send(None)
        self._process.join(SECONDS)
        self._folder.cleanup()

    def apply(self, patch: Patch) -> None:
        """Serve a fake with these facts from now on."""
        self._exchange(patch)

    def ask(self, request: Request) -> Response:
        """The response of the patched fake. Raises TimeoutError where none comes."""
        answer: Response = self._exchange(request)
        return answer

    def _exchange(self, message: object) -> Any:
        self._connection.send(message)
        if not self._connection.poll(SECONDS):
            raise TimeoutError("The patched fake gave no answer.")
        return self._connection.recv()


def serve(connection: Connection, folder: str) -> None:
    """Answer requests until there are no more; a patch makes it another fake."""
    fake = InProcessTarget()
    while message := connection.recv():
        if isinstance(message, Patch):
            spec.ROOT = patched_copy(Path(folder), message)
            clear_caches()
            fake = InProcessTarget()
            connection.send(None)
        else:
            connection.send(fake.ask(message))


def patched_copy(folder: Path, patch: Patch) -> Path:
    """A copy of `schemas/` in a folder, with a patch applied."""
    root = folder / "schemas"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(ORIGINAL, root)
    for pointer, value in patch.values.items():
        _rewrite(root, pointer, [value])
    for pointer in patch.removed:
        _rewrite(root, pointer, [])
    return root


ORIGINAL = spec.ROOT


def clear_caches() -> None:
    """Empty every cache of the package, so that it reads its facts anew."""
    for name, module in list(sys.modules.items()):
        for value in vars(module).values() if name.startswith("imagen_fake") else ():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _rewrite(root: Path, pointer: str, value: list[Any]) -> None:
    """Set the value at a pointer, or remove it where there is none to set."""
    name, (*steps, last) = split_pointer(pointer)
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
