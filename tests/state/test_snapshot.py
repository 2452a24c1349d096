from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.config import Config, ConfigError
from imagen_fake.directives.patterns import MOST_RULES
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import predict, refuse
from imagen_fake.state.snapshot import MAX_CACHED_BODY_BYTES, Generation, Snapshot, response_cache
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


def test_it_begins_with_the_rules_of_the_settings() -> None:
    assert [rule.directives for rule in Generation(Config(rules=("drop",))).rules] == ["drop"]


def test_too_many_rules_in_the_settings_are_refused() -> None:
    with pytest.raises(ConfigError, match="rules: "):
        Generation(Config(rules=("drop",) * (MOST_RULES + 1)))


def test_after_its_end_nothing_is_committed() -> None:
    generation = Generation(Config())
    generation.raise_if_ended()
    generation.end()
    with pytest.raises(ApiError, match="cancelled"):
        generation.raise_if_ended()


def test_the_newest_picture_is_there_however_large_it_is() -> None:
    pictures = Generation(Config(cache_bytes=1)).pictures
    for name in ("old", "new"):
        pictures.put(name, ("image/png", b"data"))
    assert [pictures.get(name) for name in ("old", "new")] == [None, ("image/png", b"data")]


@pytest.mark.parametrize(
    ("more", "kept"),
    [({}, 1), ({"password": "a"}, 0), ({"unknown": "a" * MAX_CACHED_BODY_BYTES}, 0)],
)
def test_what_is_long_or_has_a_secret_is_not_kept(more: dict[str, str], kept: int) -> None:
    state = State(Config())
    body = request_body(sampleCount=1, **more)
    assert [predict(*received(state, body)).status for _ in range(2)] == [200, 200]
    assert len(state.responses) == kept


def key(number: int) -> tuple[str, str, bytes]:
    return ("vertex", "model", b"%d" % number)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3000)), max_size=60))
def test_kept_answers_never_take_more_than_their_limit(puts: list[tuple[int, int]]) -> None:
    kept = response_cache(10_000)
    for number, size in puts:
        kept.put(key(number), Answer(200, bytes(size)))
        entries = (
            1024 + len(key[2]) + len(answer.body) for key, (answer, _) in kept._entries.items()
        )
        assert sum(entries) == kept.size <= 10_000
