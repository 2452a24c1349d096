"""Every field of a request and every rule on it, in the order of the schema.

Strategies and the list of cases both walk this; the fields are listed in `schemas/` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from imagen_fake.contract.bodies.operation import Operation, Path, Schema, reference_steps
from imagen_fake.contract.facts.facts import Steps

EXAMPLE_KEY = "team"
"""A key where any is accepted."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of the value at a place for a rule to apply."""

    path: Path
    schema: Schema


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a body and the keywords that one subschema has for it.

    `value_schema` is the whole schema of values there, `steps` lead to `schema` in the document,
    and the keywords apply where the conditions hold.
    """

    path: Path
    steps: Steps
    schema: Schema
    value_schema: Schema
    conditions: tuple[Condition, ...] = ()

    @property
    def is_rule(self) -> bool:
        """Whether the keywords join the place with others."""
        return self.schema is not self.value_schema

    @property
    def has_effect(self) -> bool:
        """Whether the value changes anything, or can be invalid."""
        return self.value_schema.get("x-effect") != "none"

    @property
    def is_allowed(self) -> bool:
        """Whether the field may be there at all."""
        return self.value_schema.get("not") != {}


@cache
def fields(operation: Operation) -> tuple[Field, ...]:
    """Every field that a body may have, its rules after it."""
    return tuple(_walk(operation, operation.document, (), ()))


def enabling_conditions(operation: Operation, path: Path) -> Sequence[Condition]:
    """The condition under which a field is of use: that of the rule closest to it, if any."""
    rules = [field for field in fields(operation) if field.conditions]
    requiring = sorted(
        (rule for rule in rules if _requires(rule, path)),
        key=lambda rule: len(rule.path),
        reverse=True,
    )
    open_ended = (rule for rule in rules if _leaves_open(rule.conditions[0], path))
    return [rule.conditions[0] for rule in (*requiring, *open_ended)][:1]


def _requires(rule: Field, path: Path) -> bool:
    """Whether a rule requires the value at a place, or what that is part of."""
    depth = len(rule.path)
    if depth >= len(path) or path[:depth] != rule.path:
        return False
    return path[depth] in set(rule.schema.get("required", ()))


def _leaves_open(condition: Condition, path: Path) -> bool:
    """Whether a condition on some object is also about one of its fields that it leaves open."""
    depth = len(condition.path)
    if not depth or depth >= len(path) or path[:depth] != condition.path:
        return False
    schema = condition.schema.get("properties", {}).get(path[depth], {"const": None})
    return not {"const", "enum"} & schema.keys()


def _walk(operation: Operation, schema: Schema, path: Path, steps: Steps) -> Iterator[Field]:
    if "$ref" in schema:
        steps = reference_steps(schema["$ref"])
        schema = operation.resolve(schema)
    field = Field(path, steps, schema, schema)
    yield field
    if field.has_effect and field.is_allowed:
        for name, child in schema.get("properties", {}).items():
            yield from _walk(operation, child, (*path, name), (*steps, "properties", name))
        if "items" in schema:
            yield from _walk(operation, schema["items"], (*path, 0), (*steps, "items"))
        others = schema.get("additionalProperties")
        if isinstance(others, Mapping):
            inner = (*steps, "additionalProperties")
            yield from _walk(operation, others, (*path, EXAMPLE_KEY), inner)
        yield from _rules(operation, field)


def _rules(operation: Operation, field: Field) -> Iterator[Field]:
    """The keywords of the rules that join the values in a field."""
    for number, rule in enumerate(field.schema.get("allOf", ())):
        steps = (*field.steps, "allOf", number)
        if "if" in rule:
            conditions = (Condition(field.path, rule["if"]),)
            then = (*steps, "then")
            yield from _conditional_fields(operation, rule["then"], field.path, then, conditions)
        else:
            yield Field(field.path, steps, rule, field.value_schema)


def _conditional_fields(
    operation: Operation, schema: Schema, path: Path, steps: Steps, when: tuple[Condition, ...]
) -> Iterator[Field]:
    """The keywords of a rule for a place and for everything below it."""
    yield Field(path, steps, schema, operation.schema_at(path), when)
    for name, child in schema.get("properties", {}).items():
        inner = (*steps, "properties", name)
        yield from _conditional_fields(operation, child, (*path, name), inner, when)
    if "items" in schema:
        inner = (*steps, "items")
        yield from _conditional_fields(operation, schema["items"], (*path, 0), inner, when)
