"""One request to an upstream and its response, in pieces as they come."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

import anyio
import httpcore2
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from imagen_fake.forwarding import headers
from imagen_fake.forwarding.upstream import Upstream
from imagen_fake.middleware.cross_origin import STORED_HEADERS
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces.faults import CONNECTION, wait_for_disconnect
from imagen_fake.surfaces.request_body import content_length

TIMEOUTS = {"connect": 10.0, "write": 30.0, "read": 600.0, "pool": 10.0}
"""Seconds for each step; a model may think for minutes before its first byte."""

FORWARDED = b"x-imagen-fake-forwarded"
"""The header of a response that names the upstream it comes from."""

WITHOUT_LENGTH = (204, 304)
"""What may state the length of a body that it does not have (RFC 9110, 8.6)."""

FAILURES = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException)


class Wire(NamedTuple):
    """Where an exchange goes: the upstream, the TLS that verifies it, this fake's part of Via."""

    upstream: Upstream
    tls: ssl.SSLContext | None
    via: bytes


class Exchange:
    """A request of a client that is handed on, and the response that is handed back.

    The upstream's connection is its own, and ends with it.
    """

    def __init__(self, wire: Wire, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        self._wire, self._limit = wire, limit
        self._scope, self._receive, self._send = scope, receive, send
        self._body_ended = anyio.Event()
        self._started = self._complete = False
        self._error: Exception | None = None

    async def run(self, record: Callable[[int], None]) -> None:
        """Answer the client; `record` gets the status before it does.

        Nothing outlives the client's connection. Raises ApiError as long as nothing was sent;
        ClientDisconnect if the client has left. A response that breaks off does so for the client.
        """
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch, tasks.cancel_scope)
            try:
                await self._relay(record)
            except (ApiError, ClientDisconnect, *FAILURES) as error:
                self._error = error
            tasks.cancel_scope.cancel()
        if isinstance(self._error, ClientDisconnect):
            raise self._error
        if self._error and not self._started:
            raise self._api_error(self._error)
        if self._error:
            await self._break_off()

    async def _watch(self, scope: anyio.CancelScope) -> None:
        """End all once the client has left."""
        await self._body_ended.wait()
        await wait_for_disconnect(self._receive)
        if not self._complete:  # servers tell the end of a response by the same message
            self._error = ClientDisconnect()
            scope.cancel()

    async def _relay(self, record: Callable[[int], None]) -> None:
        if content_length(self._scope) > self._limit:
            raise ApiError("body_too_large", limit=self._limit)
        async with httpcore2.AsyncConnectionPool(self._wire.tls, http2=False) as pool:
            response = await pool.handle_async_request(self._request())
            self._body_ended.set()  # as some answer before they have read it
            try:
                if response.status < 200:  # another protocol, which nobody asked for
                    raise httpcore2.RemoteProtocolError(f"it answered {response.status}")
                record(response.status)
                await self._begin(response)
                async for piece in response.aiter_stream():
                    await self._send_piece(piece)
                self._complete = True
                await self._send_piece(b"", more=False)
            finally:
                await response.aclose()

    def _request(self) -> httpcore2.Request:
        upstream, credentials = self._wire.upstream, self._wire.upstream.credentials
        query = headers.query(self._scope["query_string"], credentials=credentials)
        target = self._scope["raw_path"] + (b"?" + query if query else b"")
        framing = list(_framing(self._scope))
        if not framing:
            self._body_ended.set()
        return httpcore2.Request(
            self._scope["method"],
            httpcore2.URL(
                scheme=upstream.scheme, host=upstream.host, port=upstream.port, target=target
            ),
            headers=[
                (b"host", upstream.authority.encode()),
                *headers.request_headers(self._scope["headers"], credentials=credentials),
                *framing,
                (b"via", self._wire.via),
            ],
            content=self._body() if framing else None,
            extensions={"timeout": TIMEOUTS},
        )

    async def _body(self) -> AsyncIterator[bytes]:
        size, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            piece, more = message.get("body", b""), message.get("more_body", False)
            size += len(piece)
            if size > self._limit:
                raise ApiError("body_too_large", limit=self._limit)
            if piece:
                yield piece
        self._body_ended.set()

    async def _begin(self, response: httpcore2.Response) -> None:
        kept = headers.response_headers(
            response.headers, credentials=self._wire.upstream.credentials
        )
        if response.status in WITHOUT_LENGTH:
            kept = (one for one in kept if one[0] != b"content-length")
        self._started = True
        await self._send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": [*kept, *STORED_HEADERS, (FORWARDED, str(self._wire.upstream).encode())],
            }
        )

    async def _send_piece(self, piece: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _break_off(self) -> None:
        """End the client's connection, so that a part does not pass for the whole."""
        connection = self._scope.get("extensions", {}).get(CONNECTION)
        if connection is not None:
            connection.abort()
            await wait_for_disconnect(self._receive)

    def _api_error(self, error: Exception) -> ApiError:
        """The fake's own words for what went wrong before the response began."""
        if isinstance(error, ApiError):
            return error
        if isinstance(error, httpcore2.LocalProtocolError):
            return ApiError("http_malformed")
        name, words = self._wire.upstream, str(error)[:200] or type(error).__name__
        if isinstance(error, httpcore2.TimeoutException):
            return ApiError("fake_upstream_timeout", problem=f"{name} took too long: {words}.")
        return ApiError("fake_upstream_failed", problem=f"{name} cannot be asked: {words}.")


def _framing(scope: Scope) -> Iterator[headers.Header]:
    """How the body is sent: as long as it is said to be, or in chunks; nothing without a body."""
    given = dict(scope["headers"])
    if b"transfer-encoding" in given:
        yield b"transfer-encoding", b"chunked"
    elif b"content-length" in given:
        yield b"content-length", given[b"content-length"]
