"""What is kept of each call for a verdict."""

import json
from typing import Any

import httpx
import pytest

import imagen_fake
from imagen_fake.pipeline.call import Fault, Outcome
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer, Delivery, to_json
from imagen_fake.state.trace import requested_wait, trace
from imagen_fake.testing.fake import Fake

HOST = "https://us-central1-aiplatform.googleapis.com"
GENERATE = f"{HOST}/v1/projects/p/locations/us-central1/publishers/google/models"
OPENAI = "https://generativelanguage.googleapis.com/v1beta/openai/images/generations"
MODEL = "imagen-4.0-generate-001"
ERROR = ApiError("quota_exceeded")


def delivery(fake: Fake) -> Delivery | None:
    """Of the last call."""
    return fake.calls[-1].trace.delivery


def generate(prompt: str = "a red apple", parameters: Any = None, model: str = MODEL) -> None:
    body = {"instances": [{"prompt": prompt}], "parameters": parameters or {}}
    httpx.post(f"{GENERATE}/{model}:predict", json=body)


def test_a_call_that_says_how_many_pictures_has_no_count_by_default() -> None:
    with imagen_fake.intercept() as fake:
        for parameters in ({"sampleCount": 1}, {"sample_count": 2}, {"sampleCount": 4.0}):
            generate(parameters=parameters)
        pictures = [call.trace.delivery for call in fake.calls]
    assert pictures == [Delivery(MODEL, "generate", count) for count in (1, 2, 4)]


@pytest.mark.parametrize("parameters", [{}, {"sampleCount": None}, {"sampelCount": 1}])
def test_a_call_that_does_not_say_how_many_pictures_has_the_default_count(parameters: Any) -> None:
    with imagen_fake.intercept() as fake:
        generate(parameters=parameters)
        assert delivery(fake) == Delivery(MODEL, "generate", 4, count_by_default=True)


def test_a_default_of_one_picture_is_nobodys_mistake() -> None:
    with imagen_fake.intercept() as fake:
        httpx.post(OPENAI, json={"model": MODEL, "prompt": "a red apple"})
        assert delivery(fake) == Delivery(MODEL, "generate", 1)


def test_an_answer_from_the_cache_delivers_the_same() -> None:
    with imagen_fake.intercept() as fake:
        generate()
        generate()
        first, second = (call.trace for call in fake.calls)
    assert first.delivery == second.delivery
    assert first.body_digest == second.body_digest


def test_filtered_pictures_and_errors_are_not_delivered() -> None:
    with imagen_fake.intercept() as fake:
        generate("a red apple [fake: filter=3]")
        generate("a red apple [fake: filter=all]")
        generate("a red apple [fake: error=503]")
        pictures = [call.trace.delivery for call in fake.calls]
    assert [one and one.pictures for one in pictures] == [1, 0, None]


def test_what_is_moved_on_by_hand_counts_as_time() -> None:
    with imagen_fake.intercept() as fake:
        generate()
        fake.advance(1000)
        generate()
        first, second = (call.trace for call in fake.calls)
    assert 1000 <= second.started - first.ended < 1600


def test_an_answer_is_received_once_its_delay_is_over() -> None:
    answer = Answer(200, b"{}", outcome=Outcome({"delay": 30.0}, Fault(delay=30.0)))
    assert trace(b"", answer, 100.0, 2.0)[:3] == (98.0, 100.0, 130.0)


def error_answer(body: Any, *headers: tuple[bytes, bytes]) -> Answer:
    return Answer(429, to_json(body), headers=headers, error=ERROR)


def test_the_wait_is_the_one_of_the_header() -> None:
    assert requested_wait(error_answer({}, (b"retry-after", b"7"))) == 7


def test_the_wait_is_the_one_of_the_details() -> None:
    details = [{"@type": "other"}, {"@type": "google.rpc.RetryInfo", "retryDelay": "1.5s"}]
    assert requested_wait(error_answer({"error": {"details": details}})) == 1.5


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": '"retryDelay"'}},
        {"error": {"message": "a", "details": [{"@type": "other"}]}},
    ],
)
def test_other_answers_ask_for_no_wait(body: Any) -> None:
    assert requested_wait(error_answer(body)) == 0
    assert requested_wait(Answer(200, json.dumps(body).encode())) == 0


def test_a_caller_who_forces_the_words_of_a_wait_breaks_nothing() -> None:
    with imagen_fake.intercept() as fake:
        generate("""a [fake: error='429:"retryDelay": "5s"']""")
        assert [(call.status, call.trace.wait) for call in fake.calls] == [(429, 0.0)]
        assert fake.errors == []
