"""Strategies: what they draw is accepted or refused as they say, and shrinks to little."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from imagen_fake.config import Config
from imagen_fake.contract.bodies.cases import operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.spellings import respell, with_floats
from imagen_fake.contract.bodies.strategies import invalid_cases, respelled_cases, valid_cases
from imagen_fake.contract.exchange import Case, Violation
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from tests.calls import predict
from tests.contract.calls import call_of, is_alias, operation_id, target

OPERATIONS = [operation for operation in operations() if not is_alias(operation)]
GOOGLE = [operation for operation in OPERATIONS if operation.surface not in DIALECTS]
GENERATE = Operation("imagen-4.0-generate-001", "generate", "vertex")
TASKS = sorted({operation.task for operation in GOOGLE})
ONE_PER_TASK = [next(operation for operation in GOOGLE if operation.task == task) for task in TASKS]
quickly = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
@quickly
@given(st.data())
def test_a_valid_body_is_accepted_for_its_task(operation: Operation, data: st.DataObject) -> None:
    case = data.draw(valid_cases(operation))
    assert call_of(case).task == operation.task


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
@quickly
@given(st.data())
def test_a_broken_body_is_refused_for_what_is_broken(
    operation: Operation, data: st.DataObject
) -> None:
    case = data.draw(invalid_cases(operation))
    assert case.violation
    with pytest.raises(ApiError) as caught:
        call_of(case)
    assert caught.value.id == case.violation.error


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
@quickly
@given(st.data())
def test_another_spelling_makes_the_same_call(operation: Operation, data: st.DataObject) -> None:
    case = data.draw(valid_cases(operation))
    other = data.draw(respelled_cases(case))
    assert in_full(call_of(other)) == in_full(call_of(case))


@pytest.mark.parametrize("operation", ONE_PER_TASK, ids=operation_id)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_number_makes_the_same_answer_whether_or_not_it_has_a_point(
    operation: Operation, data: st.DataObject
) -> None:
    body = one_of(data.draw(valid_cases(operation)).body)
    pointed = respell(operation, body, with_floats)
    assert made(operation, pointed) == made(operation, body)


@pytest.mark.parametrize("operation", ONE_PER_TASK, ids=operation_id)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_number_asks_for_the_same_pictures_whether_or_not_it_has_a_point(
    operation: Operation, data: st.DataObject
) -> None:
    case = data.draw(valid_cases(operation))
    call = call_of(case)
    other = call_of(replace(case, body=respell(operation, case.body, with_floats)))
    assert (other.digest(), other.entropy(0)) == (call.digest(), call.entropy(0))


def in_full(call: Call) -> Any:
    """What a call asks, its pictures in place of the marks that stand for them."""

    def full(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: full(item) for name, item in node.items()}
        if isinstance(node, list):
            return [full(item) for item in node]
        return bytes(call.media[node]) if isinstance(node, str) and node in call.media else node

    return call.task, full(call.instance), full(call.parameters)


@pytest.mark.parametrize("operation", ONE_PER_TASK, ids=operation_id)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_valid_body_is_answered(operation: Operation, data: st.DataObject) -> None:
    case = data.draw(valid_cases(operation))
    assert made(operation, one_of(case.body)).status == 200


def one_of(body: Any) -> Any:
    """The body with one sample, and nowhere to put it."""
    parameters = {**body.get("parameters", {}), "sampleCount": 1}
    parameters.pop("storageUri", None)
    return {**body, "parameters": parameters}


def made(operation: Operation, body: Any) -> Answer:
    case = Case("", operation.surface, operation.model, operation.task, body)
    return predict(target(case), json.dumps(body).encode(), Config())


def test_a_body_shrinks_to_a_red_apple() -> None:
    case = find(valid_cases(GENERATE), lambda _: True)
    assert case.body == {"instances": [{"prompt": "a red apple"}]}


def test_a_body_shrinks_to_the_field_that_matters() -> None:
    case = find(
        valid_cases(GENERATE),
        lambda case: case.body.get("parameters", {}).get("guidanceScale", 0) > 100,
    )
    assert case.body == {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"guidanceScale": 101},
    }


def test_a_broken_body_shrinks_to_what_is_broken() -> None:
    case = find(
        invalid_cases(GENERATE),
        lambda case: case.violation == Violation("maximum", "sampleCount", "sample_count"),
    )
    assert case.body == {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"sampleCount": 5},
    }
