"""Placeholders of cassettes: small pictures, neutral texts."""

import binascii
import hashlib
import io
import math
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import pybase64
from PIL import Image

from imagen_fake.contract.picture_file import FORMATS

DARK, LIGHT = 64, 192
SHORTEST = 32
"""The least characters of a text that is decoded as base64."""

BROKEN = (binascii.Error, OSError, ValueError, SyntaxError)
"""The errors of Pillow for files that are no pictures."""

MOST_PARTS = 20
"""The most segments or chunks that are noted of a file."""

WRITTEN_AS = {"BMP": "1"}
"""Modes of formats that do not compress: flat pictures must stay small."""

SMALL: Mapping[str, Any] = {"optimize": True, "quality": 50}
PACKED: Mapping[str, Any] = {"compression": "tiff_adobe_deflate"}

NEUTRAL = "Neutral words stand here for a text of the same length that was rewritten. "


def decode_picture(text: str) -> tuple[Image.Image, bytes] | None:
    """The picture and the file behind a base64 text; None where there is none."""
    if len(text) < SHORTEST:
        return None
    try:
        data = pybase64.b64decode(text, validate=True)
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        image.load()
    except (*BROKEN, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return image, data


def picture_notes(image: Image.Image, data: bytes) -> Mapping[str, Any]:
    """The properties of a picture that are kept: its digest, and figures; none of its metadata.

    `bytes` is the length of the file, `entropy` that of its bytes in bits per byte.
    """
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "entropy": round(entropy(data), 3),
        "format": str(image.format),
        "mode": image.mode,
        "size": f"{image.width}x{image.height}",
        "parts": ", ".join(islice(parts(data), MOST_PARTS)),
    }


@lru_cache(maxsize=32)
def small_picture(kind: str, mode: str, size: tuple[int, int]) -> bytes:
    """A light rectangle on dark ground: a small file of that format, mode and size in pixels.

    The rectangle serves as a mask, too. Formats that lack the mode have the nearest they have.
    """
    width, height = size
    image = Image.new("L", size, DARK)
    left, top = width // 4 // 16 * 16, height // 4 // 16 * 16  # whole blocks of a JPEG
    image.paste(LIGHT, (left, top, max(left + 1, width * 3 // 4), max(top + 1, height * 3 // 4)))
    return _saved(image.convert(WRITTEN_AS.get(kind, mode)), kind)


def neutral_text(length: int) -> str:
    """A meaningless text of so many characters."""
    return (NEUTRAL * (length // len(NEUTRAL) + 1))[:length]


def entropy(data: bytes) -> float:
    """The Shannon entropy of bytes, in bits per byte: 0 to 8."""
    counts = Counter(data).values()
    return sum(count * math.log2(len(data) / count) for count in counts) / max(1, len(data))


def parts(data: bytes) -> Iterator[str]:
    """The segments of a JPEG or chunks of a PNG by name, with their bytes; PNG's pixels summed."""
    if data.startswith(b"\xff\xd8"):
        yield from _segments(data)
    elif data.startswith(b"\x89PNG"):
        sums: dict[str, int] = {}
        for name, length in _chunks(data):
            sums[name] = sums.get(name, 0) + length
        yield from (f"{name} {length}" for name, length in sums.items())


def _segments(data: bytes) -> Iterator[str]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4])
        yield f"{data[at + 1]:02X} {length}"
        at += 2 + length


def _chunks(data: bytes) -> Iterator[tuple[str, int]]:
    at = 8
    while at + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        yield name.decode("ascii", "replace"), length
        at += 12 + length


def _saved(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    try:
        image.save(file, kind, **(PACKED if kind == "TIFF" else SMALL))
    except OSError:
        image.convert("RGB").save(file, kind)
    return file.getvalue()
