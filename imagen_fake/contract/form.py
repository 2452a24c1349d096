"""What may stand in a body: every field of a request, and every rule it has to keep.

Strategies and the list of cases both walk this; nothing of it is listed anywhere but in
`schemas/`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from imagen_fake import spec
from imagen_fake.contract.facts import DIALECTS, Steps, parted
from imagen_fake.normalize import fill_defaults

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]
"""The keys and indexes from the top of a body down to a value."""

MADE_UP = "team"
"""A key where any is taken."""


@dataclass(frozen=True, slots=True)
class Given:
    """What must be true of the value at a place for a rule to apply."""

    path: Path
    condition: Schema


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a body and the keywords that one spot in the schema has for it.

    `whole` is all that is known of values there, `steps` lead to `schema` in the document, and
    `given` is there where the keywords hold only of some bodies.
    """

    path: Path
    steps: Steps
    schema: Schema
    whole: Schema
    given: tuple[Given, ...] = ()

    @property
    def heeded(self) -> bool:
        """Whether the value changes anything, or can be wrong."""
        return self.whole.get("x-effect") != "none"

    @property
    def allowed(self) -> bool:
        """Whether the field may be there at all."""
        return self.whole.get("not") != {}


@dataclass(frozen=True, slots=True)
class Form:
    """What a model takes for a task on a surface."""

    model: str
    task: str
    surface: str

    @property
    def document(self) -> Schema:
        """The JSON Schema of the whole body."""
        if self.surface in DIALECTS:
            request: Schema = spec.surface(self.surface).facts["request"]
            return request
        return spec.request(self.model, self.task, self.surface).schema

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, its rules after it, in the order of the schema."""
        return _fields(self)

    @property
    def validator(self) -> jsonschema_rs.Draft202012Validator:
        """What judges bodies whose defaults are in place."""
        return _validator(self)

    def occasions(self, path: Path) -> Iterator[Given]:
        """When a field is of use: the condition of the first rule that asks for it, if any does."""
        rules = [field for field in self.fields if field.given]
        asked = [rule.given[0] for rule in rules if _asks_for(rule, path)]
        spoken = [rule.given[0] for rule in rules if _speaks_of(rule.given[0], path)]
        yield from (*asked, *spoken)[:1]

    def resolved(self, schema: Schema) -> Schema:
        """The schema a `$ref` within the document stands for, else the schema itself."""
        if "$ref" not in schema:
            return schema
        found: Any = self.document
        for step in _local(schema["$ref"]):
            found = found[step]
        return self.resolved(found)

    def below(self, schema: Schema, step: str | int) -> Schema:
        """The schema of a key or of the items; of anything at all where nothing is known."""
        schema = self.resolved(schema)
        known = schema.get("items", {}) if isinstance(step, int) else _property(schema, step)
        return self.resolved(known)

    def at(self, path: Path) -> Schema:
        """All that is known of the values at a place."""
        return _at(self, tuple(0 if isinstance(step, int) else step for step in path))

    def filled(self, value: Any, schema: Schema) -> Any:
        """A value with every default in place, as the rules see it."""
        filled = fill_defaults(self.document, value, schema)
        if schema is self.document and isinstance(filled, Mapping) and "parameters" not in filled:
            return fill_defaults(self.document, {**filled, "parameters": {}}, schema)
        return filled

    def heeded(self, value: Any, schema: Schema) -> Any:
        """A value without the fields that have no effect: nobody looks at what they hold."""
        schema = self.resolved(schema)
        if isinstance(value, list):
            return [self.heeded(item, schema.get("items", {})) for item in value]
        if not isinstance(value, Mapping):
            return value
        known = {name: self.below(schema, name) for name in value}
        return {
            name: self.heeded(item, known[name])
            for name, item in value.items()
            if known[name].get("x-effect") != "none"
        }

    def holds(self, condition: Schema, value: Any, schema: Schema) -> bool:
        """Whether a value meets a condition once defaults are in place."""
        return _compiled(json.dumps(condition)).is_valid(self.filled(value, schema))


def spelled_path(path: Path) -> str:
    """A place as the service spells it: parameters without the object they stand in."""
    spelled = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return spelled.removeprefix(".").removeprefix("parameters.")


@cache
def _fields(form: Form) -> tuple[Field, ...]:
    return tuple(_walk(form, form.document, (), ()))


@cache
def _at(form: Form, path: Path) -> Schema:
    return form.below(_at(form, path[:-1]), path[-1]) if path else form.document


@cache
def _compiled(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema))


@cache
def _validator(form: Form) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(form.document)


def _asks_for(rule: Field, path: Path) -> bool:
    """Whether a rule requires what stands at a place, or what that is part of."""
    depth = len(rule.path)
    within = depth < len(path) and path[:depth] == rule.path
    return within and path[depth] in rule.schema.get("required", ())


def _speaks_of(given: Given, path: Path) -> bool:
    """Whether a condition on some object is also about one of its fields that it leaves open."""
    depth = len(given.path)
    if not depth or depth >= len(path) or path[:depth] != given.path:
        return False
    below = given.condition.get("properties", {}).get(path[depth], {"const": None})
    return below.keys().isdisjoint({"const", "enum"})


def _walk(form: Form, schema: Schema, path: Path, steps: Steps) -> Iterator[Field]:
    if "$ref" in schema:
        steps = _local(schema["$ref"])
        schema = form.resolved(schema)
    field = Field(path, steps, schema, schema)
    yield field
    if field.heeded and field.allowed:
        for name, below in schema.get("properties", {}).items():
            yield from _walk(form, below, (*path, name), (*steps, "properties", name))
        if "items" in schema:
            yield from _walk(form, schema["items"], (*path, 0), (*steps, "items"))
        if isinstance(schema.get("additionalProperties"), Mapping):
            other = "additionalProperties"
            yield from _walk(form, schema[other], (*path, MADE_UP), (*steps, other))
        yield from _rules(form, field)


def _rules(form: Form, field: Field) -> Iterator[Field]:
    """The keywords of the rules that join what stands in a field."""
    for number, rule in enumerate(field.schema.get("allOf", ())):
        steps = (*field.steps, "allOf", number)
        if "if" in rule:
            given = (Given(field.path, rule["if"]),)
            yield from _demands(form, rule["then"], field.path, (*steps, "then"), given)
        else:
            yield Field(field.path, steps, rule, field.whole)


def _demands(
    form: Form, schema: Schema, path: Path, steps: Steps, given: tuple[Given, ...]
) -> Iterator[Field]:
    """What a rule demands of a place and of everything below it."""
    yield Field(path, steps, schema, form.at(path), given)
    for name, below in schema.get("properties", {}).items():
        yield from _demands(form, below, (*path, name), (*steps, "properties", name), given)
    if "items" in schema:
        yield from _demands(form, schema["items"], (*path, 0), (*steps, "items"), given)


def _property(schema: Schema, name: str) -> Schema:
    others = schema.get("additionalProperties")
    found: Schema = schema.get("properties", {}).get(name, {})
    return found or (others if isinstance(others, Mapping) else {})


def _local(reference: str) -> Steps:
    return tuple(parted(reference)[1])
