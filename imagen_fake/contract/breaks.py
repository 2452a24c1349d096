"""Bodies with one thing wrong: for each keyword of a schema, values that break it alone."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.contract import body as bodies
from imagen_fake.contract.body import ABSENT, value_at
from imagen_fake.contract.exchange import Broken
from imagen_fake.contract.facts import DIALECTS, Steps
from imagen_fake.contract.form import Field, Form, Given, Path, Schema, spelled_path
from imagen_fake.normalize import folded
from imagen_fake.validate import GENERIC

KINDS: Mapping[str, Any] = {
    "string": "text", "integer": 7, "number": 7.5, "boolean": True, "array": ["text"],
    "object": {"key": "value"},
}  # fmt: skip
"""A value of each type of JSON, by its name there; null is absence."""

ALSO: Mapping[str, frozenset[str]] = {
    "integer": frozenset({"integer"}), "number": frozenset({"integer", "number"}),
}  # fmt: skip
"""The types whose values are of another type, too."""

BEYOND_SCHEMA = ("x-max-tokens", "x-restricted")
"""The keywords that no JSON Schema validator knows."""

LISTED = 2
"""How many steps of a path lead into the instance: indexes after them count items of a list."""

MISFITS = ("", " ", "text", "gs://", "gs:///apple.png", "0x0")
"""Texts of which one fits no pattern there is."""

WORD = "apple "


@dataclass(frozen=True, slots=True)
class Break:
    """A body with one thing wrong, and where in the schema the rule stands that it breaks."""

    broken: Broken
    body: Any
    steps: Steps


Wrong = Callable[[Form, Field, Any], Iterator[Any]]
"""Values that break a keyword, made of one that keeps it; the closest to being right first."""


def broken(form: Form, body: Any, field: Field, keyword: str) -> Iterator[Break]:
    """Every body that breaks one keyword of one field and nothing else.

    It is made of a valid body, which is given the field and whatever makes its rule apply.
    """
    start = prepared(form, body, field)
    value = value_at(start, field.path)
    for wrong in WRONG[keyword](form, field, value):
        named = {"required": _missing, "additionalProperties": _added}.get(keyword, _itself)
        path = spelled_path((*field.path, *named(value, wrong)))
        told = Broken(keyword, path, error_id(field.schema, keyword, wrong))
        for spoilt in _spoilt(form, start, field.path, wrong):
            if bodies.asks(form, spoilt) and _alone(form, spoilt, field, told):
                yield Break(told, spoilt, (*field.steps, keyword))
                break


def breakable(form: Form) -> Iterator[tuple[Field, str]]:
    """Every field with each of its keywords that a body can break."""
    for field in form.fields:
        if field.heeded:
            for keyword in field.schema:
                open_ended = (
                    keyword == "additionalProperties" and field.schema[keyword] is not False
                )
                known = keyword in WRONG and not open_ended
                if known and (field.allowed or keyword == "not"):
                    yield field, keyword


def prepared(form: Form, body: Any, field: Field) -> Any:
    """A valid body with a field in it, for which the rule of the field applies.

    Where nothing demands a field, it is put where it is of use, if the model has a use for it.
    """
    if not field.given:
        used = _with_field(form, body, field, tuple(form.occasions(field.path)))
        if not any(errors(form, used)):
            return used
    return _with_field(form, body, field, field.given)


def errors(form: Form, body: Any) -> Iterator[jsonschema_rs.ValidationError]:
    """What the schema has against a body, its defaults in place."""
    filled = form.filled(form.heeded(body, form.document), form.document)
    yield from form.validator.iter_errors(filled)


def error_id(schema: Schema, keyword: str, wrong: Any = None) -> str:
    """The id in `errors.json` of what is said of a broken keyword."""
    if keyword == "x-restricted":
        return str(schema[keyword][wrong])
    named: Mapping[str, str] = schema.get("x-errors", {})
    return named.get(keyword) or GENERIC.get(keyword, "keyword_not")


def _with_field(form: Form, body: Any, field: Field, occasions: Sequence[Given]) -> Any:
    for given in occasions:
        body = bodies.made_to_hold(form, body, given.condition, given.path)
    if field.allowed and value_at(body, field.path) is ABSENT:
        body = bodies.placed(form, body, field.path, bodies.plain(form, field.path))
    return bodies.mended(form, body)


def _spoilt(form: Form, body: Any, path: Path, wrong: Any) -> Iterator[Any]:
    """The body with a wrong value at a place, or in an item of its own before all others."""
    changed = bodies.placed(form, body, path, wrong)
    yield from bodies.asked_in_turn(form, changed)
    if 0 in path[LISTED:]:
        depth = path.index(0, LISTED)
        items = value_at(changed, path[:depth])[:1] + value_at(body, path[:depth])
        yield from bodies.asked_in_turn(form, bodies.placed(form, body, path[:depth], items))


def _alone(form: Form, body: Any, field: Field, told: Broken) -> bool:
    """Whether nothing but the keyword is broken, as far as the schema can tell."""
    found = list(errors(form, body))
    if told.keyword in BEYOND_SCHEMA:
        return not found
    ids = {_id_of(form, error) for error in found}
    if field.given:  # what a rule demands of a field its own schema may demand, too
        return told.error in ids and all(_touch(error, field.path) for error in found)
    if told.keyword == "type":  # a wrong type is in no list, either, and a rule may not see it
        there = {tuple(error.instance_path) for error in found}
        return told.error in ids and (there == {field.path} or len(field.path) < LISTED)
    return ids == {told.error}


def _touch(error: jsonschema_rs.ValidationError, path: Path) -> bool:
    """Whether an error is about a place, what is in it, or what it is in."""
    there = tuple(error.instance_path)
    shorter = min(len(there), len(path))
    return there[:shorter] == path[:shorter]


def _id_of(form: Form, error: jsonschema_rs.ValidationError) -> str:
    *steps, keyword = error.schema_path
    schema: Any = form.document
    for step in steps:
        schema = schema[step]
    return error_id(schema, str(keyword))


def _itself(_value: Any, _wrong: Any) -> Path:
    """No name below the field: it is what is wrong."""
    return ()


def _added(value: Any, wrong: Any) -> Path:
    """The name of what nobody asked for."""
    return tuple(name for name in wrong if name not in value)


def _missing(value: Any, wrong: Any) -> tuple[str, ...]:
    return tuple(name for name in value if name not in wrong)


def _of_another_type(_form: Form, field: Field, _value: Any) -> Iterator[Any]:
    own = ALSO.get(field.schema["type"], {field.schema["type"]})
    yield from (value for kind, value in KINDS.items() if kind not in own)


def _unlisted(form: Form, field: Field, _value: Any) -> Iterator[Any]:
    listed = field.schema["enum"]
    taken = {folded(str(value)) for value in (*listed, *field.schema.get("x-aliases", ()))}
    others = _listed_elsewhere(form, field)
    for value in (f"{listed[0]}?", *others) if isinstance(listed[0], str) else (not listed[0],):
        if folded(str(value)) not in taken:
            yield value


def _listed_elsewhere(form: Form, field: Field) -> Iterator[Any]:
    """What the task takes, or other tasks do, and this model on this surface does not."""
    if form.surface in DIALECTS:
        return
    found: Any = spec.task_schema(form.task)
    for step in field.steps:
        found = found[step] if isinstance(found, list) else found.get(step, {})
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
    for spare in (value[-1], *bodies.variants(form, (*field.path, 0))):
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
        yield bodies.without(value, (name,))


def _with_more(_form: Form, _field: Field, value: Any) -> Iterator[Any]:
    yield {**value, "apple": "red"}


def _of_no_kind(_form: Form, field: Field, value: Any) -> Iterator[Any]:
    needed = {path for kind in field.schema["anyOf"] for path in _needed(kind)}
    left = value
    for path in sorted(needed, key=len, reverse=True):
        left = bodies.without(left, path)
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
        yield bodies.plain(form, field.path)
    else:
        yield bodies.kept(form, value, forbidden, field.path, insist=True)


def _without_kind(form: Form, field: Field, value: Any) -> Iterator[Any]:
    rule = field.schema
    if rule["minContains"]:
        items = form.at((*field.path, 0))
        yield [item for item in value if not form.holds(rule["contains"], item, items)]


def _with_surplus(form: Form, field: Field, value: Any) -> Iterator[Any]:
    rule = field.schema
    own = bodies.of_kind(form, field.path, rule["contains"])
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
