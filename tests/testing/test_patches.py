"""Every HTTP library, asked as a user would ask it, with nothing said about a fake."""

import io
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

import imagen_fake
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.patches import patched
from imagen_fake.testing.routing import Router
from tests.in_process import Answering, AppInProcess
from tests.listening import listening
from tests.sweep import sweep

HOST = "https://us-central1-aiplatform.googleapis.com"
MODEL = "projects/p/locations/us-central1/publishers/google/models/imagegeneration%40006"
URL = f"{HOST}/v1/{MODEL}:predict"
LOOPBACK = ("127.0.0.1", "localhost", "::1", None)

Reply = tuple[int, bytes]
Call = Callable[..., Reply]
AsyncCall = Callable[..., Coroutine[Any, Any, Reply]]


def body(prompt: str = "a red apple") -> bytes:
    asked = {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1}}
    return json.dumps(asked).encode()


def by_requests(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    reply = requests.post(url, data=body() if data is None else data, timeout=timeout)
    return reply.status_code, reply.content


def by_httpx(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    reply = httpx.post(url, content=body() if data is None else data, timeout=timeout)
    return reply.status_code, reply.content


def by_httpx2(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    reply = httpx2.post(url, content=body() if data is None else data, timeout=timeout)
    return reply.status_code, reply.content


def by_urllib3(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    sent = body() if data is None else data
    with urllib3.PoolManager(retries=False) as pool:
        reply = pool.request("POST", url, body=sent, timeout=timeout)
    return reply.status, reply.data


def by_urllib(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    asked = Request(url, body() if data is None else data, {"content-type": "application/json"})
    with urlopen(asked, timeout=timeout) as reply:
        return reply.status, reply.read()


def by_http_client(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    scheme, _, host, path = url.split("/", 3)
    opened = HTTPSConnection if scheme == "https:" else HTTPConnection
    with closing(opened(host, timeout=timeout)) as connection:
        connection.request("POST", f"/{path}", body() if data is None else data)
        reply = connection.getresponse()
        return reply.status, reply.read()


async def by_aiohttp(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    sent = body() if data is None else data
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout)) as session,
        session.post(url, data=sent) as reply,
    ):
        return reply.status, await reply.read()


async def by_async_httpx(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    async with httpx.AsyncClient(timeout=timeout) as client:
        reply = await client.post(url, content=body() if data is None else data)
    return reply.status_code, reply.content


async def by_async_httpx2(url: str = URL, data: Any = None, timeout: float = 60) -> Reply:
    async with httpx2.AsyncClient(timeout=timeout) as client:
        reply = await client.post(url, content=body() if data is None else data)
    return reply.status_code, reply.content


CALLS: list[Call] = [by_requests, by_httpx, by_httpx2, by_urllib3, by_urllib, by_http_client]
ASYNC_CALLS: list[AsyncCall] = [by_aiohttp, by_async_httpx, by_async_httpx2]

each = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
each_async = pytest.mark.parametrize("call", ASYNC_CALLS, ids=lambda call: call.__name__)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        assert name in LOOPBACK, f"a call to {name} went out"
        return real(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def _intercepted() -> Iterator[None]:
    with imagen_fake.intercept():
        yield


def picture(reply: Reply) -> Any:
    status, content = reply
    assert status == 200, content
    [prediction] = json.loads(content)["predictions"]
    return prediction["bytesBase64Encoded"]


async def echo(request: Asked) -> Response:
    """What was sent, as a listening server and as an application."""
    sent = {"headers": request.headers.items(), "body": (await request.body()).decode()}
    made = Response(json.dumps({**sent, "path": request.scope["raw_path"].decode()}))
    made.raw_headers += [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    return made


@pytest.fixture
def echoing() -> Iterator[None]:
    """Everything on the network goes to an application that repeats it."""
    in_process = AppInProcess(Starlette(routes=[Route("/{path:path}", echo, methods=["POST"])]))
    with patched(Answering(in_process)):
        yield
    in_process.close()


@each
@pytest.mark.usefixtures("_intercepted")
def test_a_call_is_answered(call: Call) -> None:
    assert picture(call()) == picture(by_httpx())


@each_async
@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_a_call_on_an_event_loop_is_answered(call: AsyncCall) -> None:
    assert picture(await call()) == picture(by_httpx())


@each
@pytest.mark.usefixtures("_intercepted")
def test_calls_of_many_threads_are_all_answered(call: Call) -> None:
    with ThreadPoolExecutor(8) as threads:
        replies = threads.map(lambda number: call(data=body(f"{number} apples")), range(16))
    assert len({picture(reply) for reply in replies}) == 16


@pytest.mark.usefixtures("_intercepted")
def test_threads_may_use_different_libraries() -> None:
    with ThreadPoolExecutor(8) as threads:
        replies = list(
            threads.map(lambda number: CALLS[number % len(CALLS)](), range(3 * len(CALLS)))
        )
    assert len({picture(reply) for reply in replies}) == 1


def pieces() -> Iterator[bytes]:
    whole = body()
    yield from (whole[:10], whole[10:])


async def pieces_to_come() -> AsyncIterator[bytes]:
    for piece in pieces():
        yield piece


BODIES: Mapping[str, Callable[[], Any]] = {
    "bytes": body,
    "str": lambda: body().decode(),
    "iterator": pieces,
    "file": lambda: io.BytesIO(body()),
}


@sweep("kind", BODIES)
@sweep("call", [by_requests, by_httpx, by_httpx2, by_urllib3, by_http_client])
@pytest.mark.usefixtures("_intercepted")
def test_a_body_may_be_of_any_kind(call: Call, kind: str) -> None:
    assert picture(call(data=BODIES[kind]()))


@pytest.mark.parametrize("kind", ["bytes", "str", "file"])
@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_a_body_for_aiohttp_may_be_of_any_kind(kind: str) -> None:
    assert picture(await by_aiohttp(data=BODIES[kind]()))


@each_async
@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_a_body_may_come_bit_by_bit(call: AsyncCall) -> None:
    assert picture(await call(data=pieces_to_come()))


@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_aiohttp_may_send_json_to_a_path_below_its_base() -> None:
    async with aiohttp.ClientSession(HOST) as session:
        path = URL.removeprefix(HOST)
        async with session.post(path, json=json.loads(body())) as reply:
            assert picture((reply.status, await reply.read()))


@pytest.mark.usefixtures("_intercepted")
def test_an_answer_may_be_read_bit_by_bit() -> None:
    whole = by_httpx()[1]
    with requests.post(URL, data=body(), stream=True, timeout=60) as reply:
        assert b"".join(reply.iter_content(1000)) == whole
    with httpx.stream("POST", URL, content=body()) as streamed:
        assert b"".join(streamed.iter_bytes(1000)) == whole
    opened = urllib3.request("POST", URL, body=body(), preload_content=False)
    assert b"".join(opened.stream(1000)) == whole


@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_aiohttp_may_read_an_answer_bit_by_bit() -> None:
    async with aiohttp.ClientSession() as session, session.post(URL, data=body()) as reply:
        read = [piece async for piece in reply.content.iter_chunked(1000)]
    assert b"".join(read) == by_httpx()[1]


@pytest.mark.parametrize("client", [httpx.Client, httpx2.Client])
@pytest.mark.usefixtures("echoing")
def test_httpx_sends_and_gets_repeated_headers(client: Any) -> None:
    with client() as opened:
        reply = opened.post(URL, headers=[("x-a", "1"), ("X-A", "2")])
    assert [value for name, value in reply.json()["headers"] if name == "x-a"] == ["1", "2"]
    assert reply.headers.get_list("set-cookie") == ["a=1", "b=2"]


@pytest.mark.usefixtures("echoing")
def test_http_client_sends_and_gets_repeated_headers() -> None:
    connection = HTTPSConnection("any.example")
    connection.putrequest("POST", "/")
    connection.putheader("x-a", "1")
    connection.putheader("X-A", "2")
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.headers.get_all("set-cookie") == ["a=1", "b=2"]
    sent = json.loads(reply.read())["headers"]
    assert [value for name, value in sent if name == "x-a"] == ["1", "2"]


@each
@pytest.mark.usefixtures("echoing")
def test_a_path_arrives_as_it_was_written(call: Call) -> None:
    assert json.loads(call()[1])["path"] == URL.removeprefix(HOST)


@pytest.mark.usefixtures("_intercepted")
def test_a_head_request_gets_no_body() -> None:
    url = f"{HOST}/_fake/health"
    assert requests.head(url, timeout=60).headers["content-length"] != "0"
    assert httpx.head(url).content == b""


@pytest.mark.usefixtures("_intercepted")
def test_a_call_through_a_proxy_is_answered() -> None:
    proxies = {"https": "http://127.0.0.1:9"}
    reply = requests.post(URL, data=body(), proxies=proxies, timeout=60)
    assert picture((reply.status_code, reply.content))
    with httpx.Client(proxy="http://127.0.0.1:9") as client:
        assert client.post(URL, content=body()).status_code == 200


DROPPED = [
    (by_requests, requests.ConnectionError),
    (by_httpx, httpx.ReadError),
    (by_httpx2, httpx2.ReadError),
    (by_urllib3, urllib3.exceptions.ProtocolError),
    (by_urllib, ConnectionResetError),
]
ASYNC_DROPPED = [
    (by_aiohttp, aiohttp.ClientConnectionError),
    (by_async_httpx, httpx.ReadError),
    (by_async_httpx2, httpx2.ReadError),
]
LATE = [
    (by_requests, requests.ReadTimeout),
    (by_httpx, httpx.ReadTimeout),
    (by_httpx2, httpx2.ReadTimeout),
    (by_urllib3, urllib3.exceptions.ReadTimeoutError),
    (by_urllib, TimeoutError),
]
ASYNC_LATE = [
    (by_aiohttp, TimeoutError),
    (by_async_httpx, httpx.ReadTimeout),
    (by_async_httpx2, httpx2.ReadTimeout),
]


@pytest.mark.parametrize(("call", "error"), DROPPED)
@pytest.mark.usefixtures("_intercepted")
def test_a_dropped_connection_is_the_librarys_own_error(call: Call, error: type[Exception]) -> None:
    with pytest.raises(error):
        call(data=body("a red apple [fake: drop]"))


@pytest.mark.parametrize(("call", "error"), ASYNC_DROPPED)
@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_a_dropped_connection_on_an_event_loop_is_the_librarys_own_error(
    call: AsyncCall, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await call(data=body("a red apple [fake: drop]"))


@pytest.mark.parametrize(("call", "error"), LATE)
@pytest.mark.usefixtures("_intercepted")
def test_a_late_answer_is_the_librarys_own_timeout(call: Call, error: type[Exception]) -> None:
    with pytest.raises(error):
        call(data=body("a red apple [fake: delay=100]"), timeout=0.05)


@pytest.mark.parametrize(("call", "error"), ASYNC_LATE)
@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_an_answer_that_is_late_does_not_stop_the_event_loop(
    call: AsyncCall, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await call(data=body("a red apple [fake: delay=100]"), timeout=0.05)


@pytest.fixture
def broken() -> Iterator[Fake]:
    """A fake that fails at whatever it is asked, and says so when it is left."""

    def failing(*_: object) -> object:
        raise KeyError("a bug")

    with (
        pytest.raises(AssertionError, match="a bug"),
        imagen_fake.intercept() as fake,
        patch.object(fake.state.rules, "apply_directives", failing),
    ):
        yield fake


@each
def test_a_bug_of_the_fake_is_an_answer_with_500(call: Call, broken: Fake) -> None:
    try:
        status, content = call()
    except HTTPError as error:
        status, content = error.code, error.read()
    assert (status, json.loads(content)["error"]["status"]) == (500, "INTERNAL")
    [told] = broken.errors
    assert told.startswith("Traceback ")
    assert told.endswith("KeyError: 'a bug'\n")


@each_async
@pytest.mark.anyio
async def test_a_bug_of_the_fake_is_an_answer_with_500_on_an_event_loop(
    call: AsyncCall, broken: Fake
) -> None:
    status, content = await call()
    assert (status, json.loads(content)["error"]["status"]) == (500, "INTERNAL")
    assert len(broken.errors) == 1


FAILING = [
    *DROPPED,
    (by_http_client, ConnectionResetError),
]


@pytest.fixture(params=[0, 1], ids=["before its answer", "within its answer"])
def failing(request: pytest.FixtureRequest) -> Iterator[None]:
    """An application that raises an error that nobody turns into an answer."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for _ in range(request.param):
            start = [(b"content-length", b"9")]
            await send({"type": "http.response.start", "status": 200, "headers": start})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ZeroDivisionError

    in_process = AppInProcess(app)
    with patched(Answering(in_process)):
        yield
    in_process.close()


@sweep(("call", "error"), FAILING)
@pytest.mark.usefixtures("failing")
def test_an_answer_that_fails_midway_is_a_lost_connection(
    call: Call, error: type[Exception]
) -> None:
    with pytest.raises(error, match="The fake failed to answer"):
        call()


@pytest.mark.parametrize(("call", "error"), ASYNC_DROPPED)
@pytest.mark.anyio
@pytest.mark.usefixtures("failing")
async def test_an_answer_that_fails_midway_is_a_lost_connection_on_an_event_loop(
    call: AsyncCall, error: type[Exception]
) -> None:
    with pytest.raises(error, match="The fake failed to answer"):
        await call()


@each
@pytest.mark.usefixtures("_intercepted")
def test_another_host_gets_its_calls(call: Call) -> None:
    with listening([Route("/here", echo, methods=["POST"])]) as url:
        assert json.loads(call(f"{url}/here", b"hello")[1])["body"] == "hello"


@each_async
@pytest.mark.anyio
@pytest.mark.usefixtures("_intercepted")
async def test_another_host_gets_its_calls_from_an_event_loop(call: AsyncCall) -> None:
    with listening([Route("/here", echo, methods=["POST"])]) as url:
        assert json.loads((await call(f"{url}/here", b"hello"))[1])["body"] == "hello"


def test_a_connection_that_is_open_already_is_not_used() -> None:
    async def fake(_: Asked) -> Response:
        return PlainTextResponse("the fake")

    async def real(_: Asked) -> Response:
        return PlainTextResponse("the real one")

    in_process = AppInProcess(Starlette(routes=[Route("/", fake)]))
    with listening([Route("/", real)]) as url, requests.Session() as session:
        assert session.get(url, timeout=60).text == "the real one"
        with patched(Answering(in_process)):
            assert session.get(url, timeout=60).text == "the fake"
        assert session.get(url, timeout=60).text == "the real one"
    in_process.close()


PLACES = [
    (HTTPConnection, "connect"), (HTTPConnection, "putrequest"), (HTTPSConnection, "connect"),
    (urllib3.connection.HTTPConnection, "connect"),
    (urllib3.connection.HTTPSConnection, "connect"),
    (httpx.HTTPTransport, "handle_request"), (httpx2.HTTPTransport, "handle_request"),
    (httpx.AsyncHTTPTransport, "handle_async_request"),
    (httpx2.AsyncHTTPTransport, "handle_async_request"),
    (aiohttp.TCPConnector, "connect"),
]  # fmt: skip


@sweep(("owner", "name"), PLACES)
def test_a_library_is_as_it_was_afterwards(owner: type, name: str) -> None:
    before, own = getattr(owner, name), name in vars(owner)
    with patched(Router()):
        assert getattr(owner, name) is not before
    assert (getattr(owner, name), name in vars(owner)) == (before, own)


LIBRARIES = "httpx", "httpx2", "aiohttp", "urllib3", "requests", "httplib2"

ALONE = f"""
import sys
import imagen_fake

def loaded():
    return sorted(sys.modules.keys() & {set(LIBRARIES)!r})

URL = "http://metadata.google.internal/computeMetadata/v1/project/project-id"
HEADERS = {{"metadata-flavor": "Google"}}

def ask(name):
    if name == "urllib3":
        import urllib3
        return urllib3.request("GET", URL, headers=HEADERS).data.decode()
    if name == "aiohttp":
        import aiohttp, asyncio
        async def ask():
            async with aiohttp.ClientSession() as session, session.get(URL, headers=HEADERS) as got:
                return await got.text()
        return asyncio.run(ask())
    return __import__(name).get(URL, headers=HEADERS).text

with imagen_fake.intercept() as fake:
    print(*loaded())
    for name in sys.argv[1:]:
        print(ask(name))
"""


def alone(*arguments: str) -> list[str]:
    """What a process says that has loaded no library before it intercepts."""
    run = [sys.executable, "-W", "error", "-c", ALONE, *arguments]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout.splitlines()


def test_no_library_is_loaded_that_nobody_uses() -> None:
    assert alone() == [""]


@pytest.mark.parametrize("name", ["httpx", "httpx2", "aiohttp", "urllib3", "requests"])
def test_a_library_that_is_first_imported_meanwhile_is_answered(name: str) -> None:
    assert alone(name) == ["", "imagen-fake"]


def test_libraries_are_answered_one_after_the_other() -> None:
    names = ("requests", "httpx", "aiohttp", "urllib3", "httpx2")
    assert alone(*names) == ["", *["imagen-fake"] * len(names)]


def test_a_library_that_is_not_installed_is_no_hindrance() -> None:
    with patch.dict("sys.modules", {"httpx2": None, "aiohttp": None}), imagen_fake.intercept():
        assert picture(by_requests())
