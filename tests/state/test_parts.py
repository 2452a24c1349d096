import json
from typing import Any

import pytest

from imagen_fake.pipeline.call import Call
from imagen_fake.state.parts import Origin, RecordedAnswer, answer_part, make_part
from tests.conftest import request_body, understood

MODEL = "imagen-4.0-generate-001"
LOST = RecordedAnswer(200, {}, None)


def apple() -> Call:
    return understood(MODEL, prompt="a red apple")


def redraw(call: Call) -> bytes:
    return json.dumps([call.prompt, dict(call.outcome.directives)]).encode()


def value(name: str, origin: Origin, answer: RecordedAnswer = LOST) -> Any:
    return json.loads(make_part(name, request_body("a red apple"), origin, answer).text)


def test_each_part_tells_of_its_own() -> None:
    origin = Origin("vertex", MODEL, apple, redraw)
    assert value("body", origin) == json.loads(request_body("a red apple"))
    assert (value("call", origin)["task"], value("call", origin)["prompt"]) == (
        "generate", "a red apple",
    )  # fmt: skip
    assert value("answer", origin, RecordedAnswer(200, {}, b'{"a": 1}')) == {"a": 1}


def test_an_answer_that_was_dropped_is_rendered_again_under_its_directives() -> None:
    origin = Origin("vertex", MODEL, apple, redraw)
    assert value("answer", origin, RecordedAnswer(200, {"seed": 3}, None)) == [
        "a red apple", {"seed": 3},
    ]  # fmt: skip


def test_of_what_nobody_understands_there_is_no_call() -> None:
    assert value("call", Origin("vertex", MODEL)) is None


@pytest.mark.parametrize(
    ("directives", "hidden"), [({}, False), ({"error": ("unavailable", "password: is it")}, True)]
)
def test_only_the_fakes_own_errors_may_say_that_a_password_is_missing(
    directives: Any, hidden: bool
) -> None:
    error = json.dumps({"a": "password: is missing"}).encode()
    part = answer_part(Origin("vertex", MODEL), RecordedAnswer(400, directives, error))
    assert ("missing" not in part.text.decode()) is hidden
