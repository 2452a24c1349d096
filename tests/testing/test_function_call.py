from typing import Any

import pytest

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.function_call import FunctionCall, function_call
from imagen_fake.testing.messages import Request, scope
from tests.conftest import request_body

URL = "https://fake/v1beta/models/imagen-4.0-generate-001:predict"
BODY = request_body(sampleCount=1)


def begun(
    state: State, url: str = URL, method: str = "POST", **headers: str
) -> FunctionCall | None:
    sent = tuple((name.replace("_", "-").encode(), text.encode()) for name, text in headers.items())
    return function_call(state, scope(Request(method, url, sent)), BODY)


def made(state: State, **headers: str) -> Any:
    call = begun(state, **headers)
    assert call is not None
    return call.reply()


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "GET"},
        {"url": "https://fake/v1beta/models"},
        {"content_encoding": "gzip"},
        {"origin": "https://page.example"},
    ],
)
def test_what_middleware_or_other_routes_answer_is_no_function_call(asked: dict[str, str]) -> None:
    assert begun(State(Config()), **asked) is None


def test_a_repeated_header_is_for_the_application_to_refuse() -> None:
    headers = ((b"authorization", b"a"), (b"Authorization", b"b"))
    asked = scope(Request("POST", URL, headers))
    assert function_call(State(Config()), asked, BODY) is None


@pytest.mark.parametrize(
    ("directives", "sent", "whole", "dropped"),
    [("truncate=10", 10, False, False), ("truncate=0", 0, False, False), ("drop", 0, True, True)],
)
def test_a_fault_is_what_becomes_of_the_reply(
    directives: str, sent: int, whole: bool, dropped: bool
) -> None:
    reply = made(State(Config()), x_imagen_fake=directives)
    assert (reply.response.complete, reply.dropped) == (whole, dropped)
    assert dropped or len(reply.response.body) == sent


def test_a_reply_tells_how_late_it_is() -> None:
    assert made(State(Config()), x_imagen_fake="delay=30s").delay == 30.0
    assert made(State(Config())).delay == 0.0


def test_a_credential_is_wanted() -> None:
    reply = made(State(Config(auth="any")))
    assert reply.response.status in (401, 403)


def test_a_cancelled_call_is_entered_and_not_carried_out() -> None:
    state = State(Config())
    call = begun(state)
    assert call is not None
    call.cancel()
    assert call.reply().response.status == 499
    assert [called.status for called in state.journal] == [499]
