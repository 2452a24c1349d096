"""The list of cases: the same on every machine, and between them they cover every fact.

Each model gets for each of its tasks on each of its surfaces: a minimal body, each value of each
field that is worth it, other spellings, and one violation of each keyword of each field.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, get_value, set_value
from imagen_fake.contract.bodies.fact_coverage import (
    body_facts,
    field_facts,
    success_facts,
    violation_facts,
)
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.invalid_bodies import (
    body_with_field,
    breakable_keywords,
    invalid_bodies,
    schema_errors,
)
from imagen_fake.contract.bodies.malformed_json import malformed_json_cases
from imagen_fake.contract.bodies.operation import Operation, format_path
from imagen_fake.contract.bodies.repair import minimal_body, repair
from imagen_fake.contract.bodies.sample_models import AIML_MODEL, IMAGE_MODEL
from imagen_fake.contract.bodies.semantic_cases import semantic_cases
from imagen_fake.contract.bodies.spellings import SPELLINGS, respell
from imagen_fake.contract.bodies.task_selection import selects_task, to_imagen_body
from imagen_fake.contract.bodies.valid_values import FIXED_FIELDS, abbreviate, valid_values
from imagen_fake.contract.exchange import Case, Violation
from imagen_fake.contract.facts.facts import DIALECTS

GOOGLE_SURFACES = ("vertex", "gemini")
"""The surfaces that have models of their own."""


@cache
def every_case() -> tuple[Case, ...]:
    """Every case, in the order of the files in `schemas/`; they are made once, in seconds."""
    return tuple(cases())


def cases(
    model: str | None = None, task: str | None = None, surface: str | None = None
) -> Iterator[Case]:
    """Every case, or those of a model, a task or a surface, in the order of `schemas/`."""

    def is_chosen(one: Case | Operation) -> bool:
        chosen = ((model, one.model), (task, one.task), (surface, one.surface))
        return all(choice in (None, value) for choice, value in chosen)

    seen: set[Any] = set()
    for operation in filter(is_chosen, operations()):
        new = (case for case in _cases_once(operation) if not _is_duplicate(case, seen))
        yield from with_unique_names(new)
    yield from filter(is_chosen, malformed_json_cases())


def operations() -> Iterator[Operation]:
    """Each model's tasks on its surfaces, and one model on each other dialect."""
    for name in spec.model_ids():
        model = spec.model(name)
        for task in model.tasks if model else ():
            for surface in GOOGLE_SURFACES:
                if model and model.life_cycle(surface):
                    yield Operation(name, task, surface)
    yield Operation(AIML_MODEL, "generate", "aiml")
    yield Operation(IMAGE_MODEL, "generate", "openai")


@cache
def _cases_once(operation: Operation) -> tuple[Case, ...]:
    """The cases of one operation, for every list that it is in."""
    return tuple(operation_cases(operation))


def operation_cases(operation: Operation) -> Iterator[Case]:
    """The cases of one operation; of an alias only that which shows the model behind it."""
    minimal = minimal_body(operation)
    facts = [*body_facts(operation, minimal), *success_facts(operation, minimal)]
    yield operation.case("plain", minimal, facts=facts)
    if "aliasOf" in spec.read(f"models/{operation.model}.json"):
        return
    yield from valid_value_cases(operation, minimal)
    yield from respelled_cases(operation, minimal)
    yield from violation_cases(operation, minimal)
    yield from semantic_cases(operation, minimal)


def valid_value_cases(operation: Operation, minimal: Any) -> Iterator[Case]:
    """A valid case for each value of each field that is worth one."""
    # The objects that hold the fields are no fields themselves.
    depth = 0 if "prompt" in operation.document["properties"] else 1
    for field in fields(operation):
        if field.is_rule or not field.is_allowed or len(field.path) <= depth:
            continue
        start = body_with_field(operation, minimal, field)
        for label, value in valid_values(operation, field):
            body = repair(operation, set_value(operation, start, field.path, value))
            if is_valid(operation, body) and _contains(get_value(body, field.path), value):
                facts = [*field_facts(operation, field), *success_facts(operation, body)]
                yield operation.case(f"{format_path(field.path)}={label}", body, facts=facts)


def respelled_cases(operation: Operation, minimal: Any) -> Iterator[Case]:
    """The maximal body, in each of the spellings that differs from it."""
    full = maximal_body(operation, minimal)
    for name, spelling in SPELLINGS.items():
        body = respell(operation, full, spelling)
        if json.dumps(body) != json.dumps(full):
            facts = body_facts(operation, full)
            yield operation.case(f"spelled with {name}", body, facts=facts)


def violation_cases(operation: Operation, minimal: Any) -> Iterator[Case]:
    """A refused case for each keyword of each field."""
    for field, keywords in breakable_keywords(operation):
        start = body_with_field(operation, minimal, field)
        for keyword in keywords:
            yield from _keyword_cases(operation, start, field, keyword)


def _keyword_cases(operation: Operation, start: Any, field: Field, keyword: str) -> Iterator[Case]:
    seen: set[Violation] = set()
    for one in invalid_bodies(operation, start, field, keyword):
        violation = one.violation
        if violation not in seen or keyword == "enum":
            seen.add(violation)
            value = get_value(one.body, field.path)
            label = "nothing" if value is ABSENT else abbreviate(value)
            name = f"{keyword} of {violation.path or 'the body'} broken by {label}"
            facts = violation_facts(operation, one.steps, violation)
            yield operation.case(name, one.body, violation, facts)


def maximal_body(operation: Operation, minimal: Any) -> Any:
    """The minimal body with the minimal value of every field that can stand beside the others."""
    body = minimal
    for field in fields(operation):
        schema, fixed = field.schema, {*FIXED_FIELDS, "mimeType"} & {*field.path}
        leaf = "properties" not in schema and schema.get("type") != "array"
        if field.is_rule or not field.is_allowed or not field.has_effect or not leaf or fixed:
            continue
        if get_value(body, field.path) is ABSENT:
            larger = repair(operation, body_with_field(operation, body, field))
            if is_valid(operation, larger) and _contains(larger, body):
                body = larger
    return body


def is_valid(operation: Operation, body: Any) -> bool:
    """Whether the schema accepts a body, and it selects the task of the operation."""
    if schema_errors(operation, body):
        return False
    if operation.surface in DIALECTS:
        vertex = replace(operation, surface="vertex")
        return not schema_errors(vertex, to_imagen_body(operation, body))
    return selects_task(operation, body)


def with_unique_names(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases, those numbered that would have the name of an earlier one."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.name] += 1
        number = seen[case.name]
        yield case if number == 1 else replace(case, name=f"{case.name} ({number})")


def _is_duplicate(case: Case, seen: set[Any]) -> bool:
    """Whether a valid case is that of another model again and covers no fact of its own."""
    key = (case.surface, case.task, case.name.partition(": ")[2], case.facts)
    if case.violation or key not in seen:
        seen.add(key)
        return False
    return not case.name.endswith(": plain")


def _contains(larger: Any, body: Any) -> bool:
    """Whether a body has all that another has."""
    if isinstance(body, Mapping):
        return isinstance(larger, Mapping) and all(
            _contains(larger.get(name, ABSENT), item) for name, item in body.items()
        )
    if isinstance(body, list):
        return isinstance(larger, list) and len(larger) >= len(body)
    return bool(larger == body)
