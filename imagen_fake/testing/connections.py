"""HTTP/1.1 without a network: parse a client's bytes, call the fake, serialize its response."""

from contextlib import suppress
from http import HTTPStatus

from httptools import HttpParserUpgrade, HttpRequestParser

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
        self.expects_continue = False
        """Whether the client waits for `100 Continue` before it sends the body."""

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

    def on_headers_complete(self) -> None:
        """Note what the client waits for."""
        self.expects_continue = any(
            (name.lower(), value.lower()) == (b"expect", b"100-continue")
            for name, value in self._headers
        )

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
