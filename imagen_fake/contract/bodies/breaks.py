"""Bodies with one thing wrong, and how each of them is refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.contract.bodies.asking import asked_in_turn, asks
from imagen_fake.contract.bodies.body import ABSENT, placed, plain, value_at
from imagen_fake.contract.bodies.fields import Field, Given, fields, occasions
from imagen_fake.contract.bodies.form import Form, Path, Schema, spelled_path
from imagen_fake.contract.bodies.rules import made_to_hold, mended
from imagen_fake.contract.bodies.wrong import WRONG
from imagen_fake.contract.exchange import Broken
from imagen_fake.contract.facts.facts import Steps

BEYOND_SCHEMA = ("x-max-tokens", "x-restricted")
"""The keywords that no JSON Schema validator knows."""

LISTED = 2
"""How many steps of a path lead into the instance: indexes after them count items of a list."""


@dataclass(frozen=True, slots=True)
class Break:
    """A body with one thing wrong, and where in the schema the rule stands that it breaks."""

    broken: Broken
    body: Any
    steps: Steps


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
            if asks(form, spoilt) and _alone(form, spoilt, field, told):
                yield Break(told, spoilt, (*field.steps, keyword))
                break


def breakable(form: Form) -> Iterator[tuple[Field, str]]:
    """Every field with each of its keywords that a body can break."""
    for field in fields(form):
        for keyword, said in field.schema.items() if field.heeded else ():
            open_ended = keyword == "additionalProperties" and said is not False
            if keyword == "not" or (field.allowed and keyword in WRONG and not open_ended):
                yield field, keyword


def prepared(form: Form, body: Any, field: Field) -> Any:
    """A valid body with a field in it, for which the rule of the field applies.

    Where nothing demands a field, it is put where it is of use, if the model has a use for it.
    """
    if not field.given:
        used = _with_field(form, body, field, tuple(occasions(form, field.path)))
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
    return named.get(keyword) or spec.keyword_error(keyword)


def _with_field(form: Form, body: Any, field: Field, occasions: Sequence[Given]) -> Any:
    for given in occasions:
        body = made_to_hold(form, body, given.condition, given.path)
    if field.allowed and value_at(body, field.path) is ABSENT:
        body = placed(form, body, field.path, plain(form, field.path))
    return mended(form, body)


def _spoilt(form: Form, body: Any, path: Path, wrong: Any) -> Iterator[Any]:
    """The body with a wrong value at a place, or in an item of its own before all others."""
    changed = placed(form, body, path, wrong)
    yield from asked_in_turn(form, changed)
    if 0 in path[LISTED:]:
        depth = path.index(0, LISTED)
        items = value_at(changed, path[:depth])[:1] + value_at(body, path[:depth])
        yield from asked_in_turn(form, placed(form, body, path[:depth], items))


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
