"""Mocks and recorders of others, entered before the interception or after it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, patch
from urllib.request import Request, urlopen

import aiohttp
import curl_cffi
import httpx
import httpx2
import pytest
import requests
import requests_mock
import responses
import respx
import urllib3
import vcr  # type: ignore[import-untyped] # it has no types
from aioresponses import aioresponses

import imagen_fake
from imagen_fake.auth.credential import UnsignedIssuer
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.patches import patched
from imagen_fake.testing.routing import Router
from tests.real_service import BODY, GEMINI, HOST, IMAGEN, real_service

IMAGEN_URL = f"https://{HOST}{IMAGEN}"
GEMINI_URL = f"https://{HOST}{GEMINI}"
UNKNOWN_URL = f"https://{HOST}/v1beta/files"
MOCKED = {"by": "the other mock"}
TOKEN = {"authorization": f"Bearer {UnsignedIssuer().issue('access', 'alice', 60)}"}

Post = Callable[..., Any]
"""Posts to a URL, with a token of the fake unless there are headers; the JSON of the answer."""


Headers = Mapping[str, str]


def by_requests(url: str, headers: Headers = TOKEN) -> Any:
    return requests.post(url, json=BODY, headers=headers, timeout=60).json()


def by_httpx(url: str, headers: Headers = TOKEN) -> Any:
    return httpx.post(url, json=BODY, headers=headers).json()


def by_httpx2(url: str, headers: Headers = TOKEN) -> Any:
    return httpx2.post(url, json=BODY, headers=headers).json()


def by_async_httpx(url: str, headers: Headers = TOKEN) -> Any:
    async def post() -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.post(url, json=BODY, headers=headers)).json()

    return asyncio.run(post())


def by_aiohttp(url: str, headers: Headers = TOKEN) -> Any:
    async def post() -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=BODY, headers=headers) as answer,
        ):
            return await answer.json()

    return asyncio.run(post())


def by_urllib3(url: str, headers: Headers = TOKEN) -> Any:
    return urllib3.request("POST", url, body=json.dumps(BODY), headers=headers).json()


def by_urllib(url: str, headers: Headers = TOKEN) -> Any:
    with urlopen(Request(url, json.dumps(BODY).encode(), dict(headers)), timeout=60) as answer:
        return json.load(answer)


Urls = Callable[[], list[str]]
"""The URLs that a mock was asked for."""

Mock = Callable[[], AbstractContextManager[Urls]]


@contextmanager
def with_responses() -> Iterator[Urls]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(GEMINI_URL, json=MOCKED)
        yield lambda: [str(call.request.url) for call in mock.calls]


@contextmanager
def with_requests_mock() -> Iterator[Urls]:
    with requests_mock.Mocker(case_sensitive=True) as mock:
        mock.post(GEMINI_URL, json=MOCKED)
        yield lambda: [request.url for request in mock.request_history]


@contextmanager
def with_respx(using: str = "httpcore") -> Iterator[Urls]:
    with respx.mock(using=using, assert_all_called=False) as mock:
        mock.post(GEMINI_URL).respond(json=MOCKED)
        yield lambda: [str(call.request.url) for call in mock.calls]


def with_respx_on_clients() -> AbstractContextManager[Urls]:
    return with_respx("httpx")


@contextmanager
def with_aioresponses() -> Iterator[Urls]:
    with aioresponses() as mock:
        mock.post(GEMINI_URL, payload=MOCKED, response_class=AiohttpResponse)
        yield lambda: [str(url) for _, url in mock.requests]


class AiohttpResponse(aiohttp.ClientResponse):
    """What aioresponses 0.7.9 can make with aiohttp 3.14, which wants one argument more."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **{"stream_writer": MagicMock(), **keywords})


MOCKS = [
    pytest.param(with_responses, by_requests, id="responses"),
    pytest.param(with_requests_mock, by_requests, id="requests-mock"),
    pytest.param(with_respx, by_httpx, id="respx"),
    pytest.param(with_respx, by_async_httpx, id="respx, async"),
    pytest.param(with_respx_on_clients, by_httpx, id="respx on clients"),
    pytest.param(with_respx_on_clients, by_async_httpx, id="respx on clients, async"),
    pytest.param(with_aioresponses, by_aiohttp, id="aioresponses"),
]
each_mock = pytest.mark.parametrize(("mock", "post"), MOCKS)


