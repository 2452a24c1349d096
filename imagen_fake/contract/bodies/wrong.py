"""What is wrong for a keyword: values that break it and, if it can be, nothing else."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, plain, value_at, without
from imagen_fake.contract.bodies.fields import Field
from imagen_fake.contract.bodies.form import Form, Path, Schema
from imagen_fake.contract.bodies.rules import kept, of_kind, variants
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.pipeline.normalize import fold_key

KINDS: Mapping[str, Any] = {
    "string": "text", "integer": 7, "number": 7.5, "boolean": True, "array": ["text"],
    "object": {"key": "value"},
}  # fmt: skip
"""A value of each type of JSON, by its name there; null is absence."""

ALSO: Mapping[str, frozenset[str]] = {
    "integer": frozenset({"integer"}), "number": frozenset({"integer", "number"}),
}  # fmt: skip
"""The types whose values are of another type, too."""

MISFITS = ("", " ", "text", "gs://", "gs:///apple.png", "0x0")
"""Texts of which one fits no pattern there is."""

WORD = "apple "


Wrong = Callable[[Form, Field, Any], Iterator[Any]]
"""Values that break a keyword, made of one that keeps it; the closest to being right first."""


def _of_another_type(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    own = ALSO.get(field.schema["type"], {field.schema["type"]})
    own = own | {"object"} if "x-single" in field.schema else own
    yield from (value for kind, value in KINDS.items() if kind not in own)


def _unlisted(form: Form, field: Field, _value: Any) -> Iterator[Any]:
    listed = field.schema["enum"]
    taken = {fold_key(str(value)) for value in (*listed, *field.schema.get("x-aliases", ()))}
    others = _listed_elsewhere(form, field)
    for value in (f"{listed[0]}?", *others) if isinstance(listed[0], str) else (not listed[0],):
        if fold_key(str(value)) not in taken:
            yield value


def _listed_elsewhere(form: Form, field: Field) -> Iterator[Any]:
    """What the task takes, or other tasks do, and this model on this surface does not."""
    if form.surface in DIALECTS:
        return
    found: Any = spec.task_schema(form.task)
    for step in field.steps:
        found = found[step] if isinstance(step, int) else found.get(step, {})
    yield from found.get("enum", ())
    yield from found.get("x-aliases", ())


def _below(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    least = field.schema["minimum"]
    yield least - 1
    if field.schema["type"] == "number":
        yield least - 0.01


def _above(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    most = field.schema["maximum"]
    yield most + 1
    if field.schema["type"] == "number":
        yield most + 0.01
    yield most * 2 + 3


def _too_few(_form: Form, field: Field, value: Any) -> Iterator[Any]:
    if field.schema["minItems"]:
        yield value[: field.schema["minItems"] - 1]


def _too_many(form: Form, field: Field, value: Any) -> Iterator[Any]:
    more = field.schema["maxItems"] + 1 - len(value)
    for spare in (value[-1], *variants(form, (*field.path, 0))):
        yield [*value, *[spare] * more]


def _too_short(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    yield "a" * (field.schema["minLength"] - 1)


def _too_long(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    yield (WORD * field.schema["maxLength"])[: field.schema["maxLength"]] + "s"


def _misfit(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    pattern = field.schema["pattern"]
    yield from (text for text in MISFITS if not re.search(pattern, text))


def _lacking(_form: Form, field: Field, value: Any) -> Iterator[Any]:
    for name in field.schema["required"]:
        yield without(value, (name,))


def _with_more(_form: Form, _field: Field, value: Any) -> Iterator[Any]:
    yield {**value, "apple": "red"}


def _of_no_kind(_form: Form, field: Field, value: Any) -> Iterator[Any]:
    if not isinstance(value, Mapping):
        return
    left = value
    needed = {path for kind in field.schema["anyOf"] for path in _needed(kind)}
    for path in sorted(needed, key=len, reverse=True):
        left = left if value_at(left, path) is ABSENT else without(left, path)
    yield left
    yield {"mimeType": "image/png"}


def _needed(schema: Schema, path: Path = ()) -> Iterator[Path]:
    """The paths of all that a schema requires, at any depth."""
    yield from ((*path, name) for name in schema.get("required", ()))
    for name, child in schema.get("properties", {}).items():
        yield from _needed(child, (*path, name))


def _forbidden(form: Form, field: Field, value: Any) -> Iterator[Any]:
    forbidden = field.schema["not"]
    if "const" in forbidden:
        yield forbidden["const"]
    elif value is ABSENT:
        yield plain(form, field.path)
    else:
        yield kept(form, value, forbidden, field.path, insist=True)


def _without_kind(form: Form, field: Field, value: Any) -> Iterator[Any]:
    rule = field.schema
    if rule["minContains"]:
        items = form.at((*field.path, 0))
        yield [item for item in value if not form.holds(rule["contains"], item, items)]


def _with_surplus(form: Form, field: Field, value: Any) -> Iterator[Any]:
    rule = field.schema
    own = of_kind(form, field.path, rule["contains"])
    yield [*value, *[own] * rule["maxContains"]]
    yield [own, *[own] * rule["maxContains"]]


def _too_wordy(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    yield WORD * (field.schema["x-max-tokens"] + 1)


def _restricted(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    yield from field.schema["x-restricted"] or ()


WRONG: Mapping[str, Wrong] = {
    "type": _of_another_type,
    "enum": _unlisted,
    "minimum": _below,
    "maximum": _above,
    "minItems": _too_few,
    "maxItems": _too_many,
    "minLength": _too_short,
    "maxLength": _too_long,
    "pattern": _misfit,
    "required": _lacking,
    "additionalProperties": _with_more,
    "anyOf": _of_no_kind,
    "not": _forbidden,
    "minContains": _without_kind,
    "maxContains": _with_surplus,
    "x-max-tokens": _too_wordy,
    "x-restricted": _restricted,
}
"""How each keyword is broken; those of `x-restricted` need a project without the right."""
