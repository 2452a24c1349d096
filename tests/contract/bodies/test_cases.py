"""The list of cases: each does what it says, and between them they leave nothing out."""

import json

import pytest

from imagen_fake.config import Config
from imagen_fake.contract.bodies.body import get_value
from imagen_fake.contract.bodies.cases import (
    cases,
    every_case,
    operation_cases,
    operations,
    with_unique_names,
)
from imagen_fake.contract.bodies.fields import fields
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.pictures import FAULTS
from imagen_fake.contract.bodies.spellings import SPELLINGS
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.facts.facts import DIALECTS, fact
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.validate import count_tokens
from tests.calls import predict
from tests.contract.calls import call_of, is_alias, operation_id, target
from tests.sweep import sweep

OPERATIONS = list(operations())
GENERATING = [
    operation
    for operation in OPERATIONS
    if operation.task == "generate"
    and operation.surface not in DIALECTS
    and not is_alias(operation)
]
PICTURED = {"semantics", "storage", "x-max-bytes", *FAULTS}
"""What nothing sees before the pictures of a body are read."""


def of(operation: Operation) -> list[Case]:
    return [
        case
        for case in every_case()
        if (case.model, case.task, case.surface)
        == (operation.model, operation.task, operation.surface)
    ]


def needs_pictures(case: Case) -> bool:
    """Whether only the pictures of a body, not its fields, are wrong."""
    return case.violation is not None and case.violation.keyword in PICTURED


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_valid_cases_are_accepted_for_their_task(operation: Operation) -> None:
    for case in of(operation):
        if not case.violation:
            assert call_of(case).task == case.task, case.name


@pytest.mark.parametrize("surface", ["vertex", "gemini", "openai", "aiml"])
def test_the_cases_of_a_surface_are_those_of_it_among_all(surface: str) -> None:
    assert list(cases(surface=surface)) == [one for one in every_case() if one.surface == surface]


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_broken_cases_are_refused_for_what_is_broken(operation: Operation) -> None:
    for case in of(operation):
        if case.violation and not needs_pictures(case):
            with pytest.raises(ApiError) as caught:
                call_of(case)
            assert caught.value.id == case.violation.error, case.name


def bad_pictures() -> list[Case]:
    return [case for case in every_case() if needs_pictures(case)]


@sweep("case", bad_pictures, ids=lambda case: case.name)
def test_bad_pictures_are_refused_for_what_is_wrong_with_them(case: Case) -> None:
    assert case.violation
    with pytest.raises(ApiError) as caught:
        predict(target(case), json.dumps(case.body).encode(), Config())
    assert caught.value.id == case.violation.error


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_every_field_that_may_be_there_is_in_some_case(operation: Operation) -> None:
    if is_alias(operation):
        return
    found = {path for case in of(operation) for path in paths(case.body)}
    for field in fields(operation):
        if field.has_effect and field.is_allowed and field.path[-1:] != ("team",):
            assert tuple(step for step in field.path if step != 0) in found, field.path


def paths(node: object, above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every place in a body, by its keys alone."""
    found = {above}
    if isinstance(node, dict):
        for name, item in node.items():
            found |= paths(item, (*above, name))
    if isinstance(node, list):
        for item in node:
            found |= paths(item, above)
    return found


def test_every_choice_of_a_list_is_made_in_some_case() -> None:
    made = {json.dumps(case.body) for case in every_case() if not case.violation}
    for operation in OPERATIONS:
        for field in fields(operation):
            for choice in field.schema.get("enum", ()) if field.has_effect else ():
                if choice != field.schema.get("not", {}).get("const"):
                    assert any(f": {json.dumps(choice)}" in body for body in made), choice


def test_every_spelling_is_tried_and_every_task_in_some() -> None:
    tried = {(case.task, name) for case in every_case() for name in SPELLINGS
             if f": spelled with {name}" in case.name}  # fmt: skip
    assert {name for _, name in tried} == SPELLINGS.keys()
    assert {task for task, _ in tried} == {operation.task for operation in OPERATIONS}


def test_names_tell_cases_apart() -> None:
    assert len({case.name for case in every_case()}) == len(every_case())


def test_of_cases_with_one_name_all_but_the_first_are_numbered() -> None:
    first, second = every_case()[:2]
    numbered = with_unique_names([first, second, first, first])
    names = [first.name, second.name, f"{first.name} (2)", f"{first.name} (3)"]
    assert [case.name for case in numbered] == names


def test_pointers_of_cases_lead_to_facts() -> None:
    for pointer in {pointer for case in every_case() for pointer in case.facts}:
        assert fact(pointer).grade


def test_the_list_is_the_same_every_time() -> None:
    for operation in OPERATIONS:
        if operation.task == "edit":
            assert list(operation_cases(operation)) == list(operation_cases(operation))


def test_there_are_a_few_thousand_cases() -> None:
    assert 2_000 < len(every_case()) < 5_000


@pytest.mark.parametrize("operation", GENERATING, ids=operation_id)
def test_a_prompt_is_tried_at_its_limit_and_one_token_past_it(operation: Operation) -> None:
    limit = operation.schema_at(("instances", 0, "prompt"))["x-max-tokens"]
    prompts = [get_value(case.body, ("instances", 0, "prompt")) for case in of(operation)]
    counts = {count_tokens(prompt) for prompt in prompts if isinstance(prompt, str)}
    assert {limit, limit + 1} <= counts


@pytest.mark.parametrize("operation", GENERATING, ids=operation_id)
def test_every_ratio_of_a_model_is_asked_of_the_surfaces_together(operation: Operation) -> None:
    ratios = operation.schema_at(("parameters", "aspectRatio"))["enum"]
    same = [case for case in every_case() if case.task == operation.task and not case.violation]
    asked = {get_value(case.body, ("parameters", "aspectRatio")) for case in same}
    assert set(ratios) <= asked
