import asyncio
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Event

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from imagen_fake.app import create_app
from imagen_fake.testing.in_process import Connection as Kept
from imagen_fake.testing.in_process import InProcess, Request, scope
from tests.conftest import RESOURCE
from tests.http import call

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


MODEL = "imagen-4.0-generate-001"
PREDICT = f"/v1/{RESOURCE}{MODEL}:predict"
SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


@pytest.fixture(scope="module")
def fake() -> Iterator[InProcess]:
    made = InProcess(create_app())
    yield made
    made.close()


def timeless(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers in lower case and in order, without those that tell a time."""
    told = [(name.lower(), value) for name, value in headers]
    return [one for one in told if one[0] not in ("date", "server-timing")]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("POST", PREDICT, SMALL, {}),
        ("POST", f"{PREDICT}?$alt=json&key=k", SMALL, {}),
        ("POST", PREDICT, SMALL, {"X-Imagen-Fake": "error=429"}),
        ("POST", PREDICT, SMALL, {"X-Imagen-Fake": "malformed"}),
        ("POST", PREDICT, SMALL, {"X-Imagen-Fake": "slow=900MB/s"}),
        ("POST", PREDICT, SMALL, {"Origin": "http://localhost:3000"}),
        ("POST", PREDICT.replace(":", "%3A"), SMALL, {}),
        ("POST", PREDICT, b"{", {}),
        ("POST", f"/v1/{RESOURCE}n%C3%B6pe:predict", SMALL, {}),
        ("POST", "/v1/images/generations", {"model": MODEL, "prompt": "a", "size": "1x1"}, {}),
        ("GET", "/v1beta/models?pageSize=2", None, {}),
        ("HEAD", "/_fake/health", None, {}),
        ("PUT", "/_fake/health", b"", {}),
        ("GET", "/nowhere", None, {}),
        ("POST", "/", {}, {}),
    ],
)
def test_an_answer_is_the_one_that_a_socket_gives(
    fake: InProcess, url: str, method: str, path: str, body: object, headers: dict[str, str]
) -> None:
    over = call(url, path, body, method, **headers)
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent = tuple((name.encode(), value.encode()) for name, value in headers.items())
    inside = fake.ask(Request(method, url + path, sent, raw))
    assert (inside.status, inside.body) == (over.status, over.body)
    told = [(name.decode(), value.decode()) for name, value in inside.headers]
    assert timeless(told) == timeless(over.headers.items())


def test_many_threads_are_answered_at_once(fake: InProcess) -> None:
    def ask(number: int) -> tuple[int, int, str]:
        header = (
            (b"x-imagen-fake", b"error=429" if number % 3 == 0 else b"seed=%d" % (number % 5)),
        )
        raw = json.dumps(SMALL).encode()
        response = fake.ask(Request("POST", f"https://fake{PREDICT}", header, raw))
        return number, response.status, sha256(response.body).hexdigest()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(60)))
    assert all(status == (200 if number % 3 else 429) for number, status, _ in answers)
    drawn = {(number % 5, digest) for number, status, digest in answers if status == 200}
    assert len(drawn) == len({digest for _, digest in drawn}) == 5


def test_a_thread_of_its_own_is_begun_once_and_ends_with_it() -> None:
    made = InProcess(create_app())
    made.ask(Request("GET", "https://fake/_fake/health"))
    thread = made._thread
    made.ask(Request("GET", "https://fake/_fake/health"))
    assert made._thread is thread
    assert thread.is_alive()
    made.close()
    assert not thread.is_alive()


def test_what_was_never_asked_closes_without_a_thread() -> None:
    made = InProcess(create_app())
    made.close()
    with pytest.raises(ConnectionResetError):
        made.begin(Request("GET", "https://fake/_fake/health"))


@pytest.mark.parametrize(
    ("url", "host", "path", "query", "server"),
    [
        ("https://a.example/b%2Fc?d=e&f", b"a.example", "/b/c", b"d=e&f", ("a.example", 443)),
        ("http://a.example:8080", b"a.example:8080", "/", b"", ("a.example", 8080)),
        ("http://[::1]:1/%C3%BC", b"[::1]:1", "/\u00fc", b"", ("::1", 1)),
    ],
)
def test_a_url_becomes_what_a_server_would_say_of_it(
    url: str, host: bytes, path: str, query: bytes, server: tuple[str, int]
) -> None:
    told = scope(Request("GET", url), Kept())
    assert told["headers"] == [(b"host", host)]
    assert (told["path"], told["query_string"], told["server"]) == (path, query, server)


def test_a_host_that_is_named_is_kept() -> None:
    told = scope(Request("GET", "http://a.example/", ((b"Host", b"b.example"),)), Kept())
    assert told["headers"] == [(b"host", b"b.example")]