@each_mock
@pytest.mark.parametrize("first", ["the mock", "the fake"])
def test_the_fake_answers_imagen_and_the_mock_the_rest(mock: Mock, post: Post, first: str) -> None:
    with ExitStack() as stack:
        if first == "the mock":
            urls = stack.enter_context(mock())
        fake = stack.enter_context(imagen_fake.intercept())
        if first == "the fake":
            urls = stack.enter_context(mock())
        assert len(post(IMAGEN_URL)["predictions"]) == 1
        assert post(GEMINI_URL) == MOCKED
        assert len(post(IMAGEN_URL)["predictions"]) == 1
        assert urls() == [GEMINI_URL]
    assert [called.status for called in fake.calls] == [200, 200]


@each_mock
def test_either_may_end_first(mock: Mock, post: Post) -> None:
    for _ in range(3):
        interception, other = imagen_fake.intercept(), mock()
        interception.__enter__()
        other.__enter__()
        interception.__exit__(None, None, None)
        assert post(GEMINI_URL) == MOCKED
        other.__exit__(None, None, None)
        with imagen_fake.intercept(block_network=True) as fake:
            assert len(post(IMAGEN_URL)["predictions"]) == 1
        assert len(fake.calls) == 1


@each_mock
def test_what_is_refused_is_refused_by_the_mock_too(mock: Mock, post: Post) -> None:
    with mock() as urls, imagen_fake.intercept(unknown="refuse"):
        with pytest.raises(imagen_fake.NetworkBlocked, match="was refused"):
            post(GEMINI_URL)
        assert urls() == []
    with imagen_fake.intercept(unknown="refuse"), mock() as urls:
        with pytest.raises(imagen_fake.NetworkBlocked, match="was refused"):
            post(GEMINI_URL)
        assert urls() == []


@pytest.mark.parametrize("fixtures", [("httpx_mock", "fake"), ("fake", "httpx_mock")])
@pytest.mark.parametrize("post", [by_httpx, by_async_httpx])
def test_pytest_httpx_mocks_the_rest(
    fixtures: tuple[str, str], post: Post, request: pytest.FixtureRequest
) -> None:
    mock, fake = (request.getfixturevalue(name) for name in sorted(fixtures, reverse=True))
    for name in fixtures:
        request.getfixturevalue(name)
    mock.add_response(url=GEMINI_URL, json=MOCKED)
    assert len(post(IMAGEN_URL)["predictions"]) == 1
    assert post(GEMINI_URL) == MOCKED
    assert [str(one.url) for one in mock.get_requests()] == [GEMINI_URL]
    assert len(fake.calls) == 1


@pytest.fixture
def fake() -> Iterator[Fake]:
    with imagen_fake.intercept() as fake:
        yield fake


@each_mock
def test_a_mock_answers_where_the_network_is_blocked(mock: Mock, post: Post) -> None:
    with imagen_fake.intercept(block_network=True), mock():
        assert post(GEMINI_URL) == MOCKED
    with mock(), imagen_fake.intercept(block_network=True):
        assert post(GEMINI_URL) == MOCKED


RECORDED = [by_requests, by_httpx, by_httpx2, by_async_httpx, by_aiohttp, by_urllib3, by_urllib]


@pytest.mark.parametrize("post", RECORDED, ids=lambda post: post.__name__)
@pytest.mark.parametrize("first", ["the cassette", "the fake"])
def test_a_cassette_has_the_rest_alone(post: Any, first: str, tmp_path: Path) -> None:
    file = tmp_path / "cassette.yaml"

    @contextmanager
    def both(mode: str) -> Iterator[Fake]:
        with ExitStack() as stack:
            cassette = vcr.use_cassette(str(file), record_mode=mode)
            if first == "the cassette":
                stack.enter_context(cassette)
            yield_fake = stack.enter_context(imagen_fake.intercept())
            if first == "the fake":
                stack.enter_context(cassette)
            yield yield_fake

    with real_service() as service:
        gemini, imagen = service.base + GEMINI, service.base + IMAGEN
        with both("once") as fake:
            assert len(post(imagen, {})["predictions"]) == 1
            assert post(gemini, {}) == {"by": "the real service"}
            assert len(post(imagen, {})["predictions"]) == 1
        assert len(fake.calls) == 2
    text = file.read_text()
    assert (text.count("generateContent"), text.count("predict")) == (1, 0)
    with both("none") as fake:
        assert len(post(imagen, TOKEN)["predictions"]) == 1
        assert post(gemini, TOKEN) == {"by": "the real service"}
        with pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException):
            post(UNKNOWN_URL, {})
    assert len(fake.calls) == 1
    assert service.paths == [GEMINI]
    assert file.read_text() == text


