"""Every fault, with every client that behaves otherwise than most: both get to an end."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event

import pytest

from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.conftest import RESOURCE
from tests.http import call

PATH = f"/v1/{RESOURCE}imagen-4.0-generate-001:predict"
BODY = json.dumps({"instances": [{"prompt": "an owl"}], "parameters": {"sampleCount": 1}}).encode()
FAULTS = [
    "drop", "error=503 drop", "delay=20ms drop", "truncate=50%", "truncate=0",
    "error=503 truncate=9", "slow=1", "error=503 slow=900MB/s", "malformed", "error=503 malformed",
    "delay=300s", "error=503 delay=300s", "delay=20ms", "delay=20ms slow=90 truncate=9",
]  # fmt: skip
ENDLESS = ("delay=300s", "slow=1")
Wire = socket.socket


def request(fault: str, version: str = "1.1", header: str = "", path: str = PATH) -> bytes:
    head = f"POST {path} HTTP/{version}\r\nHost: localhost\r\nContent-Length: {len(BODY)}\r\n"
    return f"{head}X-Imagen-Fake: {fault}\r\n{header}\r\n".encode() + BODY


def waits(wire: Wire, fault: str) -> None:
    """A client that is still there gets its answer, however late: it waits for no endless one."""
    if not fault.endswith(ENDLESS):
        until_closed(wire)


def until_closed(wire: Wire) -> bytes:
    """All that comes; nothing more is sent once the other end has reset."""
    got = b""
    with suppress(ConnectionResetError):
        while part := wire.recv(65536):
            got += part
    return got


def close_half(wire: Wire) -> None:
    """Sends no more. A server that is quicker has reset the connection, and there is no half."""
    with suppress(OSError):
        wire.shutdown(socket.SHUT_WR)


def closes_its_half(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault))
    close_half(wire)
    waits(wire, fault)


def closes_its_half_later(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault))
    Event().wait(0.05)
    close_half(wire)
    waits(wire, fault)


def leaves_at_once(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault))


def leaves_in_its_head(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault)[:60])


def leaves_in_its_body(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault)[:-9])


def leaves_in_the_answer(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault))
    if "300s" not in fault:
        with suppress(ConnectionResetError):
            wire.recv(1)


def asks_twice_and_leaves(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault) + request("error=429"))


def asks_twice_and_closes_its_half(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault) + request(fault))
    close_half(wire)
    waits(wire, fault)


def is_there_when_the_server_stops(wire: Wire, fault: str) -> None:
    wire.sendall(request(fault) + request(fault))
    Event().wait(0.05)


CLIENTS: list[Callable[[Wire, str], None]] = [
    closes_its_half, closes_its_half_later, leaves_at_once, leaves_in_its_head, leaves_in_its_body,
    leaves_in_the_answer, asks_twice_and_leaves, asks_twice_and_closes_its_half,
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A call that is left unfinished is logged at the latest when the server stops."""
    with caplog.at_level(logging.INFO):
        yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


def connected(url: str) -> Wire:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


@pytest.mark.parametrize("client", CLIENTS)
def test_no_call_outlives_its_client_whatever_the_fault(
    client: Callable[[Wire, str], None],
) -> None:
    state = State(Config())
    with serve_in_thread(state=state) as url:
        for fault in FAULTS:
            with connected(url) as wire:
                client(wire, fault)
        assert call(url, "/_fake/health").json["status"] == "ok"
    assert list(state.errors) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_stops_in_the_middle_of_every_fault(fault: str) -> None:
    with serve_in_thread() as url, connected(url) as wire:
        is_there_when_the_server_stops(wire, fault)


@pytest.mark.parametrize("header", ["", "Connection: keep-alive\r\n", "Connection: close\r\n"])
@pytest.mark.parametrize("fault", [one for one in FAULTS if not one.endswith(ENDLESS)])
def test_an_answer_to_http_1_0_ends_with_its_connection(fault: str, header: str) -> None:
    with serve_in_thread() as url, connected(url) as wire:
        wire.sendall(request(fault, "1.0", header))
        head, _, body = until_closed(wire).partition(b"\r\n\r\n")
    if "drop" in fault:
        assert head == b""
        return
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 503 " if "503" in fault else b"HTTP/1.1 200 ")
    assert b"connection: close" in head
    assert (len(body) < length) is ("truncate" in fault)
