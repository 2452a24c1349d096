"""Making bodies valid: the rules of a request are satisfied with as few changes as possible."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from imagen_fake.contract.bodies.body import ABSENT, get_value, minimal_value, set_value
from imagen_fake.contract.bodies.operation import Operation, Path, Schema
from imagen_fake.contract.bodies.task_selection import select_task
from imagen_fake.contract.facts.facts import DIALECTS

REFERENCES: Path = ("instances", 0, "referenceImages")


def minimal_body(operation: Operation) -> Any:
    """The shortest valid body, for one sample where their number can be chosen."""
    return deepcopy(_minimal_body(operation))


@cache
def _minimal_body(operation: Operation) -> Any:
    body = minimal_value(operation, ())
    if operation.surface in DIALECTS:
        properties = operation.document["properties"].items()
        counts = [name for name, one in properties if one.get("x-parameter") == "sampleCount"]
        return {
            **body, "model": operation.model, **dict.fromkeys(counts, 1), **_unlinked(operation)
        }  # fmt: skip
    parameters = minimal_value(operation, ("parameters",))
    if "sampleCount" in operation.schema_at(("parameters",)).get("properties", {}):
        parameters = {**parameters, "sampleCount": 1}
    return repair(operation, {**body, "parameters": parameters})


def _unlinked(operation: Operation) -> Mapping[str, Any]:
    """The choices by which pictures are in the answer, not behind a link."""
    return {
        name: next(one for one in schema.get("enum", (True, False)) if one != schema["x-links"])
        for name, schema in operation.document["properties"].items()
        if "x-links" in schema
    }


def repair(operation: Operation, body: Any) -> Any:
    """The body changed as little as possible to satisfy every rule and to select its task."""
    body = select_task(operation, _repair_value(operation, body, ()))
    return _repair_semantics(operation, _repair_value(operation, body, ()))


def satisfy(
    operation: Operation, value: Any, demand: Schema, path: Path, insist: bool = False
) -> Any:
    """The value at a place changed as little as possible to satisfy a schema.

    Insisting sets the properties of the schema even where they may be missing.
    """
    if "const" in demand:
        return demand["const"]
    if "enum" in demand and value not in demand["enum"]:
        return demand["enum"][0]
    if "not" in demand and operation.satisfies(demand["not"], value, operation.schema_at(path)):
        value = avoid(value, demand["not"])
    if isinstance(value, str) and not re.search(demand.get("pattern", ""), value):
        return minimal_value(operation, path)
    if isinstance(value, list):
        items = demand.get("items", {})
        value = [satisfy(operation, item, items, (*path, 0), insist) for item in value]
        return _repair_list(operation, value, path, demand.get("minItems", 0))
    if isinstance(value, Mapping):
        return _satisfy_object(operation, value, demand, path, insist)
    return value


def satisfy_condition(operation: Operation, body: Any, condition: Schema, path: Path) -> Any:
    """The body with a value at a place that meets the condition of a rule."""
    value = get_value(body, path)
    value = minimal_value(operation, path) if value is ABSENT else value
    met = satisfy(operation, value, condition, path)
    if not operation.satisfies(condition, met, operation.schema_at(path)):
        met = satisfy(operation, value, condition, path, insist=True)
    return set_value(operation, body, path, met)


def avoid(value: Any, forbidden: Schema) -> Any:
    """A value that satisfies a schema changed so that it does not."""
    if not isinstance(value, Mapping):
        return value
    for name, schema in forbidden.get("properties", {}).items():
        if isinstance(schema.get("const"), bool):
            return {**value, name: not schema["const"]}
        if name in value and schema:
            return {**value, name: avoid(value[name], schema)}
    return {name: item for name, item in value.items() if name not in forbidden["required"]}


def matching_item(operation: Operation, path: Path, demand: Schema) -> Any:
    """A minimal item of the list at a place that satisfies a schema."""
    inner = (*path, 0)
    item = satisfy(operation, minimal_value(operation, inner), demand, inner)
    return _repair_value(operation, item, inner)


def choice_variants(operation: Operation, path: Path) -> Iterator[Any]:
    """The minimal object at a place with each value in turn of each of its enums."""
    for name, schema in operation.schema_at(path).get("properties", {}).items():
        for choice in operation.resolve(schema).get("enum", ()):
            value = {**minimal_value(operation, path), name: choice}
            yield _repair_value(operation, value, path)


def raw_type(operation: Operation) -> Any:
    """The type of the one reference that others refer to: the first a list has once."""
    rule = operation.schema_at(REFERENCES)["allOf"][0]["contains"]
    return rule["properties"]["referenceType"]["const"]


def _repair_value(operation: Operation, value: Any, path: Path) -> Any:
    schema = operation.schema_at(path)
    if schema.get("x-effect") == "none" or "x-formats" in schema:
        return value
    if isinstance(value, Mapping):
        value = {
            name: _repair_value(operation, item, (*path, name)) for name, item in value.items()
        }
    if isinstance(value, list):
        items = [_repair_value(operation, item, (*path, 0)) for item in value]
        value = _repair_list(operation, items, path)
    for rule in schema.get("allOf", ()):
        if "if" in rule and operation.satisfies(rule["if"], value, schema):
            value = satisfy(operation, value, rule["then"], path)
        if "not" in rule and operation.satisfies(rule["not"], value, schema):
            value = avoid(value, rule["not"])
    return value


def _repair_list(
    operation: Operation, items: list[Any], path: Path, min_items: int = 0
) -> list[Any]:
    """The items, and as many of each kind as a list must have; the first one stays."""
    schema, item_schema = operation.schema_at(path), operation.schema_at((*path, 0))
    for rule in (one for one in schema.get("allOf", ()) if "contains" in one):
        matches = [operation.satisfies(rule["contains"], item, item_schema) for item in items]
        surplus = sum(matches) - rule.get("maxContains", len(items))
        for place in range(len(items) - 1, 0, -1):
            if matches[place] and surplus > 0:
                del items[place]
                surplus -= 1
        for _ in range(rule["minContains"] - sum(matches)):
            items = [*items, matching_item(operation, path, rule["contains"])]
    while len(items) < min_items:
        items = [*items, matching_item(operation, path, {})]
    return items[: schema.get("maxItems", len(items))]


def _satisfy_object(
    operation: Operation, value: Mapping[str, Any], demand: Schema, path: Path, insist: bool
) -> Any:
    schema, required = operation.schema_at(path), demand.get("required", [])
    if "anyOf" in demand and not operation.satisfies({"anyOf": demand["anyOf"]}, value, schema):
        required = demand["anyOf"][0]["required"]
    for name in required:
        if name not in value:
            value = {**value, name: minimal_value(operation, (*path, name), value)}
    for name, child in demand.get("properties", {}).items():
        if name in value or insist:
            inner = satisfy(operation, value.get(name, {}), child, (*path, name), insist)
            value = {**value, name: inner}
    return value


def _repair_semantics(operation: Operation, body: Any) -> Any:
    """What tasks need though no schema says so; the errors are in `errors.json`.

    An upscale needs a factor or a size (`image_size_default`), and a computed control map
    something to compute it from (`picture_missing`).
    """
    parameters = body.get("parameters", {})
    if operation.task == "upscale" and "sampleImageSize" not in parameters:
        path: Path = ("parameters", "upscaleConfig", "upscaleFactor")
        if get_value(body, path) is ABSENT:
            return set_value(operation, body, path, minimal_value(operation, path))
    if operation.task == "customize":
        items = body["instances"][0]["referenceImages"]
        pictured = [_with_own_picture(operation, item, items) for item in items]
        return set_value(operation, body, REFERENCES, pictured)
    return body


def _with_own_picture(operation: Operation, item: Any, items: Sequence[Any]) -> Any:
    """A reference with a picture of its own, unless there is a raw one to use."""
    raw = raw_type(operation)
    if "referenceImage" in item or any(one.get("referenceType") == raw for one in items):
        return item
    picture = minimal_value(operation, (*REFERENCES, 0, "referenceImage"))
    return {**item, "referenceImage": picture}
