"""Hypothesis strategies for bodies, made of `schemas/` alone.

Failing examples shrink to the minimal body with the few fields that matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import is_mask, minimal_value, set_value
from imagen_fake.contract.bodies.cases import is_valid
from imagen_fake.contract.bodies.fact_coverage import body_facts, success_facts, violation_facts
from imagen_fake.contract.bodies.fields import Field
from imagen_fake.contract.bodies.invalid_bodies import (
    InvalidBody,
    body_with_field,
    breakable_keywords,
    invalid_bodies,
)
from imagen_fake.contract.bodies.operation import Operation, Path, Schema
from imagen_fake.contract.bodies.prompts import texts
from imagen_fake.contract.bodies.repair import minimal_body, repair
from imagen_fake.contract.bodies.spellings import SPELLINGS, respell
from imagen_fake.contract.bodies.valid_values import FIXED_FIELDS
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.facts import DIALECTS

MAX_NUMBER = 1000
"""The largest number where there is no upper bound."""

MAX_ITEMS = 4
"""The most items of lists without a limit."""


def valid_cases(operation: Operation) -> SearchStrategy[Case]:
    """Cases with a valid body."""
    return _valid_bodies(operation).map(partial(_valid_case, operation))


def invalid_cases(operation: Operation) -> SearchStrategy[Case]:
    """Cases with one violation, named in `Case.violation`.

    Those that violate `x-restricted` are refused to projects without the permission alone.
    """
    return _invalid_bodies(operation).map(partial(_invalid_case, operation))


def respelled_cases(case: Case) -> SearchStrategy[Case]:
    """The same case in the spellings of other clients."""
    names = st.lists(st.sampled_from(list(SPELLINGS)), min_size=1, unique=True)
    return names.map(partial(_respelled_case, case))


@st.composite
def _valid_bodies(draw: DrawFn, operation: Operation) -> Any:
    body = draw(_values(operation, ()))
    if operation.surface in DIALECTS:
        body = {**minimal_body(operation), **body, "model": operation.model}
    body = repair(operation, body)
    assume(is_valid(operation, body))
    size = draw(st.sampled_from(pictures.SIZES))
    return draw(_with_pictures(operation, body, size))


@st.composite
def _invalid_bodies(draw: DrawFn, operation: Operation) -> InvalidBody:
    field, keyword = draw(st.sampled_from(_breakable(operation)))
    starts = st.just(minimal_body(operation))
    if keyword != "x-restricted":  # a valid body may hold what is restricted elsewhere
        starts = st.one_of(starts, _valid_bodies(operation))
    start = body_with_field(operation, draw(starts), field)
    bodies = list(invalid_bodies(operation, start, field, keyword))
    assume(bodies)
    return draw(st.sampled_from(bodies))


@cache
def _breakable(operation: Operation) -> Sequence[tuple[Field, str]]:
    """The keywords that can be violated in the minimal body, so that few draws are rejected."""
    return [
        (field, keyword)
        for field, keywords in breakable_keywords(operation)
        for start in [body_with_field(operation, minimal_body(operation), field)]
        for keyword in keywords
        if any(True for _ in invalid_bodies(operation, start, field, keyword))
    ]


@cache
def _values(operation: Operation, path: Path) -> SearchStrategy[Any]:
    """Values of a place, without the rules that join it with others."""
    schema = operation.schema_at(path)
    if "x-formats" in schema or (path and path[-1] in (*FIXED_FIELDS, "storageUri")):
        return st.builds(lambda: minimal_value(operation, path))
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], *(schema.get("x-aliases") or ())])
    match schema.get("type"):
        case "object":
            return _objects(operation, path, schema)
        case "array":
            most = schema.get("maxItems", MAX_ITEMS)
            return st.lists(_values(operation, (*path, 0)), min_size=1, max_size=most)
        case "string":
            return texts(schema)
        case "integer" | "number":
            return _numbers(schema)
        case "boolean":
            return st.booleans()
    return st.sampled_from([True, 1, "text"])


def _objects(operation: Operation, path: Path, schema: Schema) -> SearchStrategy[Any]:
    properties = {
        name: _values(operation, (*path, name))
        for name in schema.get("properties", {})
        if operation.schema_at((*path, name)).get("not") != {}
    }
    if not properties and "additionalProperties" in schema:
        return st.dictionaries(texts({"pattern": r"\S"}), texts({}), max_size=2)
    return _some_of(properties, frozenset(schema.get("required", ())))


@st.composite
def _some_of(
    draw: DrawFn, properties: Mapping[str, SearchStrategy[Any]], required: frozenset[str]
) -> Any:
    """Objects with what is required and about a third of the rest; the rest shrinks away."""
    return {
        name: draw(values)
        for name, values in properties.items()
        if name in required or draw(st.integers(0, 2)) > 1
    }


def _numbers(schema: Schema) -> SearchStrategy[Any]:
    least = schema.get("minimum", 0)
    most = schema.get("maximum", max(MAX_NUMBER, least))
    if schema["type"] == "integer":
        return st.integers(least, most)
    return st.integers(least, most) | st.floats(least, most, allow_subnormal=False)


@st.composite
def _with_pictures(draw: DrawFn, operation: Operation, body: Any, size: pictures.Size) -> Any:
    """The body with pictures of one size, so that masks fit, in various formats and modes."""
    for path, schema, masking in list(_picture_places(operation, body, ())):
        kind = draw(st.sampled_from(schema["x-formats"]["value"]))
        mode = draw(st.sampled_from(pictures.modes(kind)))
        media = pictures.media(masking=masking, size=size, kind=kind, mode=mode)
        body = set_value(operation, body, path, media)
    return body


def _picture_places(
    operation: Operation, value: Any, path: Path
) -> Iterator[tuple[Path, Schema, bool]]:
    """The places of a body's pictures, their schemas, and whether they are masks."""
    for step in value if isinstance(value, Mapping) else range(len(value)):
        inner = (*path, step)
        schema = operation.schema_at(inner)
        if "x-formats" in schema:
            yield inner, schema, is_mask(inner, value)
        elif isinstance(value[step], Mapping | list):
            yield from _picture_places(operation, value[step], inner)


def _valid_case(operation: Operation, body: Any) -> Case:
    facts = (*body_facts(operation, body), *success_facts(operation, body))
    return operation.case("valid", body, facts=facts)


def _invalid_case(operation: Operation, invalid: InvalidBody) -> Case:
    violation = invalid.violation
    facts = violation_facts(operation, invalid.steps, violation)
    name = f"{violation.keyword} of {violation.path or 'the body'} broken"
    return operation.case(name, invalid.body, violation, facts)


def _respelled_case(case: Case, names: list[str]) -> Case:
    operation, body = Operation(case.model, case.task, case.surface), case.body
    for name, spelling in SPELLINGS.items():
        if name in names:
            body = respell(operation, body, spelling)
    return replace(case, name=f"{case.name}, spelled with {', '.join(names)}", body=body)
