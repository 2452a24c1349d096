"""The body of an answer without its content coding, as far as that can be read."""

import zlib

from imagen_fake.contract.exchange import Response

LIMIT = 2**28
"""Bytes of an unpacked body."""

WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""By coding, the `wbits` that zlib may need; some servers send `deflate` without its header."""


def unpacked(response: Response) -> bytes | None:
    """The body of an answer; None where its coding is another, it is damaged or too large."""
    body: bytes | None = response.body
    codings = (response.header("content-encoding") or "").lower().split(",")
    for coding in map(str.strip, reversed(codings)):
        if coding not in {"", "identity"} and body is not None:
            body = _inflated(body, WINDOWS.get(coding, ()))
    return body


def _inflated(body: bytes, windows: tuple[int, ...]) -> bytes | None:
    for window in windows:
        unpacking = zlib.decompressobj(window)
        try:
            found = unpacking.decompress(body, LIMIT)
        except zlib.error:
            continue
        if unpacking.eof and not unpacking.unused_data:
            return found
    return None
