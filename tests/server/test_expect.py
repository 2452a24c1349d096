"""Bodies that are refused by their length before they come, on every route that reads one."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.http import call
from tests.test_cut_off import PARTS, QUERIES, UNREAD, changing

LIMIT = 200_000
LENGTH = 10**12
PREDICT = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"
EXPECT = "Expect: 100-continue\r\n"
STATUSES = {"storage": 413, "upload": 413, "b": 413}
"""How a route refuses by the first part of its path; others in the words of Google's front end."""


@pytest.fixture(scope="module")
def limited() -> Iterator[str]:
    state = State(Config(endpoints={"56": PARTS["model"]}, max_body_bytes=LIMIT))
    state.rules.add("seed=1", "kept")
    with serve_in_thread(state=state) as url:
        call(url, "/upload/storage/v1/b/bucket/o?uploadType=media&name=kept", b"kept")
        yield url


@pytest.fixture
def client(limited: str) -> Iterator[socket.socket]:
    address = urlsplit(limited)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        yield connection


def head(asked: str, length: int, *more: str, version: str = "1.1") -> bytes:
    path = f"{asked}{QUERIES.get(asked, '')} HTTP/{version}\r\n"
    return f"{path}Host: localhost\r\nContent-Length: {length}\r\n{''.join(more)}\r\n".encode()


def answer(client: socket.socket) -> tuple[int, str, bytes]:
    """Status, head and body of the next answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(1) or pytest.fail("the connection ended")
    text = received.decode().lower()
    length = int(text.partition("content-length: ")[2].partition("\r\n")[0])
    body = b""
    while len(body) < length:
        body += client.recv(length - len(body)) or pytest.fail("the connection ended")
    return int(text.split(" ")[1]), text, body


READING = [one for one in changing() if one not in UNREAD or one.startswith("DELETE")]


@pytest.mark.parametrize("asked", READING)
@pytest.mark.parametrize("expect", [(), (EXPECT,)], ids=["", "expect"])
def test_a_length_beyond_the_limit_is_refused_before_the_body_comes(
    client: socket.socket, asked: str, expect: tuple[str, ...]
) -> None:
    client.sendall(head(asked, LENGTH, *expect))
    status, text, body = answer(client)
    assert status == STATUSES.get(asked.split("/")[1], 400)
    assert "too large" in body.decode() or "exceeds the limit" in body.decode()
    assert ("connection: close" in text) is bool(expect)


@pytest.mark.parametrize("spelled", [EXPECT, EXPECT.upper(), "expect:100-Continue\r\n"])
def test_a_client_that_waits_is_told_to_go_on_only_where_its_body_is_read(
    client: socket.socket, spelled: str
) -> None:
    body = json.dumps({"instances": [{"prompt": "an owl"}]}).encode()
    client.sendall(head(f"POST {PREDICT}", len(body), spelled))
    assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(body)
    status, text, _ = answer(client)
    assert (status, "connection: close" in text) == (200, False)
    client.sendall(head(f"POST {PREDICT}", LIMIT + 1, spelled))
    assert answer(client)[0] == 400
    assert client.recv(1) == b""


def test_who_is_refused_for_another_reason_is_not_told_to_go_on_either(
    client: socket.socket,
) -> None:
    client.sendall(head("POST /nothing", 10, EXPECT))
    status, text, _ = answer(client)
    assert (status, "connection: close" in text) == (404, True)
    assert client.recv(1) == b""


@pytest.mark.parametrize("size", [LIMIT + 1, 30 * LIMIT])
def test_a_client_that_sends_its_body_all_the_same_reads_the_answer_and_asks_again(
    limited: str, size: int
) -> None:
    connection = HTTPConnection(urlsplit(limited).netloc, timeout=20)
    for _ in range(3):
        connection.request("POST", PREDICT, bytes(size))
        reply = connection.getresponse()
        assert (reply.status, b"exceeds the limit" in reply.read()) == (400, True)
    connection.request("GET", "/_fake/health")
    assert connection.getresponse().status == 200
    connection.close()


def test_http_1_0_is_refused_too(client: socket.socket) -> None:
    client.sendall(head(f"POST {PREDICT}", LENGTH, version="1.0"))
    assert answer(client)[0] == 400
    assert client.recv(1) == b""


def test_a_credential_is_judged_before_the_length() -> None:
    with serve_in_thread(Config(auth="any", max_body_bytes=LIMIT)) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as client:
            client.sendall(head(f"POST {PREDICT}", LENGTH))
            assert answer(client)[0] == 401


def test_a_refused_length_is_in_the_journal() -> None:
    state = State(Config(max_body_bytes=LIMIT))
    with serve_in_thread(state=state) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as client:
            client.sendall(head(f"POST {PREDICT}", LENGTH, EXPECT))
            answer(client)
    assert [(one.path, one.status) for one in state.journal] == [(PREDICT, 400)]
