"""HTTP/1.1 without a network: parse a client's bytes, call the fake, serialize its response."""

from contextlib import suppress
from http import HTTPStatus
from itertools import accumulate, pairwise
from types import SimpleNamespace

from httptools import HttpParserUpgrade, HttpRequestParser

from imagen_fake.testing.messages import Request, Response


class RequestParser:
    """Parses the bytes of one request; `origin` is `https://…` without a path."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._target, self._pieces = list[bytes](), list[bytes]()
        self._headers: list[tuple[bytes, bytes]] = []
        self.complete = False
        self.expects_continue = False
        """Whether the client waits for `100 Continue` before it sends the body."""
        callbacks = SimpleNamespace(
            on_url=self._target.append,
            on_header=lambda name, value: self._headers.append((name, value)),
            on_headers_complete=self._on_headers_complete,
            on_body=self._pieces.append,
            on_message_complete=self._on_message_complete,
        )
        self._parser = HttpRequestParser(callbacks)

    def feed(self, data: bytes) -> None:
        """Parse the next bytes."""
        with suppress(HttpParserUpgrade):  # another protocol is offered, not demanded
            self._parser.feed_data(data)

    @property
    def request(self) -> Request:
        """The parsed request."""
        target = b"".join(self._target).decode("latin-1")
        url = self._origin + target if target.startswith("/") else target  # else from a proxy
        method = self._parser.get_method().decode()
        return Request(method, url, tuple(self._headers), b"".join(self._pieces))

    def _on_headers_complete(self) -> None:
        self.expects_continue = any(
            (name.lower(), value.lower()) == (b"expect", b"100-continue")
            for name, value in self._headers
        )

    def _on_message_complete(self) -> None:
        self.complete = True


def serialize_response(response: Response) -> bytes:
    """A response as HTTP/1.1 with `connection: close`."""
    lines = [f"HTTP/1.1 {response.status} {reason_phrase(response.status)}".encode()]
    lines += [name + b": " + value for name, value in response.headers]
    body = _chunked(response) if response.chunks else response.body
    return b"\r\n".join([*lines, b"connection: close", b"", body])


def _chunked(response: Response) -> bytes:
    """A body in chunked coding (RFC 9112, 7.1), without its last chunk if it breaks off."""
    ends = [end for end in accumulate(response.chunks[:-1]) if end < len(response.body)]
    cuts = pairwise([0, *ends, len(response.body)])
    chunks = [response.body[start:end] for start, end in cuts if start < end]
    last = b"0\r\n\r\n" if response.complete else b""
    return b"".join([*(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks), last])


def reason_phrase(status: int) -> str:
    """The reason phrase of a status, empty for an unregistered one."""
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else ""
