import asyncio
from collections.abc import Iterator
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from imagen_fake.in_process import InProcess, Request

HOME = Request("GET", "https://any.example/")
NEVER = Request("GET", "https://any.example/never")


async def home(_: Asked) -> Response:
    return PlainTextResponse("hello")


class Waiting:
    """An endpoint that never answers, and says when it is given up."""

    def __init__(self) -> None:
        self.given_up = Event()

    async def __call__(self, _: Asked) -> Response:
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up.set()
        raise AssertionError


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def in_process(waiting: Waiting) -> Iterator[InProcess]:
    made = InProcess(Starlette(routes=[Route("/", home), Route("/never", waiting.__call__)]))
    yield made
    made.close()


def test_an_answer_is_waited_for(in_process: InProcess) -> None:
    assert in_process.ask(HOME).body == b"hello"


def test_a_head_request_gets_the_headers_alone(in_process: InProcess) -> None:
    answer = in_process.ask(Request("HEAD", HOME.url))
    assert (answer.header("Content-Length"), answer.body) == ("5", b"")


@pytest.mark.anyio
async def test_an_event_loop_goes_on_meanwhile(in_process: InProcess) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(in_process.ask_async(NEVER), 0.01)
    assert (await in_process.ask_async(HOME)).body == b"hello"


def test_several_event_loops_are_answered(in_process: InProcess) -> None:
    answers = [asyncio.run(in_process.ask_async(HOME)) for _ in range(2)]
    assert [answer.body for answer in answers] == [b"hello", b"hello"]


def test_what_nobody_waits_for_any_more_is_given_up(
    in_process: InProcess, waiting: Waiting
) -> None:
    with pytest.raises(TimeoutError):
        in_process.ask(NEVER, 0.01)
    assert waiting.given_up.wait(30)


@pytest.mark.anyio
async def test_what_no_coroutine_waits_for_any_more_is_given_up(
    in_process: InProcess, waiting: Waiting
) -> None:
    with pytest.raises(TimeoutError):
        await in_process.ask_async(NEVER, 0.01)
    assert waiting.given_up.wait(30)


def test_closing_drops_who_still_waits(in_process: InProcess) -> None:
    coming = in_process.begin(NEVER)
    in_process.close()
    with pytest.raises(ConnectionResetError):
        coming.result(30)


def test_nothing_is_answered_after_closing(in_process: InProcess) -> None:
    in_process.close()
    with pytest.raises(ConnectionResetError):
        in_process.ask(HOME)


def test_closing_twice_does_no_harm(in_process: InProcess) -> None:
    in_process.ask(HOME)
    in_process.close()
    in_process.close()
