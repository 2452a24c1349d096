"""Hypothesis strategies for bodies, made of `schemas/` alone.

Whatever fails with one of them shrinks to the plainest body that fails: a red apple, and the few
fields that matter.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import is_mask, placed, plain
from imagen_fake.contract.bodies.breaks import Break, breakable
from imagen_fake.contract.bodies.breaks import broken as broken_bodies
from imagen_fake.contract.bodies.cases import is_valid
from imagen_fake.contract.bodies.fields import Field
from imagen_fake.contract.bodies.form import Form, Path, Schema
from imagen_fake.contract.bodies.prompts import texts
from imagen_fake.contract.bodies.rules import mended, plain_body
from imagen_fake.contract.bodies.spelling import SPELLINGS, Write, respelled
from imagen_fake.contract.bodies.touch import answered, of_broken, of_plain
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.facts import DIALECTS

UNDRAWN = ("bytesBase64Encoded", "gcsUri", "storageUri", "model")
"""Texts that are no free choice: pictures are drawn as a whole, and objects must be there."""

HIGHEST = 1000
"""Numbers without an upper bound go up to this."""

LONGEST_LIST = 4
"""Lists without a limit have this many items at most."""


def valid(model: str, task: str, surface: str) -> SearchStrategy[Case]:
    """Cases with a body that has to be accepted."""
    form = Form(model, task, surface)
    return _valid_bodies(form).map(partial(_valid_case, form))


def broken(model: str, task: str, surface: str) -> SearchStrategy[Case]:
    """Cases with a body in which one thing is wrong, named in `Case.broken`.

    Those that break `x-restricted` are refused to projects without the right alone.
    """
    form = Form(model, task, surface)
    return _breaks(form).map(partial(_broken_case, form))


def spelled(case: Case) -> SearchStrategy[Case]:
    """The same case as other clients write its body."""
    form = Form(case.model, case.task, case.surface)
    ways = st.lists(st.sampled_from(list(SPELLINGS)), min_size=1, unique=True)
    return ways.map(partial(_spelled_case, form, case))


@st.composite
def _valid_bodies(draw: DrawFn, form: Form) -> Any:
    body = draw(_values(form, ()))
    if form.surface in DIALECTS:
        body = {**plain_body(form), **body, "model": form.model}
    body = mended(form, body)
    assume(is_valid(form, body))
    size = draw(st.sampled_from(pictures.SIZES))
    return draw(_with_pictures(form, body, size))


@st.composite
def _breaks(draw: DrawFn, form: Form) -> Break:
    field, keyword = draw(st.sampled_from(_breakable(form)))
    starts = st.just(plain_body(form))
    if keyword != "x-restricted":  # a valid body may hold what is restricted elsewhere
        starts = st.one_of(starts, _valid_bodies(form))
    start = draw(starts)
    found = list(broken_bodies(form, start, field, keyword))
    assume(found)
    return draw(st.sampled_from(found))


@cache
def _breakable(form: Form) -> Sequence[tuple[Field, str]]:
    """What can be broken in the plain body, so that hardly any draw is in vain."""
    plain = plain_body(form)
    return [
        (field, keyword)
        for field, keyword in breakable(form)
        if any(True for _ in broken_bodies(form, plain, field, keyword))
    ]


@cache
def _values(form: Form, path: Path) -> SearchStrategy[Any]:
    """Values of a place, rules that join it with others aside."""
    schema = form.at(path)
    if "x-formats" in schema or (path and path[-1] in UNDRAWN):
        return st.builds(lambda: plain(form, path))
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], *(schema.get("x-aliases") or ())])
    match schema.get("type"):
        case "object":
            return _objects(form, path, schema)
        case "array":
            most = schema.get("maxItems", LONGEST_LIST)
            return st.lists(_values(form, (*path, 0)), min_size=1, max_size=most)
        case "string":
            return texts(schema)
        case "integer" | "number":
            return _numbers(schema)
        case "boolean":
            return st.booleans()
    return st.sampled_from([True, 1, "text"])


def _objects(form: Form, path: Path, schema: Schema) -> SearchStrategy[Any]:
    known = {
        name: _values(form, (*path, name))
        for name in schema.get("properties", {})
        if form.at((*path, name)).get("not") != {}
    }
    if not known and "additionalProperties" in schema:
        return st.dictionaries(texts({"pattern": r"\S"}), texts({}), max_size=2)
    return _some_of(known, frozenset(schema.get("required", ())))


@st.composite
def _some_of(draw: DrawFn, known: Mapping[str, SearchStrategy[Any]], needed: frozenset[str]) -> Any:
    """Objects with what is needed and about a third of the rest; the rest shrinks away."""
    return {
        name: draw(values)
        for name, values in known.items()
        if name in needed or draw(st.integers(0, 2)) > 1
    }


def _numbers(schema: Schema) -> SearchStrategy[Any]:
    least = schema.get("minimum", 0)
    most = schema.get("maximum", max(HIGHEST, least))
    if schema["type"] == "integer":
        return st.integers(least, most)
    return st.integers(least, most) | st.floats(least, most, allow_subnormal=False)


@st.composite
def _with_pictures(draw: DrawFn, form: Form, body: Any, size: pictures.Size) -> Any:
    """The body with pictures of one size, so that masks fit, in various formats and modes."""
    for path, schema, masking in _places(form, body, ()):
        kind = draw(st.sampled_from(schema["x-formats"]["value"]))
        mode = draw(st.sampled_from(pictures.modes(kind)))
        media = pictures.media(masking=masking, size=size, kind=kind, mode=mode)
        body = placed(form, body, path, media)
    return body


def _places(form: Form, value: Any, path: Path) -> list[tuple[Path, Schema, bool]]:
    """Where a body has pictures, what is taken there, and whether they are masks."""
    found = []
    for step in value if isinstance(value, Mapping) else range(len(value)):
        here = (*path, step)
        schema = form.at(here)
        if "x-formats" in schema:
            found.append((here, schema, is_mask(here, value)))
        elif isinstance(value[step], Mapping | list):
            found += _places(form, value[step], here)
    return found


def _valid_case(form: Form, body: Any) -> Case:
    facts = frozenset((*of_plain(form, body), *answered(form, body)))
    return Case("valid", form.surface, form.model, form.task, body, facts=facts)


def _broken_case(form: Form, found: Break) -> Case:
    told = found.broken
    facts = frozenset(of_broken(form, found.steps, told))
    name = f"{told.keyword} of {told.path or 'the body'} broken"
    return Case(name, form.surface, form.model, form.task, found.body, told, facts)


def _spelled_case(form: Form, case: Case, ways: list[str]) -> Case:
    chosen = [write for name, write in SPELLINGS.items() if name in ways]
    body = respelled(form, case.body, partial(_written, chosen))
    name = f"{case.name}, spelled with {', '.join(ways)}"
    return Case(name, case.surface, case.model, case.task, body, case.broken, case.facts)


def _written(ways: list[Write], form: Form, value: Any, schema: Schema, path: Path) -> Any:
    for write in ways:
        value = write(form, value, schema, path)
    return value
