import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from imagen_fake.surfaces.worker import SYNCHRONOUS
from imagen_fake.testing.asgi import ask, run
from imagen_fake.testing.messages import Request

HEAD = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}


async def upper(_: Scope, receive: Receive, ask: Send) -> None:
    await asyncio.sleep(0)
    body = (await receive())["body"].upper()
    assert (await receive())["type"] == "http.disconnect"
    await ask(HEAD)
    await ask({"type": "http.response.body", "body": body, "more_body": True})
    await ask({"type": "http.response.body"})


async def half(_: Scope, __: Receive, ask: Send) -> None:
    await ask(HEAD)
    await ask({"type": "http.response.body", "body": b"ha", "more_body": True})


async def whole_but_failing(_: Scope, __: Receive, ask: Send) -> None:
    await ask(HEAD)
    await ask({"type": "http.response.body", "body": b"hello"})
    raise ZeroDivisionError


def test_an_application_answers_without_an_event_loop() -> None:
    assert ask(upper, Request("POST", "http://fake/", (), b"hello")).body == b"HELLO"


def test_a_head_request_gets_the_headers_alone() -> None:
    answer = ask(upper, Request("HEAD", "http://fake/", (), b"hello"))
    assert (answer.header("content-length"), answer.body) == ("5", b"")


def test_what_is_raised_behind_a_whole_answer_does_no_harm() -> None:
    assert ask(whole_but_failing, Request("GET", "http://fake/")).body == b"hello"


def test_half_an_answer_is_a_reset() -> None:
    with pytest.raises(ConnectionResetError, match="failed to answer"):
        ask(half, Request("GET", "http://fake/"))


def test_what_waits_for_an_event_loop_is_an_error() -> None:
    async def waiting() -> None:
        await asyncio.get_running_loop().create_future()

    async def within() -> None:
        run(waiting())

    with pytest.raises(RuntimeError, match="nothing can wait for an event loop"):
        asyncio.run(within())
    assert not SYNCHRONOUS.get()
