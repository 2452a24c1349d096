"""Clients that offer to speak something else are answered in HTTP/1.1, as they may be."""

import json
import socket
from collections.abc import Iterator, Sequence

import pytest

from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.conftest import RESOURCE

PATH = f"/v1/{RESOURCE}imagen-4.0-generate-001:predict"
BODY = json.dumps(
    {"instances": [{"prompt": "a [fake: error=DATA_LOSS] cat " + "x" * 300}], "parameters": {}}
).encode()
OFFERS = {
    "h2c": "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "a WebSocket": "Upgrade: websocket\r\nConnection: upgrade\r\n",
    "two protocols": "Connection: close\r\nConnection: Upgrade\r\nUpgrade: h2c, a/1\r\n",
    "several times": "Upgrade: h2c\r\nUpgrade: b\r\nConnection: Upgrade\r\n",
}
WHOLE = f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)


@pytest.fixture(scope="module")
def fake() -> Iterator[tuple[str, State]]:
    state = State(Config())
    with serve_in_thread(state=state) as url:
        yield url.removeprefix("http://"), state


def answered(address: str, parts: Sequence[bytes]) -> str:
    """All that is answered to a request that comes in parts, to the end of the connection."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            wire.sendall(part)
        return b"".join(iter(lambda: wire.recv(65536), b"")).decode()


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
@pytest.mark.parametrize("body", [WHOLE, CHUNKED], ids=["length", "chunked"])
@pytest.mark.parametrize("offer", OFFERS)
def test_an_offer_of_another_protocol_is_ignored(
    fake: tuple[str, State],
    caplog: pytest.LogCaptureFixture,
    offer: str,
    body: bytes,
    size: int,
) -> None:
    address, state = fake
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{OFFERS[offer]}".encode()
    last = b"GET /_fake/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    closing = b"Connection: close\r\n" in head
    sent = head + body + (b"" if closing else last)
    got = answered(address, [sent[at : at + size] for at in range(0, len(sent), size)])
    assert got.startswith("HTTP/1.1 500 Internal Server Error\r\n")
    assert "DATA_LOSS" in got
    assert ('"status":"ok"' in got) is not closing
    assert [*state.journal][-1].prompt.startswith("a ")
    assert caplog.records == []


def test_a_tunnel_is_refused(fake: tuple[str, State]) -> None:
    request = b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"
    assert answered(fake[0], [request]).startswith("HTTP/1.1 400 ")
