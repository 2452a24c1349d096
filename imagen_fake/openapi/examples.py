"""A small body that a request schema accepts, found by reading the schema."""

from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any

import jsonschema_rs
import pybase64
from PIL import Image

from imagen_fake import spec
from imagen_fake.pipeline.normalize import fill_defaults, folded
from imagen_fake.predict import choose
from imagen_fake.spec import Model

Schema = Mapping[str, Any]

PROMPT = "a red apple on a table"
SIDE = 64
"""Pixels of the picture, which is square."""


def example(known: Model, task: str, schema: Schema) -> dict[str, Any]:
    """A canonical body for a task of a model: what is required, and one picture or text."""
    asked = next(iter(spec.asked_by(known, task)), [])
    instance, parameters = schema["$defs"]["instance"], schema["$defs"]["parameters"]
    sent, told = dict(_fields(instance, asked)), dict(_fields(parameters, asked))
    told |= dict(_fields(parameters, [*_alternatives(schema)]))
    sent |= dict(_fields(instance, [*_demanded(schema, {"instances": [sent], "parameters": told})]))
    if "sampleCount" in parameters["properties"]:
        told.setdefault("sampleCount", 1)
    body = {"instances": [sent], "parameters": told}
    prompted = {**body, "instances": [{**sent, "prompt": PROMPT}]}
    if "prompt" in instance["properties"] and choose(known, prompted) == task:
        return prompted
    return body


def _alternatives(schema: Schema) -> Iterator[str]:
    """The folded names of the parameters by which the first of several alternatives is met."""
    for rule in schema.get("allOf", ()):
        for first in rule.get("anyOf", ())[:1]:
            yield from map(folded, first["properties"]["parameters"]["required"])


def _demanded(schema: Schema, body: Schema) -> Iterator[str]:
    """The folded names of what rules want in an instance beside such parameters."""
    filled = fill_defaults(schema, body)
    for rule in schema.get("allOf", ()):
        if "if" in rule and jsonschema_rs.is_valid(rule["if"], filled):
            wanted = rule["then"]["properties"].get("instances", {}).get("items", {})
            yield from map(folded, wanted.get("required", ()))


def _fields(schema: Schema, asked: list[str]) -> Iterator[tuple[str, Any]]:
    """The fields of an object that are required, or ask for the task."""
    for name, below in schema["properties"].items():
        values = [field.partition("=")[2] for field in asked if _names(field, name)]
        if name in schema.get("required", ()) or values:
            chosen = [one for one in below.get("enum", ()) if folded(one) in values]
            yield name, chosen[0] if chosen else _value(name, below)


def _names(field: str, name: str) -> bool:
    return field.partition("=")[0] == folded(name)


def _value(name: str, schema: Schema) -> Any:
    """The simplest value that a schema takes."""
    if "bytesBase64Encoded" in schema.get("properties", {}):
        return {"bytesBase64Encoded": picture()}
    if schema.get("type") == "object" or "properties" in schema:
        return _object(schema)
    if schema.get("type") == "array":
        return _items(name, schema)
    if "enum" in schema:
        return schema["enum"][0]
    return PROMPT if schema.get("type") == "string" else schema.get("minimum", 1)


def _object(schema: Schema, **given: Any) -> dict[str, Any]:
    """An object with what it must have, and a picture where it can have one."""
    made = dict(given)
    for name, below in schema.get("properties", {}).items():
        pictured = "bytesBase64Encoded" in below.get("properties", {})
        if name not in made and (name in schema.get("required", ()) or pictured):
            made[name] = _value(name, below)
    for rule in schema.get("allOf", ()):
        if "if" in rule and jsonschema_rs.is_valid(rule["if"], made):
            for name in rule["then"].get("required", ()):
                made.setdefault(name, _value(name, schema["properties"][name]))
    return made


def _items(name: str, schema: Schema) -> list[Any]:
    """As few items as there must be, among them one for each `contains`."""
    wanted = [rule["contains"] for rule in schema.get("allOf", ()) if rule.get("minContains")]
    if not wanted:
        return [_value(name, schema["items"]) for _ in range(schema.get("minItems", 1))]
    return [_object(schema["items"], **_constants(rule)) for rule in wanted]


def _constants(rule: Schema) -> dict[str, Any]:
    return {name: below["const"] for name, below in rule["properties"].items()}


@cache
def picture() -> str:
    """A white PNG in base64; as a mask, it covers everything."""
    file = BytesIO()
    Image.new("RGB", (SIDE, SIDE), "white").save(file, "PNG")
    return pybase64.b64encode_as_string(file.getvalue())
