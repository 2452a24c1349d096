"""HTTP/1.1 with limits on the size of request heads and on how slowly they may come."""

import socket
from asyncio import TimerHandle
from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.server import body_timeout
from imagen_fake.server.body_timeout import BodyTimeout
from imagen_fake.server.protocol import FaultProtocol
from imagen_fake.surfaces.model_paths import VERTEX
from imagen_fake.surfaces.predict_call import refusal, surface_headers
from imagen_fake.testing.connections import serialize_response
from imagen_fake.testing.messages import Response

PARSER_CHUNK = 2**16
CHUNK_FRAME = 16
"""Bytes of framing that every chunk of a body may have beside its data."""

_LIMITS = spec.table("http_limits")["request"]
MAX_HEAD_BYTES: int = _LIMITS["bytes"]
MAX_HEADERS: int = _LIMITS["headers"]
HEAD_SECONDS: float = _LIMITS["seconds"]
PROBE_SECONDS = 0.1

LINGER_SECONDS = 2.0
"""Seconds for which a refused client may go on sending: it would not read its answer otherwise."""

PROBE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""What a client that still reads ignores; one that has left resets the connection."""


class LimitedProtocol(FaultProtocol):
    """uvicorn's HTTP protocol with bounds on memory and time per connection."""

    _framing = 0
    """Bytes of the current message that are not its body."""
    _head = 0
    """Bytes of the request line and the headers, trailers included."""
    _fields = 0
    """How many headers and trailers there were."""
    _in_body = False
    _error: ApiError | None = None
    _head_timer: TimerHandle | None = None
    _body_timeout: BodyTimeout

    def connection_made(self, transport: Any) -> None:
        """Start the timeout of the first request."""
        super().connection_made(transport)
        self._body_timeout = BodyTimeout(
            self.loop, lambda: self.flow.read_paused, self._on_body_timeout
        )
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timers."""
        self._cancel_head_timer()
        self._body_timeout.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse data within the limits; after an error, drop it."""
        if not self._in_body:
            self._start_head_timer()
        for start in range(0, len(data), PARSER_CHUNK):
            if self._error or self.transport.is_closing():
                return
            piece = data[start : start + PARSER_CHUNK]
            self._framing += len(piece)
            super().data_received(piece)
            self._framing = max(0, self._framing)
            if self._framing > 2 * MAX_HEAD_BYTES and not self._error:
                self._send_error(ApiError("headers_too_large", limit=MAX_HEAD_BYTES))

    def eof_received(self) -> bool | None:  # type: ignore[override] # asyncio asks whether to stay
        """Keep a half-closed connection open while a complete request is being answered."""
        cycle = self.cycle
        if cycle is None or cycle.more_body or cycle.response_complete or self.scheme == "https":
            return None
        cycle.keep_alive = False
        if self.scope["http_version"] == "1.1" and not cycle.response_started:
            self.transport.write(PROBE)
        self._look_for_reset(cycle)
        return True

    def _look_for_reset(self, cycle: Any) -> None:
        """Abort the connection once the client has reset it; nothing else would notice."""
        if cycle.response_complete or self.transport.is_closing():
            return
        wire = self.transport.get_extra_info("socket")
        if wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.transport.abort()
        else:
            self.loop.call_later(PROBE_SECONDS, self._look_for_reset, cycle)

    def on_message_begin(self) -> None:
        """Reset the counters."""
        super().on_message_begin()
        self._head = self._fields = 0
        self._start_head_timer()

    def on_url(self, url: bytes) -> None:
        """Receive a part of the request target. Raises ApiError if it is too long."""
        self._head += len(url)
        if self._head > MAX_HEAD_BYTES:
            raise self._reject("url_too_long", limit=MAX_HEAD_BYTES)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Receive a header; count and drop a trailer. Raises ApiError for too many."""
        self._head += len(name) + len(value) + len(b": \r\n")
        self._fields += 1
        if self._head > MAX_HEAD_BYTES:
            raise self._reject("headers_too_large", limit=MAX_HEAD_BYTES)
        if self._fields > MAX_HEADERS:
            raise self._reject("headers_too_many", limit=MAX_HEADERS)
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the request. Raises ApiError for an unsupported transfer coding."""
        self._cancel_head_timer()
        self._in_body = True
        codings = b",".join(value for name, value in self.headers if name == b"transfer-encoding")
        if codings.strip().lower() not in (b"", b"chunked"):
            raise self._reject("transfer_coding", coding=codings[:80].decode("latin-1"))
        self._body_timeout.start()
        super().on_headers_complete()

    def on_chunk_header(self) -> None:
        """Allow for a chunk's framing."""
        self._framing -= CHUNK_FRAME

    def on_body(self, body: bytes) -> None:
        """Receive a part of the body; its size is limited where it is read."""
        self._framing -= len(body)
        self._body_timeout.received(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Reset the counters."""
        self._in_body = False
        self._framing = 0
        self._body_timeout.stop()
        super().on_message_complete()

    def send_400_response(self, _: str) -> None:
        """Answer a malformed request; uvicorn calls this in its error handler."""
        self._send_error(self._error or ApiError("http_malformed"))

    def _reject(self, error_id: str, **fields: Any) -> ApiError:
        self._error = ApiError(error_id, **fields)
        return self._error

    def _send_error(self, error: ApiError) -> None:
        """Send an error and close; just close if another response has begun."""
        self._error = error
        cycle = self.cycle
        if cycle and not cycle.response_complete:
            if cycle.response_started or self.pipeline or not cycle.more_body:
                self.transport.close()
                return
            cycle.disconnected = True  # its last byte will never come
            cycle.message_event.set()
        self.transport.write(self._error_bytes(error))
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _error_bytes(self, error: ApiError) -> bytes:
        surface = spec.surface(VERTEX)
        answer = refusal(error, surface)
        headers = [
            *self.server_state.default_headers,
            *surface_headers(VERTEX),
            (b"content-length", b"%d" % len(answer.body)),
        ]
        return serialize_response(Response(answer.status, headers, answer.body))

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            error = ApiError("request_timeout", seconds=HEAD_SECONDS)
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._send_error, error)

    def _cancel_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _on_body_timeout(self) -> None:
        if self.cycle and self.cycle.response_complete:
            self.transport.close()  # it was answered without the rest of its body
        else:
            self._send_error(ApiError("body_timeout", least=body_timeout.MIN_BYTES_PER_SECOND))
