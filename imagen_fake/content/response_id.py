"""`responseId` and `createTime`: built as those of the service decode."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256

SERVER_TOPS = (0xF6, 0xFE)
"""Between which the top byte of the second number was, in 60 of 60 recorded ids."""


def response_id(moment: float, seed: bytes) -> str:
    """An id of 22 or 23 characters: seconds and microseconds since 1970, server, process.

    base64url without padding of the seconds in four bytes, the lowest first, and three varints.
    """
    seconds, microseconds = split(moment)
    digest = sha256(seed).digest()
    low, high = SERVER_TOPS
    top = low + digest[0] % (high - low + 1)
    server = top << 24 | int.from_bytes(digest[1:4])
    process = int.from_bytes(digest[4:8]) | 1 << 31  # the recorded ones took five bytes, too
    raw = seconds.to_bytes(4, "little") + b"".join(map(_varint, (microseconds, server, process)))
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def create_time(moment: float) -> str:
    """A moment as `2026-08-12T22:05:15.867829Z`."""
    seconds, microseconds = split(moment)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{microseconds:06}Z"


def split(moment: float) -> tuple[int, int]:
    """Whole seconds and microseconds of a moment in seconds since 1970."""
    return divmod(round(moment * 10**6), 10**6)


def _varint(number: int) -> bytes:
    """A number as protobuf writes it: seven bits a byte, the lowest first."""
    pieces = []
    while number > 127:
        pieces.append(number & 127 | 128)
        number >>= 7
    return bytes([*pieces, number])
