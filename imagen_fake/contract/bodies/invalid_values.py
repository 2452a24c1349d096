"""Values that violate a keyword and, if possible, nothing else."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from imagen_fake.contract.bodies.body import ABSENT, delete_value, get_value, minimal_value
from imagen_fake.contract.bodies.canonical import fold
from imagen_fake.contract.bodies.fields import Field
from imagen_fake.contract.bodies.operation import Operation, Path, Schema
from imagen_fake.contract.bodies.repair import choice_variants, matching_item, satisfy
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.contract.facts.schemas import task_schema

EXAMPLES: Mapping[str, Any] = {
    "string": "text", "integer": 7, "number": 7.5, "boolean": True, "array": ["text"],
    "object": {"key": "value"},
}  # fmt: skip
"""A value of each type of JSON but null, which stands for absence."""

SUBTYPES: Mapping[str, frozenset[str]] = {
    "integer": frozenset({"integer"}), "number": frozenset({"integer", "number"}),
}  # fmt: skip
"""The types whose values are of another type, too."""

UNMATCHED_TEXTS = ("", " ", "text", "gs://", "gs:///apple.png", "0x0")
"""Texts of which one matches no pattern there is."""

WORD = "apple "

InvalidValues = Callable[[Operation, Field, Any], Iterable[Any]]
"""Values that violate a keyword, made of a valid one; the closest to being valid first."""


def _wrong_type(_operation: Operation, field: Field, _value: Any) -> Iterator[Any]:
    own = SUBTYPES.get(field.schema["type"], {field.schema["type"]})
    own = own | {"object"} if "x-single" in field.schema else own
    yield from (value for kind, value in EXAMPLES.items() if kind not in own)


def _unlisted(operation: Operation, field: Field, _value: Any) -> Iterator[Any]:
    enum = field.schema["enum"]
    if not isinstance(enum[0], str):
        yield not enum[0]
        return
    accepted = {fold(str(value)) for value in (*enum, *field.schema.get("x-aliases", ()))}
    for value in (f"{enum[0]}?", *_listed_elsewhere(operation, field)):
        if fold(str(value)) not in accepted:
            yield value


def _listed_elsewhere(operation: Operation, field: Field) -> Iterator[Any]:
    """The values that the task takes, and this model on this surface does not."""
    if operation.surface in DIALECTS:
        return
    schema: Any = task_schema(operation.task)
    for step in field.steps:
        schema = schema[step] if isinstance(step, int) else schema.get(step, {})
    yield from schema.get("enum", ())
    yield from schema.get("x-aliases", ())


def _below_minimum(_operation: Operation, field: Field, _value: Any) -> Iterator[Any]:
    least = field.schema["minimum"]
    yield least - 1
    if field.schema["type"] == "number":
        yield least - 0.01


def _above_maximum(_operation: Operation, field: Field, _value: Any) -> Iterator[Any]:
    most = field.schema["maximum"]
    yield most + 1
    if field.schema["type"] == "number":
        yield most + 0.01
    yield most * 2 + 3


def _too_few(_operation: Operation, field: Field, value: Any) -> Iterator[Any]:
    if field.schema["minItems"]:
        yield value[: field.schema["minItems"] - 1]


def _too_many(operation: Operation, field: Field, value: Any) -> Iterator[Any]:
    more = field.schema["maxItems"] + 1 - len(value)
    for item in (value[-1], *choice_variants(operation, (*field.path, 0))):
        yield [*value, *[item] * more]


def _no_alternative(_operation: Operation, field: Field, value: Any) -> Iterator[Any]:
    if not isinstance(value, Mapping):
        return
    stripped = value
    required = {path for schema in field.schema["anyOf"] for path in _required_paths(schema)}
    for path in sorted(required, key=len, reverse=True):
        if get_value(stripped, path) is not ABSENT:
            stripped = delete_value(stripped, path)
    yield stripped
    yield {"mimeType": "image/png"}


def _required_paths(schema: Schema, path: Path = ()) -> Iterator[Path]:
    """The paths of all that a schema requires, at any depth."""
    yield from ((*path, name) for name in schema.get("required", ()))
    for name, child in schema.get("properties", {}).items():
        yield from _required_paths(child, (*path, name))


def _forbidden(operation: Operation, field: Field, value: Any) -> Iterator[Any]:
    forbidden = field.schema["not"]
    if "const" in forbidden:
        yield forbidden["const"]
    elif value is ABSENT:
        yield minimal_value(operation, field.path)
    else:
        yield satisfy(operation, value, forbidden, field.path, insist=True)


def _too_few_matches(operation: Operation, field: Field, value: Any) -> Iterator[Any]:
    rule = field.schema
    if rule["minContains"]:
        schema = operation.schema_at((*field.path, 0))
        yield [item for item in value if not operation.satisfies(rule["contains"], item, schema)]


def _too_many_matches(operation: Operation, field: Field, value: Any) -> Iterator[Any]:
    rule = field.schema
    item = matching_item(operation, field.path, rule["contains"])
    yield [*value, *[item] * rule["maxContains"]]
    yield [item, *[item] * rule["maxContains"]]


def _too_long(_operation: Operation, field: Field, _value: Any) -> Iterator[Any]:
    most = field.schema["maxLength"]
    yield (WORD * most)[:most] + "s"


def _unmatched(_operation: Operation, field: Field, _value: Any) -> Iterator[Any]:
    pattern = field.schema["pattern"]
    yield from (text for text in UNMATCHED_TEXTS if not re.search(pattern, text))


INVALID_VALUES: Mapping[str, InvalidValues] = {
    "type": _wrong_type,
    "enum": _unlisted,
    "minimum": _below_minimum,
    "maximum": _above_maximum,
    "minItems": _too_few,
    "maxItems": _too_many,
    "minLength": lambda _operation, field, _value: ["a" * (field.schema["minLength"] - 1)],
    "maxLength": _too_long,
    "pattern": _unmatched,
    "required": lambda _operation, field, value: (
        delete_value(value, (name,)) for name in field.schema["required"]
    ),
    "additionalProperties": lambda _operation, _field, value: [{**value, "apple": "red"}],
    "anyOf": _no_alternative,
    "not": _forbidden,
    "minContains": _too_few_matches,
    "maxContains": _too_many_matches,
    "x-max-tokens": lambda _operation, field, _value: [WORD * (field.schema["x-max-tokens"] + 1)],
    "x-restricted": lambda _operation, field, _value: field.schema["x-restricted"] or (),
}
"""How each keyword is violated; `x-restricted` only by a project without the permission."""
