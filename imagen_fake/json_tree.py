"""JSON values as trees."""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
"""The keys and indices that lead from the root of a value to a part of it."""


def objects(node: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every object in a value with its path, those around it first."""
    children: Any = ()
    if isinstance(node, Mapping):
        yield path, node
        children = node.items()
    elif isinstance(node, list):
        children = enumerate(node)
    for key, child in children:
        yield from objects(child, (*path, key))


def at(node: Any, pointer: str) -> Any:
    """The part of a value that a JSON Pointer without its first slash names. Raises KeyError."""
    for step in pointer.split("/"):
        node = node[int(step) if isinstance(node, list) else step]
    return node


def merge(base: Any, patch: Any) -> Any:
    """`patch` laid over `base` by JSON Merge Patch (RFC 7396): null removes a key."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(base) if isinstance(base, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result
