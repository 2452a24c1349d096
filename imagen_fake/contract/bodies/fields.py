"""Every field of a request and every rule it has to keep, in the order of the schema.

Strategies and the list of cases both walk this; nothing of it is listed anywhere but in
`schemas/`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from imagen_fake.contract.bodies.form import Form, Path, Schema, local
from imagen_fake.contract.facts.facts import Steps

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
    def is_rule(self) -> bool:
        """Whether the keywords join the place with others."""
        return self.schema is not self.whole

    @property
    def heeded(self) -> bool:
        """Whether the value changes anything, or can be wrong."""
        return self.whole.get("x-effect") != "none"

    @property
    def allowed(self) -> bool:
        """Whether the field may be there at all."""
        return self.whole.get("not") != {}


@cache
def fields(form: Form) -> tuple[Field, ...]:
    """Every field that may stand in a body, its rules after it."""
    return tuple(_walk(form, form.document, (), ()))


def occasions(form: Form, path: Path) -> Sequence[Given]:
    """When a field is of use: the condition of the rule that asks for it most closely, if any."""
    rules = [field for field in fields(form) if field.given]
    asking = sorted((rule for rule in rules if _asks_for(rule, path)), key=_depth, reverse=True)
    asked = [rule.given[0] for rule in asking]
    spoken = [rule.given[0] for rule in rules if _speaks_of(rule.given[0], path)]
    return (*asked, *spoken)[:1]


def _depth(rule: Field) -> int:
    return len(rule.path)


def _asks_for(rule: Field, path: Path) -> bool:
    """Whether a rule requires what stands at a place, or what that is part of."""
    depth = len(rule.path)
    if depth >= len(path) or path[:depth] != rule.path:
        return False
    return path[depth] in set(rule.schema.get("required", ()))


def _speaks_of(given: Given, path: Path) -> bool:
    """Whether a condition on some object is also about one of its fields that it leaves open."""
    depth = len(given.path)
    if not depth or depth >= len(path) or path[:depth] != given.path:
        return False
    below = given.condition.get("properties", {}).get(path[depth], {"const": None})
    return not {"const", "enum"} & below.keys()


def _walk(form: Form, schema: Schema, path: Path, steps: Steps) -> Iterator[Field]:
    if "$ref" in schema:
        steps = local(schema["$ref"])
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
