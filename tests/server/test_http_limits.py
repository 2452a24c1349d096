"""What a client may send around its bodies, on real sockets."""

import json
import socket
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import repeat
from threading import Event
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.server import body_timeout, http_limits
from imagen_fake.server.http import serve_in_thread
from imagen_fake.server.http_limits import LimitedProtocol
from imagen_fake.state.state import State
from tests.conftest import RESOURCE
from tests.http import call
from tests.sweep import sweep

PATH = f"/v1/{RESOURCE}imagen-4.0-generate-001:predict"
BODY = json.dumps({"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}})
LIMITS = spec.table("http_limits")["request"]
MOST, FIELDS = LIMITS["bytes"], LIMITS["headers"]
LINE = f"POST {PATH} HTTP/1.1\r\n"
HEAD = f"{LINE}Host: localhost\r\nContent-Length: {len(BODY)}\r\n"
CHUNKED = f"{LINE}Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNK = f"{len(BODY):x}\r\n{BODY}\r\n"
ENDLESS = 2**26
"""More bytes than anybody should take."""


@pytest.fixture(scope="module")
def fake() -> State:
    return State()


@pytest.fixture(scope="module")
def url(fake: State) -> Iterator[str]:
    with serve_in_thread(state=fake) as address:
        yield address


def connected(url: str) -> socket.socket:
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


def answered(wire: socket.socket) -> tuple[int, bytes]:
    """Status and body of what comes until the server hangs up; 0 if nothing does."""
    received = b""
    with suppress(ConnectionError):
        while data := wire.recv(2**16):
            received += data
    while received.startswith(b"HTTP/1.1 100"):
        received = received.partition(b"\r\n\r\n")[2]
    head, _, body = received.partition(b"\r\n\r\n")
    return (int(head.split()[1]), body) if head else (0, b"")


def asked(url: str, *pieces: str, half_closed: bool = False) -> tuple[int, bytes]:
    """The answer to a request that is sent in these pieces."""
    with connected(url) as wire:
        for piece in pieces:
            wire.sendall(piece.encode())
        if half_closed:
            wire.shutdown(socket.SHUT_WR)
        return answered(wire)


def taken(wire: socket.socket, pieces: Iterable[bytes]) -> int:
    """How many bytes a server takes before it resets the connection, of `ENDLESS`."""
    sent = 0
    with suppress(ConnectionError):
        for piece in pieces:
            wire.sendall(piece)
            sent += len(piece)
            if sent >= ENDLESS:
                break
    return sent


def header(size: int) -> str:
    """A header that counts as so many bytes."""
    return f"X-Long: {'x' * (size - 10)}\r\n"


def room() -> int:
    """How many bytes of headers may follow `HEAD`."""
    lines = HEAD.split("\r\n")[1:-1]
    return int(MOST) - len(PATH) - sum(len(line) + 2 for line in lines)


CLOSE = "Connection: close\r\n"


@pytest.mark.parametrize("step", [1, 1000, 2**20])
@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 431)])
def test_headers_may_have_so_many_bytes_however_they_are_sent(
    url: str, step: int, more: int, status: int
) -> None:
    long = CLOSE + header(room() - len(CLOSE) + more)
    head = f"{HEAD}{long}\r\n"
    near = len(head) - 200 if step == 1 else 0
    pieces = [head[at : at + step] for at in range(near, len(head), step)]
    assert asked(url, head[:near], *pieces, BODY)[0] == status


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 431)])
def test_there_may_be_so_many_headers(url: str, more: int, status: int) -> None:
    others = "".join(f"X-{number}: y\r\n" for number in range(FIELDS - 3 + more))
    assert asked(url, HEAD, CLOSE, others, "\r\n", BODY)[0] == status


