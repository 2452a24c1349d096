from typing import Any

import pytest

from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import predict, refuse
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.state.state import State
from imagen_fake.surfaces.model_paths import match
from imagen_fake.surfaces.predict_call import PredictCall
from tests.conftest import request_body

PATH = "/v1beta/models/imagen-4.0-generate-001:predict"


def received(state: State, raw: bytes | None = None, header: str = "") -> tuple[Any, Snapshot]:
    """A call that a door has received, and its memory."""
    memory, found = state.snapshot(), match(PATH)
    assert found is not None
    headers = [(b"x-imagen-fake", header.encode())] if header else []
    call = found[0].call(memory, {"method": "POST", "path": PATH, "headers": headers}, found[1])
    assert isinstance(call, PredictCall)
    call.receive(request_body(sampleCount=1) if raw is None else raw)
    return call, memory


def test_an_identical_request_gets_the_kept_answer() -> None:
    state = State(Config())
    first, second = predict(*received(state)), predict(*received(state))
    assert second is first


@pytest.mark.parametrize("header", ["caption=off", "seed=5"])
def test_with_a_header_nothing_is_kept_or_recalled(header: str) -> None:
    state = State(Config())
    plain, directed = predict(*received(state)), predict(*received(state, header=header))
    assert directed.body != plain.body
    assert predict(*received(state)) is plain


def test_a_rule_counts_though_an_answer_is_kept() -> None:
    state = State(Config())
    assert predict(*received(state)).status == 200
    state.rules.add("error=503 times=1")
    assert [predict(*received(state)).status for _ in range(2)] == [503, 200]


def test_refusals_are_not_kept() -> None:
    state = State(Config())
    assert predict(*received(state, b"{}")).status == 400
    assert len(state.responses) == 0


def test_settings_that_change_meanwhile_are_those_of_later_calls() -> None:
    state = State(Config())
    begun = received(state, request_body(sampleCount=1, unknown=1))
    state.configure(strict=True)
    later = received(state, request_body(sampleCount=1, unknown=1))
    assert [predict(*call).status for call in (begun, later)] == [200, 400]
    assert len(state.responses) == 0


def test_a_call_that_was_left_is_not_begun() -> None:
    state = State(Config())
    call, memory = received(state)
    memory.cancel()
    assert predict(call, memory).status == 499
    assert [called.status for called in state.journal] == [499]


def test_a_call_that_was_left_does_not_get_the_kept_answer() -> None:
    state = State(Config())
    predict(*received(state))
    call, memory = received(state)
    memory.cancel()
    assert predict(call, memory).status == 499


def test_a_call_is_entered_once() -> None:
    state = State(Config())
    call, memory = received(state)
    refuse(call, ApiError("cancelled"), memory)
    memory.record(call, Answer(200, b"{}"))
    assert [called.status for called in state.journal] == [499]


def test_calls_that_shall_differ_are_numbered() -> None:
    state = State(Config(vary_unseeded=True))
    assert [state.snapshot().next_variation() for _ in range(3)] == [1, 2, 3]
    assert State(Config()).snapshot().next_variation() is None
