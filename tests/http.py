"""A plain HTTP call, without any client's own opinions."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """The text of a Google error."""
        return str(self.json["error"]["message"])


def call(url: str, path: str, body: Any = None, method: str | None = None, **headers: str) -> Reply:
    """Ask a server; a body that is not bytes is sent as JSON, without a Content-Type."""
    raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request(method or ("GET" if body is None else "POST"), path, raw, headers)
        reply = connection.getresponse()
        return Reply(reply.status, reply.headers, reply.read())
    finally:
        connection.close()
