"""Ignores the `Upgrade` header, as a server may (RFC 9110, 7.8)."""

import sys
from typing import Any

from httptools import HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class IgnoreUpgradeProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which reads the body of a request with `Upgrade`.

    The parser takes what follows such a head for another protocol, so the request is parsed again
    without the offer.
    """

    _received: Any = b""

    def data_received(self, data: bytes) -> None:
        """Parse data."""
        self._received = data
        super().data_received(data)

    def _should_upgrade(self) -> bool:
        """Whether `handle_websocket_upgrade` takes over; a tunnel is refused like a bad request."""
        return bool(self.scope["method"] != "CONNECT")

    def handle_websocket_upgrade(self) -> None:
        """Parse the request again without `Upgrade`; uvicorn calls this in its error handler."""
        (consumed,) = sys.exception().args  # type: ignore[union-attr] # bytes before the rest
        rest = self._received[consumed:]
        line = f"{self.scope['method']} {self.url.decode()} HTTP/{self.scope['http_version']}"
        headers = [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        self.parser = HttpRequestParser(self)
        self.data_received(b"\r\n".join([line.encode(), *headers, b"", rest]))
