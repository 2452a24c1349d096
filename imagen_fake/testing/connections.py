"""HTTP/1.1 without a network: what clients write is heard, asked in process, and said back."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

from httptools import HttpParserUpgrade, HttpRequestParser

from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response


class Heard:
    """A request as it comes in pieces; `origin` is `https://…` without a path."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._target = b""
        self._pieces: list[bytes] = []
        self._headers: list[tuple[bytes, bytes]] = []
        self._parser = HttpRequestParser(self)
        self.complete = False

    def feed(self, data: bytes) -> None:
        """Take what a client writes."""
        with suppress(HttpParserUpgrade):  # another protocol is offered, not demanded
            self._parser.feed_data(data)

    @property
    def request(self) -> Request:
        """What was heard."""
        target = self._target.decode("latin-1")
        url = self._origin + target if target.startswith("/") else target  # else from a proxy
        method = self._parser.get_method().decode()
        return Request(method, url, tuple(self._headers), b"".join(self._pieces))

    def on_url(self, url: bytes) -> None:
        """Called by the parser, like the others."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header in its place, in its spelling."""
        self._headers.append((name, value))

    def on_body(self, data: bytes) -> None:
        """Keep a piece of the body."""
        self._pieces.append(data)

    def on_message_complete(self) -> None:
        """Nothing more will come."""
        self.complete = True


def said(response: Response) -> bytes:
    """A response as it goes over a wire that is closed after it."""
    lines = [f"HTTP/1.1 {response.status} {reason(response.status)}".encode()]
    lines += [name + b": " + value for name, value in response.headers]
    return b"\r\n".join([*lines, b"connection: close", b"", response.body])


def reason(status: int) -> str:
    """The words behind a status."""
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else ""


class Transport(asyncio.Transport):
    """What a protocol on an event loop takes for its connection."""

    def __init__(self, in_process: InProcess, origin: str, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._in_process = in_process
        self._heard = Heard(origin)
        self._protocol = protocol
        self._answering: asyncio.Task[None] | None = None
        self._closing = False

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        """Hear a piece of the request; after the last one, answer."""
        self._heard.feed(bytes(data))
        if self._heard.complete and not self._answering:
            self._answering = asyncio.get_running_loop().create_task(self._answer())

    async def _answer(self) -> None:
        try:
            response = await self._in_process.ask_async(self._heard.request)
        except Exception as error:  # noqa: BLE001 (whatever it is, nothing else will come)
            self._protocol.connection_lost(error)
        else:
            self._protocol.data_received(said(response))
            if not response.whole:
                self._protocol.connection_lost(None)

    def close(self) -> None:
        """Give up waiting for the answer."""
        self._closing = True
        if self._answering:
            self._answering.cancel()

    abort = close

    def is_closing(self) -> bool:
        """Whether somebody closed it."""
        return self._closing

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Let another protocol take the answer."""
        self._protocol = cast("asyncio.Protocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Who takes the answer."""
        return self._protocol

    def pause_reading(self) -> None:
        """An answer comes at once; the protocol keeps what it cannot take."""

    resume_reading = pause_reading

    def is_reading(self) -> bool:
        """Whether an answer would be handed over."""
        return not self._closing

    def can_write_eof(self) -> bool:
        """Whether one half can be closed."""
        return False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing waits to be sent, however much may."""

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """None that count."""
        return 0, 0

    def get_write_buffer_size(self) -> int:
        """Nothing waits to be sent."""
        return 0
