"""What stands where in a body, and the simplest value for every place."""

import re
from collections.abc import Mapping
from typing import Any

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.form import Form, Path, Schema

PROMPT = "a red apple"
TEXTS = (PROMPT, "gs://imagen-fake-contract/apple.png", "1024x1536")
"""Texts of which one fits every pattern there is."""

ABSENT = object()


def plain(form: Form, path: Path, beside: Any = None) -> Any:
    """The simplest value a place can have; `beside` is the object it will stand in."""
    schema = form.at(path)
    if "x-formats" in schema:
        return pictures.media(masking=is_mask(path, beside))
    if "enum" in schema:
        return next(choice for choice in schema["enum"] if choice != _refused(schema))
    match schema.get("type"):
        case "object":
            return {name: plain(form, (*path, name)) for name in schema.get("required", ())}
        case "array":
            return [plain(form, (*path, 0))] * max(1, schema.get("minItems", 0))
        case "string":
            return next(text for text in TEXTS if re.search(schema.get("pattern", ""), text))
        case "integer" | "number":
            return min(max(1, schema.get("minimum", 1)), schema.get("maximum", 1))
        case "boolean":
            return True
    return {}


def is_mask(path: Path, beside: Any) -> bool:
    """Whether the picture at a place says where something is, by its name or its neighbours'."""
    near = beside.values() if isinstance(beside, Mapping) else ()
    said = [str(name) for name in (*path, *(one for one in near if isinstance(one, str)))]
    return any(word in name.casefold() for name in said[-4:] for word in ("mask", "scribble"))


def value_at(body: Any, path: Path) -> Any:
    """What stands at a place in a body; `ABSENT` where nothing does."""
    for step in path:
        there = (isinstance(body, Mapping) and step in body) or (
            isinstance(body, list) and isinstance(step, int) and step < len(body)
        )
        if not there:
            return ABSENT
        body = body[step]
    return body


def placed(form: Form, body: Any, path: Path, value: Any, at: Path = ()) -> Any:
    """The body with a value at a place, and what has to stand around it."""
    if at == path:
        return value
    step = path[len(at)]
    inner = placed(form, value_at(body, (step,)), path, value, (*at, step))
    if isinstance(step, int):
        items = list(body) if isinstance(body, list) else []
        return [*items[:step], inner, *items[step + 1 :]]
    around = body if isinstance(body, Mapping) else plain(form, at)
    return {**around, step: inner}


def without(body: Any, path: Path) -> Any:
    """The body without what stands at a place."""
    *outer, name = path
    if outer:
        first, *rest = outer
        inner = without(body[first], (*rest, name))
        if isinstance(body, list):
            return [inner if place == first else item for place, item in enumerate(body)]
        return {**body, first: inner}
    return {key: value for key, value in body.items() if key != name}


def _refused(schema: Schema) -> Any:
    """The one value of a list that a field may not have, if there is one."""
    return schema.get("not", {}).get("const", ABSENT)
