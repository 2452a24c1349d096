"""The list of cases: the same on every machine, and between them they touch every fact.

Each model is asked for each of its tasks on each of its surfaces: plainly, with each value of
each field that is worth it, in other spellings, and with each keyword of each field broken once.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.asking import asks, imagen_body
from imagen_fake.contract.bodies.beyond import beyond
from imagen_fake.contract.bodies.body import ABSENT, placed, value_at
from imagen_fake.contract.bodies.breaks import breakable, broken, errors, prepared
from imagen_fake.contract.bodies.chosen import RESOLD
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.form import Form, spelled_path
from imagen_fake.contract.bodies.payloads import payloads
from imagen_fake.contract.bodies.rules import mended, plain_body
from imagen_fake.contract.bodies.spelling import SPELLINGS, respelled
from imagen_fake.contract.bodies.touch import answered, of_broken, of_field, of_plain
from imagen_fake.contract.bodies.values import UNTRIED, in_short, worth_trying
from imagen_fake.contract.exchange import Broken, Case
from imagen_fake.contract.facts.facts import DIALECTS

GOOGLE = ("vertex", "gemini")
"""The surfaces that have models of their own."""


def cases(model: str | None = None, task: str | None = None) -> Iterator[Case]:
    """Every case, or those of a model or a task, in the order of the files in `schemas/`."""
    told: set[Any] = set()
    for form in forms():
        if model in (None, form.model) and task in (None, form.task):
            new = (case for case in cases_of(form) if not _is_told(case, told))
            yield from _named_apart(new)
    for case in payloads():
        if model in (None, case.model) and task in (None, case.task):
            yield case


def forms() -> Iterator[Form]:
    """What can be asked: each model, its tasks, its surfaces; other dialects where they fit."""
    for name in spec.model_ids():
        known = spec.model(name)
        for task in known.tasks if known else ():
            yield from (Form(name, task, surface) for surface in GOOGLE if _is_on(name, surface))
    yield Form(RESOLD, "generate", "aiml")
    openai = spec.surface("openai").facts["request"]["properties"]
    yield Form(openai["model"]["default"], "generate", "openai")


def cases_of(form: Form) -> Iterator[Case]:
    """The cases of one model, task and surface; of an alias only what shows whom it stands for."""
    plain = plain_body(form)
    yield _case(form, "plain", plain, [*of_plain(form, plain), *answered(form, plain)])
    if "aliasOf" in spec.read(f"models/{form.model}.json"):
        return
    yield from with_values(form, plain)
    yield from in_spellings(form, plain)
    yield from with_breaks(form, plain)
    yield from beyond(form, plain)


def with_values(form: Form, plain: Any) -> Iterator[Case]:
    """A valid case for each value of each field that is worth one."""
    for field in fields(form):
        if field.is_rule or not field.allowed or len(field.path) <= _depth(form):
            continue
        start = prepared(form, plain, field)
        for label, value in worth_trying(form, field):
            body = mended(form, placed(form, start, field.path, value))
            if is_valid(form, body) and _keeps(value_at(body, field.path), value):
                named = f"{spelled_path(field.path)}={label}"
                touched = [*of_field(form, field), *answered(form, body)]
                yield _case(form, named, body, touched)


def in_spellings(form: Form, plain: Any) -> Iterator[Case]:
    """The body with most in it, in each of the spellings that differs from it."""
    full = fullest(form, plain)
    for name, write in SPELLINGS.items():
        body = respelled(form, full, write)
        if json.dumps(body) != json.dumps(full):
            yield _case(form, f"spelled with {name}", body, of_plain(form, full))


def with_breaks(form: Form, plain: Any) -> Iterator[Case]:
    """A refused case for each keyword of each field."""
    for field, keyword in breakable(form):
        told: dict[Broken, None] = {}
        for found in broken(form, plain, field, keyword):
            if found.broken not in told or keyword == "enum":
                told[found.broken] = None
                named = f"{keyword} of {found.broken.path or 'the body'}"
                value = value_at(found.body, field.path)
                case = _case(
                    form,
                    f"{named} broken by {'nothing' if value is ABSENT else in_short(value)}",
                    found.body,
                    of_broken(form, found.steps, found.broken),
                )
                yield replace(case, broken=found.broken)


def fullest(form: Form, plain: Any) -> Any:
    """The plain body with every field that can stand beside the others, at its plainest."""
    body = plain
    for field in fields(form):
        if field.is_rule or not field.allowed or not field.heeded or not _is_leaf(field):
            continue
        if value_at(body, field.path) is ABSENT and not {*UNTRIED, "mimeType"} & {*field.path}:
            wider = mended(form, prepared(form, body, field))
            if is_valid(form, wider) and _keeps(wider, body):
                body = wider
    return body


def _case(form: Form, name: str, body: Any, facts: Iterable[str]) -> Case:
    named = f"{form.surface} {form.model} {form.task}: {name}"
    return Case(named, form.surface, form.model, form.task, body, facts=frozenset(facts))


def _named_apart(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases, those numbered that would have the name of an earlier one."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.name] += 1
        number = seen[case.name]
        yield case if number == 1 else replace(case, name=f"{case.name} ({number})")


def _is_told(case: Case, told: set[Any]) -> bool:
    """Whether a valid case is that of another model again and touches no fact of its own."""
    named = (case.surface, case.task, case.name.partition(": ")[2], case.facts)
    if case.broken or named not in told:
        told.add(named)
        return False
    return not case.name.endswith(": plain")


def _is_on(name: str, surface: str) -> bool:
    known = spec.model(name)
    return bool(known and known.life_cycle(surface))


def is_valid(form: Form, body: Any) -> bool:
    """Whether the schema has nothing against a body, and it asks for the task of the form."""
    if form.surface in DIALECTS and not any(errors(form, body)):
        behind = Form(form.model, form.task, GOOGLE[0])
        return not any(errors(behind, imagen_body(form, body)))
    return asks(form, body) and not any(errors(form, body))


def _is_leaf(field: Field) -> bool:
    return "properties" not in field.schema and field.schema.get("type") != "array"


def _keeps(wider: Any, body: Any) -> bool:
    """Whether a body still has all that another has."""
    if isinstance(body, Mapping):
        return isinstance(wider, Mapping) and all(
            _keeps(wider.get(name, ABSENT), item) for name, item in body.items()
        )
    if isinstance(body, list):
        return isinstance(wider, list) and len(wider) >= len(body)
    return bool(wider == body)


def _depth(form: Form) -> int:
    """How many steps lead to the objects that hold the fields."""
    return 0 if "prompt" in form.document["properties"] else 1
