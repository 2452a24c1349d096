"""The JSON Schema of a request, put together from the files of `schemas/`.

The fake puts it together by code of its own; the two must come to the same.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.facts.facts import DIALECTS, layers, split_pointer

Schema = Mapping[str, Any]


@cache
def request_schema(model: str, task: str, surface: str) -> Schema:
    """The schema of a body for a task of a model on a surface, every layer in place."""
    if surface in DIALECTS:
        own: Schema = spec.read(f"surfaces/{surface}.json")["request"]
        return own
    schema: Any = task_schema(task)
    for file, steps in layers(model, task, surface):
        layer = _below(spec.read(file), steps)
        parts = {part: {"properties": layer[part]} for part in layer if part[:2] != "x-"}
        schema = _patched(schema, {"$defs": parts})
    return schema  # type: ignore[no-any-return]


@cache
def task_schema(task: str) -> Any:
    """The schema of a task's file, with what it refers to in other files in place."""
    return _in_place(spec.read(f"tasks/{task}.json"))


def _in_place(node: Any) -> Any:
    if isinstance(node, list):
        return [_in_place(child) for child in node]
    if not isinstance(node, dict):
        return node
    file, steps = split_pointer(str(node.get("$ref", "")))
    target = _in_place(_below(spec.read(f"tasks/{file}"), steps)) if file else {}
    others = {key: _in_place(child) for key, child in node.items() if not file or key != "$ref"}
    return {**target, **others}


def _below(node: Any, steps: tuple[str | int, ...]) -> Any:
    """What is below a node; an empty object where there is nothing."""
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node.get(step, {})
    return node


def _patched(node: Any, patch: Any) -> Any:
    """A value after a JSON Merge Patch (RFC 7396): a null removes what it stands for."""
    if not isinstance(patch, dict):
        return patch
    before = node if isinstance(node, dict) else {}
    changed = {key: _patched(before.get(key), value) for key, value in patch.items()}
    return {
        key: value
        for key, value in {**before, **changed}.items()
        if patch.get(key, value) is not None
    }
