"""Imagen and other models on one connection: of each library that is built upon http.client."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import requests
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import imagen_fake
from imagen_fake.auth.access import Access
from imagen_fake.auth.credential import UnsignedIssuer
from imagen_fake.auth.credentials import api_key
from tests.real_service import BODY, GEMINI, HOST, IMAGEN, RealService, real_service
from tests.sweep import sweep
from tests.tunnel import tunnel

DATA = json.dumps(BODY).encode()
Ask = Callable[..., Any]
"""Posts to a path with some headers; the JSON of the answer."""

TOKEN = UnsignedIssuer().issue("access", "alice", 60)


@contextmanager
def by_requests(service: RealService) -> Iterator[Ask]:
    with requests.Session() as session:
        session.trust_env = False  # it may name another certificate

        def ask(path: str, headers: Any = None) -> Any:
            url = service.base + path
            verify = service.ca or True
            return session.post(url, data=DATA, headers=headers, verify=verify, timeout=60).json()

        yield ask


@contextmanager
def by_urllib3(service: RealService) -> Iterator[Ask]:
    with urllib3.PoolManager(1, maxsize=1, ca_certs=service.ca or None, retries=False) as pool:
        yield lambda path, headers=None: pool.request(
            "POST", service.base + path, body=DATA, headers=headers
        ).json()


@contextmanager
def by_http_client(service: RealService) -> Iterator[Ask]:
    host = urlsplit(service.base).netloc
    connection = HTTPConnection(host, timeout=60)
    if service.ca:
        context = ssl.create_default_context(cafile=service.ca)
        connection = HTTPSConnection(host, timeout=60, context=context)

    def ask(path: str, headers: Any = None) -> Any:
        connection.request("POST", path, DATA, headers or {})
        return json.load(connection.getresponse())

    with ExitStack() as stack:
        stack.callback(connection.close)
        yield ask


@contextmanager
def by_urllib(service: RealService) -> Iterator[Ask]:
    context = ssl.create_default_context(cafile=service.ca) if service.ca else None

    def ask(path: str, headers: Any = None) -> Any:
        request = Request(service.base + path, DATA, headers or {})
        with urlopen(request, timeout=60, context=context) as answer:
            return json.load(answer)

    yield ask


LIBRARIES = [by_requests, by_urllib3, by_http_client, by_urllib]


@pytest.fixture(params=["http", "https"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealService]:
    with real_service(tmp_path if request.param == "https" else None) as service:
        yield service


def answers(answer: Any, path: str) -> bool:
    """Whether it is the answer of whom the path belongs to."""
    return ("predictions" in answer) is (path == IMAGEN)


@pytest.mark.parametrize("library", LIBRARIES)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.lists(st.sampled_from([IMAGEN, GEMINI]), min_size=1, max_size=6))
def test_each_request_on_a_connection_gets_to_whom_it_is_for(
    library: Any, service: RealService, paths: list[str]
) -> None:
    service.paths.clear()
    with library(service) as ask:
        with imagen_fake.intercept() as fake:
            assert all(answers(ask(path), path) for path in paths)
        assert ask(GEMINI) == {"by": "the real service"}
    assert len(fake.calls) == paths.count(IMAGEN)
    assert service.paths == [GEMINI] * (paths.count(GEMINI) + 1)


@sweep("library", LIBRARIES)
@sweep("path", [GEMINI, f"{GEMINI}?alt=json"])
def test_a_token_of_the_fake_does_not_go_out(library: Any, path: str, service: RealService) -> None:
    service.paths.clear()
    headers = {"authorization": f"Bearer {TOKEN}"}
    with library(service) as ask, imagen_fake.intercept():
        for _ in range(2):
            with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
                ask(path, headers)
        assert "predictions" in ask(IMAGEN, headers)
        assert ask(GEMINI, {"authorization": "Bearer own"}) == {"by": "the real service"}
    assert service.paths == [GEMINI]


@sweep("library", LIBRARIES)
def test_a_key_of_the_fake_does_not_go_out_in_a_url(library: Any, service: RealService) -> None:
    key = api_key(Access())
    with library(service) as ask, imagen_fake.intercept():
        with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential") as caught:
            ask(f"{GEMINI}?key={key}")
        assert key not in str(caught.value)
        assert "predictions" in ask(f"{IMAGEN}?key={key}")
    assert service.paths == []


@sweep("library", LIBRARIES)
def test_what_is_not_ours_is_refused_where_the_network_is_blocked(
    library: Any, service: RealService
) -> None:
    service.paths.clear()
    with library(service) as ask:
        ask(GEMINI)
        with imagen_fake.intercept(block_network=True):
            with pytest.raises(imagen_fake.NetworkBlocked, match=GEMINI):
                ask(GEMINI)
            assert "predictions" in ask(IMAGEN)
    assert service.paths == [GEMINI]


@sweep("library", LIBRARIES)
def test_what_is_not_ours_may_be_refused(library: Any, service: RealService) -> None:
    with library(service) as ask, imagen_fake.intercept(unknown="refuse"):
        with pytest.raises(imagen_fake.NetworkBlocked, match=f"{HOST}{GEMINI} was refused"):
            ask(GEMINI)
        assert "predictions" in ask(IMAGEN)
    assert service.paths == []


@sweep("library", LIBRARIES)
def test_a_token_is_stopped_before_another_host_of_googles_is_looked_up(library: Any) -> None:
    service = RealService()
    service.base = "https://bigquery.googleapis.com"
    with (
        patch.object(socket, "getaddrinfo", side_effect=AssertionError("looked up")),
        imagen_fake.intercept(),
        library(service) as ask,
        pytest.raises(imagen_fake.NetworkBlocked, match=r"googleapis\.com/v2 was stopped"),
    ):
        ask("/v2", {"authorization": f"Bearer {TOKEN}"})


def test_a_connection_may_be_opened_before_it_has_a_request(service: RealService) -> None:
    with by_http_client(service) as _, imagen_fake.intercept():
        for path in (GEMINI, IMAGEN, GEMINI):
            connection = HTTPConnection(urlsplit(service.base).netloc, timeout=60)
            if service.ca:
                context = ssl.create_default_context(cafile=service.ca)
                connection = HTTPSConnection(connection.host, connection.port, context=context)
            connection.connect()
            connection.request("POST", path, DATA)
            assert answers(json.load(connection.getresponse()), path)
            connection.close()


def test_a_request_to_a_proxy_is_for_whom_its_url_names() -> None:
    with real_service() as service, imagen_fake.intercept(), requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": service.base.replace(HOST, "127.0.0.1")}
        for path in (IMAGEN, GEMINI, IMAGEN):
            answer = session.post(f"http://{HOST}{path}", data=DATA, timeout=60).json()
            assert answers(answer, path)
        with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
            session.get(
                f"http://{HOST}{GEMINI}", headers={"authorization": f"Bearer {TOKEN}"}, timeout=60
            )
    assert service.paths == [GEMINI]


def test_a_proxy_connects_for_what_is_not_ours_alone(tmp_path: Path) -> None:
    with (
        real_service(tmp_path) as service,
        tunnel() as proxy,
        imagen_fake.intercept() as fake,
        requests.Session() as session,
    ):
        session.trust_env = False
        session.proxies = {"https": proxy}
        for path in (IMAGEN, GEMINI, GEMINI, IMAGEN, GEMINI):
            url = service.base + path
            answer = session.post(url, data=DATA, verify=service.ca, timeout=60).json()
            assert answers(answer, path)
        with pytest.raises(imagen_fake.NetworkBlocked, match="carries a credential"):
            session.post(url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=60)
    assert len(fake.calls) == 2
    assert service.paths == [GEMINI] * 3


def test_a_host_of_this_machine_may_have_a_token_of_the_fake() -> None:
    with real_service() as service, imagen_fake.intercept():
        url = service.base.replace(HOST, "127.0.0.1") + GEMINI
        headers = {"authorization": f"Bearer {TOKEN}"}
        assert requests.post(url, headers=headers, timeout=60).json()["by"] == "the real service"


class OfUnixSocket(HTTPConnection):
    """A connection as clients of Docker's have it: no network."""

    def connect(self) -> None:
        self.sock, self.other = socket.socketpair()
        self.other.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlocal")


def test_a_connection_of_its_own_kind_is_left_alone_where_the_network_is_blocked() -> None:
    connection = OfUnixSocket("localhost")
    with imagen_fake.intercept(block_network=True):
        connection.request("GET", "/v1/containers")
        assert connection.getresponse().read() == b"local"
    connection.close()
    connection.other.close()


@pytest.mark.parametrize("library", [by_requests, by_urllib3])
def test_threads_that_share_connections_get_to_whom_they_ask(
    library: Any, service: RealService
) -> None:
    paths = [IMAGEN, GEMINI, GEMINI, IMAGEN, GEMINI] * 8
    with library(service) as ask, imagen_fake.intercept() as fake, ThreadPoolExecutor(8) as threads:
        assert all(map(answers, threads.map(ask, paths), paths))
    assert len(fake.calls) == paths.count(IMAGEN)
    assert service.paths == [GEMINI] * paths.count(GEMINI)
