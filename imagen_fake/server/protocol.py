"""uvicorn's HTTP protocol with the connection within reach of faults, and without upgrades."""

import socket
import struct
import sys
from asyncio import Transport
from typing import Any

from httptools import HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from imagen_fake.surfaces.faults import CONNECTION

RESET = struct.pack("ii", 1, 0)
"""A socket that lingers for no time is reset when it is closed."""


class ClientConnection:
    """A client's connection as faults may close or reset it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.close = transport.close

    def abort(self) -> None:
        """Reset the connection, so that the client's read fails."""
        if self._transport.is_closing():  # the client was faster
            return
        wire = self._transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._transport.abort()


class FaultProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the connection as an ASGI extension for faults.

    `Upgrade` is ignored, as a server may (RFC 9110, 7.8). The parser takes what follows such a head
    for another protocol, so the request is parsed again without the offer.
    """

    _received: Any = b""
    _extensions: dict[str, Any]
    _current_cycle: Any = None
    """The cycle that is being answered; others may wait behind it on the same connection."""

    def connection_made(self, transport: Any) -> None:
        """Create the extension through which faults reach the connection."""
        super().connection_made(transport)
        self.access_log = False
        self._extensions = {CONNECTION: ClientConnection(transport)}

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

    def on_message_begin(self) -> None:
        """Add the extension to the scope."""
        super().on_message_begin()
        self.scope["extensions"] = self._extensions

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._current_cycle = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Disconnect the request that is being answered; uvicorn does so for the last one alone."""
        super().connection_lost(exc)
        if self._current_cycle and not self._current_cycle.response_complete:
            self._current_cycle.disconnected = True
            self._current_cycle.message_event.set()
