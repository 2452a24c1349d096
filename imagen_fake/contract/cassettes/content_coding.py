"""Decoding the content coding of a response."""

import gzip
import zlib
from functools import partial
from io import BytesIO
from itertools import islice

from imagen_fake.contract.exchange import Response

MAX_BYTES = 2**28
"""The most bytes of a decoded body."""

CHUNK_BYTES = 2**18
"""Bytes that are decoded at once."""

WINDOWS = (15, -15)
"""The `wbits` that zlib may need for `deflate`: some servers send it without its header."""


def decode_body(response: Response) -> bytes | None:
    """The decoded body; None where its coding is unknown, or it is damaged or too large."""
    body: bytes | None = response.body
    codings = (response.header("content-encoding") or "").lower().split(",")
    for coding in map(str.strip, reversed(codings)):
        if coding in {"gzip", "x-gzip"} and body is not None:
            body = _gunzip(body)
        elif coding not in {"", "identity"} and body is not None:
            body = _inflate(body) if coding == "deflate" else None
    return body


def _gunzip(body: bytes) -> bytes | None:
    """All members of a body (RFC 1952, 2.2)."""
    with gzip.GzipFile(fileobj=BytesIO(body)) as members:
        try:
            content = b"".join(
                islice(iter(partial(members.read, CHUNK_BYTES), b""), MAX_BYTES // CHUNK_BYTES)
            )
            return None if members.read(1) else content
        except (EOFError, OSError, zlib.error):
            return None


def _inflate(body: bytes) -> bytes | None:
    for window in WINDOWS:
        decompressor = zlib.decompressobj(window)
        try:
            content = decompressor.decompress(body, MAX_BYTES)
        except zlib.error:
            continue
        if decompressor.eof and not decompressor.unused_data:
            return content
    return None
