"""Reading and changing bodies by path, and the minimal value of every place."""

import re
from collections.abc import Mapping
from typing import Any

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.operation import Operation, Path

PROMPT = "a red apple"
EXAMPLE_TEXTS = (PROMPT, "gs://imagen-fake-contract/apple.png", "1024x1536")
"""Texts of which one matches every pattern there is."""

ABSENT = object()


def minimal_value(operation: Operation, path: Path, siblings: Any = None) -> Any:
    """The simplest valid value of a place; `siblings` is the object it will stand in."""
    schema = operation.schema_at(path)
    if "x-formats" in schema:
        return pictures.media(masking=is_mask(path, siblings))
    if "enum" in schema:
        forbidden = schema.get("not", {}).get("const", ABSENT)
        return next(choice for choice in schema["enum"] if choice != forbidden)
    match schema.get("type"):
        case "object":
            names = schema.get("required", ())
            return {name: minimal_value(operation, (*path, name)) for name in names}
        case "array":
            return [minimal_value(operation, (*path, 0))] * max(1, schema.get("minItems", 0))
        case "string":
            pattern = schema.get("pattern", "")
            return next(text for text in EXAMPLE_TEXTS if re.search(pattern, text))
        case "integer" | "number":
            return min(max(1, schema.get("minimum", 1)), schema.get("maximum", 1))
        case "boolean":
            return True
    return {}


def is_mask(path: Path, siblings: Any) -> bool:
    """Whether the picture at a place is a drawing, by its name or its siblings' values."""
    values = siblings.values() if isinstance(siblings, Mapping) else ()
    names = [str(name) for name in (*path, *(one for one in values if isinstance(one, str)))]
    return any(word in name.casefold() for name in names[-4:] for word in ("mask", "scribble"))


def get_value(body: Any, path: Path) -> Any:
    """The value at a place in a body; `ABSENT` where there is none."""
    for step in path:
        exists = (isinstance(body, Mapping) and step in body) or (
            isinstance(body, list) and isinstance(step, int) and step < len(body)
        )
        if not exists:
            return ABSENT
        body = body[step]
    return body


def set_value(operation: Operation, body: Any, path: Path, value: Any, at: Path = ()) -> Any:
    """The body with a value at a place, and what has to stand around it."""
    if at == path:
        return value
    step = path[len(at)]
    inner = set_value(operation, get_value(body, (step,)), path, value, (*at, step))
    if isinstance(step, int):
        items = list(body) if isinstance(body, list) else []
        return [*items[:step], inner, *items[step + 1 :]]
    around = body if isinstance(body, Mapping) else minimal_value(operation, at)
    return {**around, step: inner}


def delete_value(body: Any, path: Path) -> Any:
    """The body without the value at a place."""
    step, *rest = path
    if isinstance(body, list):
        return [
            delete_value(item, tuple(rest)) if place == step else item
            for place, item in enumerate(body)
        ]
    if rest:
        return {**body, step: delete_value(body[step], tuple(rest))}
    return {name: value for name, value in body.items() if name != step}
