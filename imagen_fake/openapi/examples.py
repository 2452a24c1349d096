"""A small body that a request schema accepts, found by reading the schema."""

from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from typing import Any

import jsonschema_rs
import pybase64
from PIL import Image

from imagen_fake import spec
from imagen_fake.pipeline.normalize import fill_defaults, fold_key
from imagen_fake.predict import choose_task
from imagen_fake.spec import Model

Schema = Mapping[str, Any]

PROMPT = "a red apple on a table"
SIDE = 64


def example(model: Model, task: str, schema: Schema) -> dict[str, Any]:
    """A canonical body for a task of a model: what is required, and one picture or text."""
    selector = next(iter(spec.task_selectors(model, task)), [])
    instance_schema, parameters_schema = schema["$defs"]["instance"], schema["$defs"]["parameters"]
    instance = dict(_fields(instance_schema, selector))
    parameters = dict(_fields(parameters_schema, [*selector, *_first_alternatives(schema)]))
    body = {"instances": [instance], "parameters": parameters}
    instance |= dict(_fields(instance_schema, [*_required_by_rules(schema, body)]))
    if "sampleCount" in parameters_schema["properties"]:
        parameters.setdefault("sampleCount", 1)
    with_prompt = {**body, "instances": [{**instance, "prompt": PROMPT}]}
    if "prompt" in instance_schema["properties"] and choose_task(model, with_prompt) == task:
        return with_prompt
    return body


def _first_alternatives(schema: Schema) -> Iterator[str]:
    """The folded names of the parameters by which the first of several alternatives is met."""
    for rule in schema.get("allOf", ()):
        for first in rule.get("anyOf", ())[:1]:
            yield from map(fold_key, first["properties"]["parameters"]["required"])


def _required_by_rules(schema: Schema, body: Schema) -> Iterator[str]:
    """The folded names of what rules want in an instance beside such parameters."""
    filled = fill_defaults(schema, body)
    for rule in schema.get("allOf", ()):
        if "if" in rule and jsonschema_rs.is_valid(rule["if"], filled):
            items = rule["then"]["properties"].get("instances", {}).get("items", {})
            yield from map(fold_key, items.get("required", ()))


def _fields(schema: Schema, selector: list[str]) -> Iterator[tuple[str, Any]]:
    """The fields of an object that are required, or select the task."""
    for name, subschema in schema["properties"].items():
        pairs = (field.partition("=") for field in selector)
        values = [value for field, _, value in pairs if field == fold_key(name)]
        if name in schema.get("required", ()) or values:
            matching = [
                choice for choice in subschema.get("enum", ()) if fold_key(choice) in values
            ]
            yield name, matching[0] if matching else _value(name, subschema)


def _value(name: str, schema: Schema) -> Any:
    if "bytesBase64Encoded" in schema.get("properties", {}):
        return {"bytesBase64Encoded": example_picture()}
    if schema.get("type") == "object" or "properties" in schema:
        return _object(schema)
    if schema.get("type") == "array":
        return _items(name, schema)
    if "enum" in schema:
        return schema["enum"][0]
    return PROMPT if schema.get("type") == "string" else schema.get("minimum", 1)


def _object(schema: Schema, **values: Any) -> dict[str, Any]:
    """An object with its required fields, and a picture where it can have one."""
    result = dict(values)
    for name, subschema in schema.get("properties", {}).items():
        pictured = "bytesBase64Encoded" in subschema.get("properties", {})
        if name not in result and (name in schema.get("required", ()) or pictured):
            result[name] = _value(name, subschema)
    for rule in schema.get("allOf", ()):
        if "if" in rule and jsonschema_rs.is_valid(rule["if"], result):
            for name in rule["then"].get("required", ()):
                result.setdefault(name, _value(name, schema["properties"][name]))
    return result


def _items(name: str, schema: Schema) -> list[Any]:
    """As few items as there must be, among them one for each `contains`."""
    contained = [rule["contains"] for rule in schema.get("allOf", ()) if rule.get("minContains")]
    if not contained:
        return [_value(name, schema["items"]) for _ in range(schema.get("minItems", 1))]
    constants = (
        {name: subschema["const"] for name, subschema in rule["properties"].items()}
        for rule in contained
    )
    return [_object(schema["items"], **values) for values in constants]


@cache
def example_picture() -> str:
    """A white PNG in base64; as a mask, it covers everything."""
    file = BytesIO()
    Image.new("RGB", (SIDE, SIDE), "white").save(file, "PNG")
    return pybase64.b64encode_as_string(file.getvalue())