@pytest.mark.parametrize("first", ["the cassette", "the fake"])
def test_threads_within_a_cassette_are_answered_by_the_fake(first: str, tmp_path: Path) -> None:
    """VCR.py puts the originals of its own back whenever it opens a connection."""
    file = tmp_path / "cassette.yaml"
    with ExitStack() as stack:
        service = stack.enter_context(real_service())
        if first == "the cassette":
            stack.enter_context(vcr.use_cassette(str(file)))
        fake = stack.enter_context(imagen_fake.intercept())
        if first == "the fake":
            stack.enter_context(vcr.use_cassette(str(file)))
        threads = stack.enter_context(ThreadPoolExecutor(8))
        posts = [by_requests, by_httpx, by_httpx2, by_async_httpx] * 20
        made = list(threads.map(lambda post: post(service.base + IMAGEN), posts))
    assert [len(answer["predictions"]) for answer in made] == [1] * len(posts)
    assert len(fake.calls) == len(posts)
    assert service.paths == []


def test_a_recorder_that_is_imported_within_is_led_again(tmp_path: Path) -> None:
    script = """
import sys, httpx, httpx2, imagen_fake

with imagen_fake.intercept():
    import vcr
for _ in range(2):
    with imagen_fake.intercept() as fake, vcr.use_cassette(sys.argv[1], record_mode="none"):
        for library in (httpx, httpx2):
            assert library.get("https://generativelanguage.googleapis.com/v1beta/models").json()
    with vcr.use_cassette(sys.argv[1], record_mode="none"), imagen_fake.intercept() as fake:
        for library in (httpx, httpx2):
            assert library.get("https://generativelanguage.googleapis.com/v1beta/models").json()
print(httpx.HTTPTransport.handle_request.__module__)
"""
    file = str(tmp_path / "cassette.yaml")
    run = [sys.executable, "-W", "error", "-c", script, file]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["httpx._transports.default"]


@pytest.mark.parametrize("post", RECORDED, ids=lambda post: post.__name__)
def test_pictures_that_were_recorded_are_not_played(post: Any, tmp_path: Path) -> None:
    file = str(tmp_path / "cassette.yaml")
    with real_service() as service:
        imagen = service.base + IMAGEN
        with vcr.use_cassette(file):
            assert post(imagen, {}) == {"by": "the real service"}
    with imagen_fake.intercept(), vcr.use_cassette(file, record_mode="none") as cassette:
        assert len(post(imagen, {})["predictions"]) == 1
    assert cassette.play_count == 0


def test_a_cassette_does_not_record_a_token_of_the_fake(tmp_path: Path) -> None:
    file = tmp_path / "cassette.yaml"
    with (
        real_service() as service,
        vcr.use_cassette(str(file)),
        imagen_fake.intercept(),
        pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"),
    ):
        requests.post(service.base + GEMINI, headers=TOKEN, timeout=60)
    assert not file.exists()


def test_calls_of_curl_cffi_are_refused() -> None:
    async def post() -> None:
        async with curl_cffi.AsyncSession() as session:
            await session.post(IMAGEN_URL, json=BODY)

    with imagen_fake.intercept():
        with pytest.raises(imagen_fake.NetworkBlocked, match="ask a served fake"):
            curl_cffi.post(IMAGEN_URL, json=BODY)
        with pytest.raises(imagen_fake.NetworkBlocked, match="ask a served fake"):
            asyncio.run(post())


def test_curl_cffi_asks_others_without_tokens_of_the_fake() -> None:
    with real_service() as service:
        url = service.base.replace(HOST, "127.0.0.1") + GEMINI
        with imagen_fake.intercept():
            assert curl_cffi.post(url, json=BODY).json() == {"by": "the real service"}
            with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
                curl_cffi.post(GEMINI_URL, json=BODY, headers=TOKEN)
        with (
            imagen_fake.intercept(block_network=True),
            pytest.raises(imagen_fake.NetworkBlocked, match="was blocked"),
        ):
            curl_cffi.post(url, json=BODY)
    assert service.paths == [GEMINI]


def test_a_version_that_is_not_understood_is_named() -> None:
    unknown = type("RequestsMock", (), {})
    with (
        patch.object(responses, "RequestsMock", unknown),
        pytest.raises(RuntimeError, match=r"beside this version of responses: .* '_on_request'"),
        patched(Router()),
    ):
        pass
