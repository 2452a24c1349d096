"""Values of a field that are worth a case each: every choice, both bounds, the longest text."""

import json
from collections.abc import Iterator
from typing import Any

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import PROMPT, is_mask, minimal_value
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import matching_item

MAX_LENGTH = 40
"""The most characters of a value in the name of a case."""

FIXED_FIELDS = ("bytesBase64Encoded", "gcsUri", "model")
"""Strings that are no free choice: pictures are varied as a whole, and an object must exist."""

MAX_ITEMS = 5
"""The most items of lists without a limit."""


def valid_values(operation: Operation, field: Field) -> Iterator[tuple[str, Any]]:
    """Valid values of a field, the plainest first, each with a label.

    The rules decide whether a whole body is valid with one of them.
    """
    if "x-formats" in field.value_schema:
        yield from _pictures(operation, field)
    else:
        for value in _values(operation, field):
            yield abbreviate(value), value


def abbreviate(value: Any) -> str:
    """A value as JSON, cut off where it gets long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}… ({len(text)})"


def _values(operation: Operation, field: Field) -> Iterator[Any]:
    schema, plain = field.value_schema, minimal_value(operation, field.path)
    if "enum" in schema:
        yield from (*schema["enum"], *(schema.get("x-aliases") or ()))
        return
    match schema.get("type"):
        case "integer" | "number":
            bounds = [schema[name] for name in ("minimum", "maximum") if name in schema]
            yield from dict.fromkeys([*bounds, plain])
            if schema["type"] == "number":
                yield sum(bounds) / 2 if len(bounds) == 2 else 1.5
        case "boolean":
            yield from (True, False)
        case "string":
            yield from _texts(field, plain)
        case "array":
            yield plain
            item = matching_item(operation, field.path, {})
            yield [item] * schema.get("maxItems", MAX_ITEMS)
        case _:
            yield plain


def _pictures(operation: Operation, field: Field) -> Iterator[tuple[str, Any]]:
    """Every format and mode for the first picture, a mislabelled one for every picture."""
    masking = is_mask(field.path, None)
    first = next(one.path for one in fields(operation) if "x-formats" in one.value_schema)
    if field.path == first:
        for kind in field.value_schema["x-formats"]["value"]:
            yield kind, pictures.media(masking=masking, kind=kind)
        for mode in pictures.modes("PNG"):
            yield f"PNG in {mode}", pictures.media(mode=mode)
    yield "mislabelled", pictures.mislabelled(masking)


def _texts(field: Field, plain: Any) -> Iterator[Any]:
    schema = field.value_schema
    if field.path[-1] in FIXED_FIELDS:
        return
    yield plain
    if not {"pattern", "minLength"} & schema.keys():
        yield ""
    if "x-max-tokens" in schema:
        most = schema["x-max-tokens"]
        yield " ".join((PROMPT.split() * most)[:most])
    if "maxLength" in schema:
        yield (f"{PROMPT} " * schema["maxLength"])[: schema["maxLength"] - 1] + "s"