def test_a_long_url_is_refused(url: str) -> None:
    status, body = asked(url, f"GET /{'x' * MOST} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (status, json.loads(body)["error"]["code"]) == (414, 414)
    assert str(MOST) in json.loads(body)["error"]["message"]


ENDLESS_REQUESTS = {
    "request line": ("GET /", b"x"),
    "method": ("", b"\r\n"),
    "header name": (HEAD, b"x"),
    "header value": (f"{HEAD}X-Long: ", b"x"),
    "blanks before a value": (f"{HEAD}X-Long: ", b" "),
    "headers": (HEAD, b"X-Long: x\r\n"),
    "chunk extension": (f"{CHUNKED}1;", b"x"),
    "chunk extensions": (CHUNKED, b"1;" + b"x" * 1000 + b"\r\na\r\n"),
    "trailer": (f"{CHUNKED}{CHUNK}0\r\nX-Long: ", b"x"),
    "trailers": (f"{CHUNKED}{CHUNK}0\r\n", b"X-Long: x\r\n"),
}


@pytest.mark.parametrize("what", ENDLESS_REQUESTS)
def test_what_has_no_end_is_refused_after_a_few_bytes(url: str, fake: State, what: str) -> None:
    begin, again = ENDLESS_REQUESTS[what]
    before = [one for one in fake.journal if one.status == 200]
    piece = again * (2**14 // len(again))
    with connected(url) as wire:
        wire.sendall(begin.encode())
        first = taken(wire, repeat(piece, 4 * MOST // len(piece)))
        assert first <= 5 * MOST
        assert answered(wire)[0] in (400, 414, 431)
    assert call(url, "/_fake/health").status == 200
    assert [one for one in fake.journal if one.status == 200] == before


def test_a_header_of_64_mb_is_not_kept(url: str) -> None:
    tracemalloc.start()
    try:
        with connected(url) as wire:
            wire.sendall(f"{HEAD}X-Long: ".encode())
            taken(wire, repeat(b"x" * 2**20))
        assert call(url, "/_fake/health").status == 200
        assert tracemalloc.get_traced_memory()[1] < ENDLESS / 8
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("directives", ["delay=300s", "slow=1"])
def test_a_client_that_has_left_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, directives: str
) -> None:
    lost, before = Event(), LimitedProtocol.connection_lost

    def connection_lost(self: LimitedProtocol, exc: Exception | None) -> None:
        before(self, exc)
        if self.url == PATH.encode():
            lost.set()

    monkeypatch.setattr(LimitedProtocol, "connection_lost", connection_lost)
    fake = State()
    with serve_in_thread(state=fake) as address:
        with connected(address) as wire:
            wire.sendall(f"{HEAD}X-Imagen-Fake: {directives}\r\n\r\n{BODY}".encode())
            while not list(fake.journal):
                call(address, "/_fake/health")
        assert lost.wait(30)


def test_a_body_in_tiny_chunks_is_taken(url: str) -> None:
    padded = BODY + " " * 20_000
    chunks = "".join(f"1\r\n{character}\r\n" for character in padded)
    closing = CHUNKED.replace("Host", f"{CLOSE}Host")
    assert asked(url, closing, chunks, "0\r\n\r\n")[0] == 200


def test_a_trailer_is_no_header(url: str, fake: State) -> None:
    closing = CHUNKED.replace("Host", f"{CLOSE}Host")
    status, _ = asked(url, closing, CHUNK, "0\r\nX-Imagen-Fake: error=503\r\nX-Late: x\r\n\r\n")
    assert status == 200
    assert "x-late" not in list(fake.journal)[-1].headers


def test_many_requests_on_one_connection_are_counted_one_by_one(url: str) -> None:
    with connected(url) as wire:
        file = wire.makefile("rb")
        for _ in range(5):
            wire.sendall(f"{HEAD}{header(room() // 2)}\r\n{BODY}".encode())
            assert b" 200 " in file.readline()
            length = next(int(line[15:]) for line in file if line.startswith(b"content-length"))
            while file.readline() != b"\r\n":
                pass
            assert len(file.read(length)) == length


@pytest.mark.parametrize("begun", ["", "\r\n", "POST /v1", HEAD])
def test_a_request_that_does_not_come_is_waited_for_no_longer(
    monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    monkeypatch.setattr(http_limits, "HEAD_SECONDS", 0.2)
    with serve_in_thread() as address:
        status, body = asked(address, begun)
        assert (status, json.loads(body)["error"]["status"]) == (408, "DEADLINE_EXCEEDED")


def test_a_kept_connection_waits_for_its_next_request_no_longer_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_limits, "HEAD_SECONDS", 0.2)
    with serve_in_thread() as address, connected(address) as wire:
        wire.sendall(b"GET /_fake/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in wire.recv(100)
        wire.sendall(b"GET /_fake")
        assert b" 408 " in b"".join(iter(lambda: wire.recv(2**16), b""))


@pytest.mark.parametrize("part", [HEAD + "\r\n", CHUNKED, CHUNKED + "3\r\nab"])
def test_a_body_that_does_not_come_is_waited_for_no_longer(
    url: str, fake: State, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(body_timeout, "MIN_SECONDS", 0.2)
    last = [*fake.journal][-1:]
    status, body = asked(url, part)
    assert status == 408
    assert "too slowly: fewer than 1024 bytes a second" in json.loads(body)["error"]["message"]
    deadline = monotonic() + 10
    while [*fake.journal][-1:] == last and monotonic() < deadline:  # it is entered after the answer
        sleep(0.01)
    assert [*fake.journal][-1].status == 499


def test_a_body_may_take_the_time_that_its_size_allows(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_timeout, "MIN_SECONDS", 0.2)
    monkeypatch.setattr(body_timeout, "MIN_BYTES_PER_SECOND", 1)
    with connected(url) as wire:
        wire.sendall(f"{HEAD}\r\n{BODY[:-1]}".encode())
        wire.settimeout(1)
        with pytest.raises(TimeoutError):
            wire.recv(1)
        wire.settimeout(30)
        wire.sendall(BODY[-1].encode())
        assert wire.recv(12) == b"HTTP/1.1 200"


def test_a_connection_whose_answer_did_not_need_the_body_is_closed_without_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body_timeout, "MIN_SECONDS", 0.2)
    with serve_in_thread(Config(auth="any")) as guarded, connected(guarded) as wire:
        wire.sendall(f"{HEAD}\r\n{BODY[:9]}".encode())
        status, body = answered(wire)
    assert status == 401
    assert json.loads(body)["error"]["code"] == 401


@sweep("version", ["1.0", "1.1"])
@sweep("directives", ["seed=1", "delay=0.5s", "slow=1000000", "error=503"])
def test_a_half_closed_client_gets_its_answer(url: str, version: str, directives: str) -> None:
    head = HEAD.replace("HTTP/1.1", f"HTTP/{version}")
    pieces = head, f"X-Imagen-Fake: {directives}\r\n\r\n", BODY
    status, body = asked(url, *pieces, half_closed=True)
    expected = (503, "error") if "503" in directives else (200, "predictions")
    assert (status, *json.loads(body)) == expected


@pytest.mark.parametrize("offer", ["", "Connection: keep-alive\r\n"])
def test_http_1_0_is_answered_and_the_connection_closed(url: str, offer: str) -> None:
    status, body = asked(url, HEAD.replace("HTTP/1.1", "HTTP/1.0"), offer, "\r\n", BODY)
    assert (status, list(json.loads(body))) == (200, ["predictions"])


@pytest.mark.parametrize(
    ("codings", "status"),
    [("gzip, chunked", 501), ("gzip\r\nTransfer-Encoding: chunked", 501), ("gzip", 501),
     ("chunked, gzip", 400), ("chunked, chunked", 400), ("identity", 501), ("Chunked", 200)],
)  # fmt: skip
def test_a_transfer_coding_is_understood_or_refused(url: str, codings: str, status: int) -> None:
    head = f"{LINE}Host: localhost\r\n{CLOSE}Transfer-Encoding: {codings}\r\n\r\n"
    assert asked(url, head, CHUNK, "0\r\n\r\n")[0] == status
