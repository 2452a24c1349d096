"""What each HTTP library raises where an answer is cut: within an interception as over a socket."""

import asyncio
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3

from imagen_fake.server.http import serve_in_thread
from imagen_fake.testing.interception import intercept

PATH = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"
GOOGLE = "http://us-central1-aiplatform.googleapis.com"
BODY = b'{"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}'

Ask = Callable[[str, dict[str, str]], Any]


def by_requests(url: str, headers: dict[str, str]) -> bytes:
    return requests.post(url, data=BODY, headers=headers, timeout=60).content


def by_urllib3(url: str, headers: dict[str, str]) -> bytes:
    with urllib3.PoolManager(retries=False) as pool:
        return pool.request("POST", url, body=BODY, headers=headers).data


def by_urllib(url: str, headers: dict[str, str]) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, BODY, headers)) as reply:
        read: bytes = reply.read()
    return read


def by_httpx(url: str, headers: dict[str, str]) -> bytes:
    return httpx.post(url, content=BODY, headers=headers).content


def by_httpx2(url: str, headers: dict[str, str]) -> bytes:
    return httpx2.post(url, content=BODY, headers=headers).content


def by_async_httpx(url: str, headers: dict[str, str]) -> bytes:
    async def ask() -> bytes:
        async with httpx.AsyncClient() as client:
            return (await client.post(url, content=BODY, headers=headers)).content

    return asyncio.run(ask())


def by_async_httpx2(url: str, headers: dict[str, str]) -> bytes:
    async def ask() -> bytes:
        async with httpx2.AsyncClient() as client:
            return (await client.post(url, content=BODY, headers=headers)).content

    return asyncio.run(ask())


def by_aiohttp(url: str, headers: dict[str, str]) -> bytes:
    async def ask() -> bytes:
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=BODY, headers=headers) as reply,
        ):
            return await reply.read()

    return asyncio.run(ask())


LIBRARIES: dict[str, Ask] = {
    "requests": by_requests,
    "urllib3": by_urllib3,
    "urllib": by_urllib,
    "httpx": by_httpx,
    "httpx2": by_httpx2,
    "httpx on an event loop": by_async_httpx,
    "httpx2 on an event loop": by_async_httpx2,
    "aiohttp": by_aiohttp,
}
libraries = pytest.mark.parametrize("ask", LIBRARIES.values(), ids=LIBRARIES)


def error(ask: Ask, base: str, directives: str) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (whatever it is, it is compared)
        ask(f"{base}{PATH}", {"X-Imagen-Fake": directives})
    return caught.value


def intercepted(ask: Ask, directives: str) -> Exception:
    with intercept() as fake:
        raised = error(ask, GOOGLE, directives)
    assert len(fake.calls) == 1
    return raised


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    with serve_in_thread() as url:
        yield url


@libraries
@pytest.mark.parametrize(
    "directives",
    ["truncate=0", "truncate=9", "truncate=50%", "truncate=99999999", "truncate=500 slow=10k"],
)
def test_a_cut_answer_is_the_same_error(ask: Ask, directives: str, real: str) -> None:
    over_a_socket = error(ask, real, directives)
    within = intercepted(ask, directives)
    assert (type(within), str(within)) == (type(over_a_socket), str(over_a_socket))


@pytest.mark.parametrize("ask", [by_requests, by_urllib3, by_httpx, by_httpx2, by_aiohttp])
def test_a_cut_error_is_the_same_error(ask: Ask, real: str) -> None:
    over_a_socket = error(ask, real, "error=503 truncate=9")
    within = intercepted(ask, "error=503 truncate=9")
    assert (type(within), str(within)) == (type(over_a_socket), str(over_a_socket))


@libraries
def test_a_reset_is_the_same_error(ask: Ask, real: str) -> None:
    over_a_socket, within = error(ask, real, "drop"), intercepted(ask, "drop")
    assert (type(within), numbers(within)) == (type(over_a_socket), numbers(over_a_socket))


def numbers(raised: BaseException | None) -> list[int | None]:
    """The numbers of the operating system's errors behind an error, and its own."""
    found = []
    while raised:
        if isinstance(raised, OSError):
            found.append(raised.errno)
        raised = raised.__cause__ or raised.__context__
    return found


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_what_was_sent_arrives_before_the_answer_is_cut(library: Any, real: str) -> None:
    def received(base: str) -> tuple[int, bytes]:
        headers, pieces = {"X-Imagen-Fake": "truncate=5000"}, []
        with (
            library.Client() as client,
            client.stream("POST", f"{base}{PATH}", content=BODY, headers=headers) as reply,
            pytest.raises(library.RemoteProtocolError),
        ):
            pieces.extend(reply.iter_bytes())
        return reply.status_code, b"".join(pieces)

    over_a_socket = received(real)
    with intercept():
        assert received(GOOGLE) == over_a_socket
    assert len(over_a_socket[1]) == 5000
