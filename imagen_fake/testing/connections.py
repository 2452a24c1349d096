"""HTTP/1.1 without a network: parse a client's bytes, call the fake, serialize its response."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

from httptools import HttpParserUpgrade, HttpRequestParser

from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response


class RequestParser:
    """Parses the bytes of one request; `origin` is `https://…` without a path."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._target = b""
        self._pieces: list[bytes] = []
        self._headers: list[tuple[bytes, bytes]] = []
        self._parser = HttpRequestParser(self)
        self.complete = False

    def feed(self, data: bytes) -> None:
        """Parse the next bytes."""
        with suppress(HttpParserUpgrade):  # another protocol is offered, not demanded
            self._parser.feed_data(data)

    @property
    def request(self) -> Request:
        """The parsed request."""
        target = self._target.decode("latin-1")
        url = self._origin + target if target.startswith("/") else target  # else from a proxy
        method = self._parser.get_method().decode()
        return Request(method, url, tuple(self._headers), b"".join(self._pieces))

    def on_url(self, url: bytes) -> None:
        """Append to the request target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Append a header."""
        self._headers.append((name, value))

    def on_body(self, data: bytes) -> None:
        """Append to the body."""
        self._pieces.append(data)

    def on_message_complete(self) -> None:
        """Mark the request as complete."""
        self.complete = True


def serialize_response(response: Response) -> bytes:
    """A response as HTTP/1.1 with `connection: close`."""
    lines = [f"HTTP/1.1 {response.status} {reason_phrase(response.status)}".encode()]
    lines += [name + b": " + value for name, value in response.headers]
    return b"\r\n".join([*lines, b"connection: close", b"", response.body])


def reason_phrase(status: int) -> str:
    """The reason phrase of a status, empty for an unregistered one."""
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else ""


class AsyncioTransport(asyncio.Transport):
    """An asyncio transport stand-in: answers the request that is written to it."""

    def __init__(self, in_process: InProcess, origin: str, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._in_process = in_process
        self._parser = RequestParser(origin)
        self._protocol = protocol
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        """Parse the next bytes of the request; answer it once it is complete."""
        self._parser.feed(bytes(data))
        if self._parser.complete and not self._task:
            self._task = asyncio.get_running_loop().create_task(self._answer())

    async def _answer(self) -> None:
        try:
            response = await self._in_process.ask_async(self._parser.request)
        except Exception as error:  # noqa: BLE001 (whatever it is, nothing else will come)
            self._protocol.connection_lost(error)
        else:
            self._protocol.data_received(serialize_response(response))
            if not response.complete:
                self._protocol.connection_lost(None)

    def close(self) -> None:
        """Close it, and cancel the request."""
        self._closing = True
        if self._task:
            self._task.cancel()

    abort = close

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self._closing

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Set the protocol that receives the response."""
        self._protocol = cast("asyncio.Protocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """The protocol that receives the response."""
        return self._protocol

    def pause_reading(self) -> None:
        """Do nothing: the response is handed over at once."""

    resume_reading = pause_reading

    def is_reading(self) -> bool:
        """Whether a response would be handed over."""
        return not self._closing

    def can_write_eof(self) -> bool:
        """False: it cannot be half-closed."""
        return False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing: there is no write buffer."""

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Zero: there is no write buffer."""
        return 0, 0

    def get_write_buffer_size(self) -> int:
        """Zero: there is no write buffer."""
        return 0
