"""Decompresses request bodies (RFC 9110, 8.4) as they are read.

A body in gzip may have several members, which follow each other (RFC 1952, 2.2).
"""

import zlib
from asyncio import sleep

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imagen_fake.middleware.guards import path_below
from imagen_fake.pipeline.errors import ApiError

WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""zlib's `wbits` of each coding."""

OUTPUT_CHUNK = 2**18

INPUT_CHUNK = 2**16
"""How many packed bytes are given to zlib at once: it copies what it leaves."""

MAX_MEMBERS = 2**14
"""In one body: a block of bgzip has 64 KB, and each member takes its time however small it is."""

MAX_OVERHEAD = 2**16
"""By how many bytes a compressed body may be larger than what comes out of it."""

UPLOADS = "/upload/"
"""Below this path a content coding is a property of the object that is stored."""


class ContentCoding:
    """Middleware that decompresses bodies; reading a broken one raises ApiError."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application with a decompressed body."""
        for name, value in scope.get("headers", ()):
            coding = value.decode("latin-1").strip().lower() if name == b"content-encoding" else ""
            if coding not in ("", "identity") and not path_below(scope).startswith(UPLOADS):
                receive = Decompression(coding, receive).receive
        await self._app(scope, receive, send)


class Decompression:
    """A `receive` with the decompressed body, in messages of `OUTPUT_CHUNK` bytes at most."""

    def __init__(self, coding: str, receive: Receive) -> None:
        self._coding = coding
        self._receive = receive
        self._zlib = zlib.decompressobj(WINDOW_BITS.get(coding, 15))
        self._compressed = memoryview(b"")
        self._more = True
        self._ended = False
        self._members = 1
        self._in = self._out = 0

    async def receive(self) -> Message:
        """The next message. Raises ApiError for an unknown coding or broken data."""
        if self._ended:
            return await self._receive()
        try:
            return await self._next()
        except ApiError:
            self._ended = True
            raise

    async def _next(self) -> Message:
        if self._coding not in WINDOW_BITS:
            raise ApiError("content_coding", coding=self._coding[:80])
        if self._more and not self._compressed:
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            self._compressed = memoryview(message.get("body", b""))
            self._more = message.get("more_body", False)
        else:
            await sleep(0)  # others have their turn while a small body becomes a large one
        piece = self._decompress()
        self._out += len(piece)
        whole = not self._compressed and (self._zlib.eof or not self._in)
        stuck = not (piece or self._compressed or self._more or whole)
        if stuck or self._in > self._out + MAX_OVERHEAD:
            raise self._error()
        self._ended = whole and not self._more
        return {"type": "http.request", "body": piece, "more_body": not self._ended}

    def _decompress(self) -> bytes:
        if self._zlib.eof and self._compressed:
            self._begin_member()
        chunk = self._compressed[:INPUT_CHUNK]
        try:
            piece = self._zlib.decompress(chunk, OUTPUT_CHUNK)
        except zlib.error:
            raise self._error() from None
        consumed = len(chunk) - len(self._zlib.unconsumed_tail or self._zlib.unused_data)
        self._compressed = self._compressed[consumed:]
        self._in += consumed
        return piece

    def _begin_member(self) -> None:
        if self._coding == "deflate" or self._members == MAX_MEMBERS:
            raise self._error()
        self._zlib = zlib.decompressobj(WINDOW_BITS[self._coding])
        self._members += 1

    def _error(self) -> ApiError:
        return ApiError("content_broken", coding=self._coding)
