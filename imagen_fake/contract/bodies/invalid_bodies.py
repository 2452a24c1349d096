"""Bodies that violate one rule, and the error of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from jsonschema import ValidationError

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, get_value, minimal_value, set_value
from imagen_fake.contract.bodies.fields import Condition, Field, enabling_conditions, fields
from imagen_fake.contract.bodies.invalid_values import INVALID_VALUES
from imagen_fake.contract.bodies.operation import Operation, Path, format_path
from imagen_fake.contract.bodies.repair import repair, satisfy_condition
from imagen_fake.contract.bodies.task_selection import selects_task, task_selecting_bodies
from imagen_fake.contract.exchange import Violation
from imagen_fake.contract.facts.facts import Steps

CUSTOM_KEYWORDS = ("x-max-tokens", "x-restricted")
"""The keywords that JSON Schema validators ignore."""

INSTANCE_DEPTH = 2
"""How many steps of a path lead into the instance: indexes after them count items of a list."""


@dataclass(frozen=True, slots=True)
class InvalidBody:
    """A body that violates one rule, and where in the schema the rule stands."""

    violation: Violation
    body: Any
    steps: Steps


def invalid_bodies(
    operation: Operation, start: Any, field: Field, keyword: str
) -> Iterator[InvalidBody]:
    """Every body that violates one keyword of one field and nothing else.

    It is made of a valid body that has the field and whatever makes its rule apply.
    """
    value = get_value(start, field.path)
    for invalid in INVALID_VALUES[keyword](operation, field, value):
        path = format_path((*field.path, *_violating_property(keyword, value, invalid)))
        violation = Violation(keyword, path, error_id(field.schema, keyword, invalid))
        for candidate in _bodies_with_value(operation, start, field.path, invalid):
            if selects_task(operation, candidate) and _is_only_violation(
                operation, candidate, field, violation
            ):
                yield InvalidBody(violation, candidate, (*field.steps, keyword))
                break


def breakable_keywords(operation: Operation) -> Iterator[tuple[Field, Sequence[str]]]:
    """Every field with those of its keywords that a body can violate."""
    for field in filter(attrgetter("has_effect"), fields(operation)):
        if keywords := [keyword for keyword in field.schema if _is_breakable(field, keyword)]:
            yield field, keywords


def _is_breakable(field: Field, keyword: str) -> bool:
    open_ended = keyword == "additionalProperties" and field.schema[keyword] is not False
    has_values = field.is_allowed and keyword in INVALID_VALUES and not open_ended
    return keyword == "not" or has_values


def body_with_field(operation: Operation, body: Any, field: Field) -> Any:
    """A valid body with a field in it, for which the rule of the field applies.

    A field without conditions is put where it is of use, if the model has a use for it.
    """
    if not field.conditions:
        used = _add_field(operation, body, field, enabling_conditions(operation, field.path))
        if not schema_errors(operation, used):
            return used
    return _add_field(operation, body, field, field.conditions)


def schema_errors(operation: Operation, body: Any) -> tuple[ValidationError, ...]:
    """The errors of a body with its defaults in place."""
    document = operation.document
    filled = operation.with_defaults(operation.without_ignored(body, document), document)
    return operation.errors(filled)


def error_id(schema: Any, keyword: str, value: Any = None) -> str:
    """The id in `errors.json` of the error for a violated keyword."""
    if keyword == "x-restricted":
        return str(schema[keyword][value])
    ids: Mapping[str, str] = schema.get("x-errors", {})
    return ids.get(keyword) or spec.keyword_error(keyword)


def _add_field(
    operation: Operation, body: Any, field: Field, conditions: Sequence[Condition]
) -> Any:
    for condition in conditions:
        body = satisfy_condition(operation, body, condition.schema, condition.path)
    if field.is_allowed and get_value(body, field.path) is ABSENT:
        body = set_value(operation, body, field.path, minimal_value(operation, field.path))
    return repair(operation, body)


def _bodies_with_value(operation: Operation, body: Any, path: Path, value: Any) -> Iterator[Any]:
    """The body with a value at a place, or in an item of its own before all others."""
    changed = set_value(operation, body, path, value)
    yield from task_selecting_bodies(operation, changed)
    if 0 in path[INSTANCE_DEPTH:]:
        depth = path.index(0, INSTANCE_DEPTH)
        items = get_value(changed, path[:depth])[:1] + get_value(body, path[:depth])
        longer = set_value(operation, body, path[:depth], items)
        yield from task_selecting_bodies(operation, longer)


def _is_only_violation(operation: Operation, body: Any, field: Field, violation: Violation) -> bool:
    """Whether nothing but the keyword is violated, as far as the schema can tell."""
    errors = schema_errors(operation, body)
    if violation.keyword in CUSTOM_KEYWORDS:
        return not errors
    ids = {error_id(error.schema, str(error.validator)) for error in errors}
    if field.conditions:  # the field's own schema may demand the same as the rule
        return violation.error in ids and all(_concerns(error, field.path) for error in errors)
    if violation.keyword == "type":  # a wrong type is in no enum, either, and rules may not see it
        paths = {tuple(error.absolute_path) for error in errors}
        return violation.error in ids and (
            paths == {field.path} or len(field.path) < INSTANCE_DEPTH
        )
    return ids == {violation.error}


def _concerns(error: ValidationError, path: Path) -> bool:
    """Whether an error is about a place, what is in it, or what it is in."""
    place = tuple(error.absolute_path)
    shorter = min(len(place), len(path))
    return place[:shorter] == path[:shorter]


def _violating_property(keyword: str, value: Any, invalid: Any) -> Path:
    """The property that is missing or unknown, for the keywords that are about one."""
    if keyword == "required":
        return tuple(name for name in value if name not in invalid)
    if keyword == "additionalProperties":
        return tuple(name for name in invalid if name not in value)
    return ()
