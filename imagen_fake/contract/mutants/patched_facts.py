"""Patched facts: a changed copy of `schemas/`."""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.facts.facts import split_pointer


@dataclass(frozen=True, slots=True)
class Patch:
    """The values that are set in a copy of `schemas/`, and those that are removed, by pointer."""

    values: Mapping[str, Any] = field(default_factory=dict)
    removed: Sequence[str] = ()


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
