"""The body of an answer without its content coding, as far as that can be read."""

import gzip
import zlib
from functools import partial
from io import BytesIO
from itertools import islice

from imagen_fake.contract.exchange import Response

LIMIT = 2**28
"""Bytes of an unpacked body."""

PIECE = 2**18
"""Bytes that are unpacked at once."""

WINDOWS = (15, -15)
"""The `wbits` that zlib may need for `deflate`: some servers send it without its header."""


def unpacked(response: Response) -> bytes | None:
    """The body of an answer; None where its coding is another, it is damaged or too large."""
    body: bytes | None = response.body
    codings = (response.header("content-encoding") or "").lower().split(",")
    for coding in map(str.strip, reversed(codings)):
        if coding in {"gzip", "x-gzip"} and body is not None:
            body = _gunzipped(body)
        elif coding not in {"", "identity"} and body is not None:
            body = _inflated(body) if coding == "deflate" else None
    return body


def _gunzipped(body: bytes) -> bytes | None:
    """All members of a body (RFC 1952, 2.2)."""
    with gzip.GzipFile(fileobj=BytesIO(body)) as members:
        try:
            found = b"".join(islice(iter(partial(members.read, PIECE), b""), LIMIT // PIECE))
            return None if members.read(1) else found
        except (EOFError, OSError, zlib.error):
            return None


def _inflated(body: bytes) -> bytes | None:
    for window in WINDOWS:
        unpacking = zlib.decompressobj(window)
        try:
            found = unpacking.decompress(body, LIMIT)
        except zlib.error:
            continue
        if unpacking.eof and not unpacking.unused_data:
            return found
    return None
