"""HTTP/1.1 with clients that offer to speak something else: the offer is ignored, as it may be."""

import sys
from typing import Any

from httptools import HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class IgnoreUpgradeProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, but a request that offers an upgrade keeps its body.

    The parser takes what follows such a head for another protocol, so the request is parsed again
    without the offer.
    """

    _received: Any = b""

    def data_received(self, data: bytes) -> None:
        """Parse what comes next."""
        self._received = data
        super().data_received(data)

    def _should_upgrade(self) -> bool:
        """Whether `handle_websocket_upgrade` takes over; a tunnel is refused like a bad request."""
        return bool(self.scope["method"] != "CONNECT")

    def handle_websocket_upgrade(self) -> None:
        """Begin the request again; called where the parser's error is handled."""
        (consumed,) = sys.exception().args  # type: ignore[union-attr] # bytes before the rest
        rest = self._received[consumed:]
        line = f"{self.scope['method']} {self.url.decode()} HTTP/{self.scope['http_version']}"
        headers = [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        self.parser = HttpRequestParser(self)
        self.data_received(b"\r\n".join([line.encode(), *headers, b"", rest]))
