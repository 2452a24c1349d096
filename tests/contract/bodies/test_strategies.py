"""Strategies: what they draw is accepted or refused as they say, and shrinks to little."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from imagen_fake.config import Config
from imagen_fake.contract.bodies.cases import forms
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.spelling import respelled, with_floats
from imagen_fake.contract.bodies.strategies import broken, spelled, valid
from imagen_fake.contract.exchange import Broken, Case
from imagen_fake.contract.facts.facts import DIALECTS
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from tests.calls import predict
from tests.contract.understanding import is_alias, named, target, understood

FORMS = [form for form in forms() if not is_alias(form)]
GOOGLE = [form for form in FORMS if form.surface not in DIALECTS]
TASKS = sorted({form.task for form in GOOGLE})
ONE_PER_TASK = [next(form for form in GOOGLE if form.task == task) for task in TASKS]
quickly = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("form", FORMS, ids=named)
@quickly
@given(st.data())
def test_a_valid_body_is_accepted_for_its_task(form: Form, data: st.DataObject) -> None:
    case = data.draw(valid(form.model, form.task, form.surface))
    assert understood(case).task == form.task


@pytest.mark.parametrize("form", FORMS, ids=named)
@quickly
@given(st.data())
def test_a_broken_body_is_refused_for_what_is_broken(form: Form, data: st.DataObject) -> None:
    case = data.draw(broken(form.model, form.task, form.surface))
    assert case.broken
    with pytest.raises(ApiError) as caught:
        understood(case)
    assert caught.value.id == case.broken.error


@pytest.mark.parametrize("form", FORMS, ids=named)
@quickly
@given(st.data())
def test_another_spelling_makes_the_same_call(form: Form, data: st.DataObject) -> None:
    case = data.draw(valid(form.model, form.task, form.surface))
    other = data.draw(spelled(case))
    assert in_full(understood(other)) == in_full(understood(case))


@pytest.mark.parametrize("form", ONE_PER_TASK, ids=named)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_number_makes_the_same_answer_whether_or_not_it_has_a_point(
    form: Form, data: st.DataObject
) -> None:
    body = one_of(data.draw(valid(form.model, form.task, form.surface)).body)
    pointed = respelled(form, body, with_floats)
    assert made(form, pointed) == made(form, body)


@pytest.mark.parametrize("form", ONE_PER_TASK, ids=named)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_number_asks_for_the_same_pictures_whether_or_not_it_has_a_point(
    form: Form, data: st.DataObject
) -> None:
    case = data.draw(valid(form.model, form.task, form.surface))
    call = understood(case)
    other = understood(replace(case, body=respelled(form, case.body, with_floats)))
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


@pytest.mark.parametrize("form", ONE_PER_TASK, ids=named)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_valid_body_is_answered(form: Form, data: st.DataObject) -> None:
    case = data.draw(valid(form.model, form.task, form.surface))
    assert made(form, one_of(case.body)).status == 200


def one_of(body: Any) -> Any:
    """The body with one sample, and nowhere to put it."""
    parameters = {**body.get("parameters", {}), "sampleCount": 1}
    parameters.pop("storageUri", None)
    return {**body, "parameters": parameters}


def made(form: Form, body: Any) -> Answer:
    case = Case("", form.surface, form.model, form.task, body)
    return predict(target(case), json.dumps(body).encode(), Config())


def test_a_body_shrinks_to_a_red_apple() -> None:
    case = find(valid("imagen-4.0-generate-001", "generate", "vertex"), lambda _: True)
    assert case.body == {"instances": [{"prompt": "a red apple"}]}


def test_a_body_shrinks_to_the_field_that_matters() -> None:
    case = find(
        valid("imagen-4.0-generate-001", "generate", "vertex"),
        lambda case: case.body.get("parameters", {}).get("guidanceScale", 0) > 100,
    )
    assert case.body == {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"guidanceScale": 101},
    }


def test_a_broken_body_shrinks_to_what_is_broken() -> None:
    case = find(
        broken("imagen-4.0-generate-001", "generate", "vertex"),
        lambda case: case.broken == Broken("maximum", "sampleCount", "sample_count"),
    )
    assert case.body == {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"sampleCount": 5},
    }
