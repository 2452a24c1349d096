"""Requests and responses in process."""

from collections.abc import Sequence
from dataclasses import dataclass
from errno import ECONNRESET
from typing import Any
from urllib.parse import unquote, urlsplit

from imagen_fake.middleware.guards import IN_PROCESS

DROPPED = "The fake dropped the connection, as it was told to."

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request: the whole URL, headers as they are sent, the body in bytes."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """A response: the headers in order and in lower case, the body in bytes."""

    status: int
    headers: Headers
    body: bytes
    complete: bool = True
    """Whether the body is as long as `content-length` says, or the last of its chunks is there."""
    chunks: tuple[int, ...] = ()
    """How many bytes each chunk of a stream has; empty where it is none."""

    def header(self, name: str) -> str | None:
        """The value of a header, the last one if it is repeated; None without it."""
        named = [value for key, value in self.headers if key.decode().lower() == name.lower()]
        return named[-1].decode("latin-1") if named else None


def connection_reset(text: str) -> ConnectionResetError:
    """The error of a connection that was reset."""
    return ConnectionResetError(ECONNRESET, text)


def scope(request: Request) -> dict[str, Any]:
    """The ASGI scope of a request."""
    parts = urlsplit(request.url)
    headers = [(name.lower(), value) for name, value in request.headers]
    if not any(name == b"host" for name, _ in headers):
        headers.insert(0, (b"host", parts.netloc.encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme or "http",
        "server": (parts.hostname or "localhost", parts.port or 443),
        "client": ("127.0.0.1", 0),
        "root_path": "",
        "path": unquote(parts.path) or "/",
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": headers,
        "extensions": {IN_PROCESS: {}},
    }
