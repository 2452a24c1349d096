"""The message of an imprint: the figures of a picture, then its prompt in few bytes.

Frequent letters take half a byte, others one or more. It is a code of our own, since zlib's output
differs between builds, and with it the picture.
"""

import struct
from bisect import bisect_right
from collections.abc import Sequence
from hashlib import shake_256
from itertools import accumulate
from typing import NamedTuple

from imagen_fake.imaging.lettering.fonts import icon_character, icon_of
from imagen_fake.imaging.painting.page import Figure

FREQUENT = b" etaoinsrhld"  # half a byte each
USUAL = b"ucmgpfwybkvxjqz,.-'0123456789ABCDEFGHIJLMNOPRST"  # a byte each
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
LEAST = 12  # bytes that the words have at least, beside figures
MOST = 255  # figures
SMALLEST, LARGEST = 8, 0x7FF  # pixels: an icon's size
WIDEST = 0xF  # pixels: how far a contour reaches
CONTOURED = 0x8000
FIRST = 0xF0000  # where the characters of icons begin; they are fewer than CONTOURED
Place = struct.Struct(">Hhh")  # the icon, how far from the left, how far from the top
HEAD = 3  # bytes

_CODES = {  # of each byte, in hexadecimal digits: one up to b, two from c to e, three with f
    **{byte: f"f{byte:02x}" for byte in range(256)},
    **{byte: f"{0xC0 + place:02x}" for place, byte in enumerate(USUAL)},
    **{byte: f"{place:x}" for place, byte in enumerate(FREQUENT)},
}
_BYTES = {code: byte for byte, code in _CODES.items()}
_LENGTHS = (*[1] * 12, 2, 2, 2, 3)  # of the code that begins with each digit


class Message(NamedTuple):
    """What an imprint holds."""

    text: str
    figures: tuple[Figure, ...]  # in pixels of the picture that was printed
    page: tuple[int, int]  # width, height in pixels of the picture that was printed


def encode_message(text: str, figures: Sequence[Figure], room: int) -> tuple[bool, bytes]:
    """Return whether the text is abbreviated, and a message of at most `room` bytes, 7 or more.

    Figures are left out if they leave too little room for the text. A text that is too long is
    cut, and ends in an ellipsis.
    """
    data = pack_figures(figures)
    if room - len(data) < LEAST:
        data = pack_figures(())
    abbreviated, letters = abbreviate(text, room - len(data))
    return abbreviated, data + letters


def decode_message(abbreviated: bool, data: bytes, page: tuple[int, int]) -> Message:
    """Return the message in bytes as of `encode_message`."""
    figures, letters = unpack_figures(data)
    text = unpack_text(letters) if abbreviated else letters.decode("utf-8", "replace")
    return Message(text, figures, page)


def abbreviate(text: str, room: int) -> tuple[bool, bytes]:
    """Return whether it is abbreviated, and a text in at most `room` bytes, 6 or more.

    A text that is too long is cut, and ends in an ellipsis.
    """
    data = _utf8(text[: 2 * room + 1])  # no character takes less than half a byte
    ends = list(accumulate(len(_CODES[byte]) for byte in data))
    abbreviated = bool(data) and (ends[-1] + 1) // 2 < len(data)
    write = pack_text if abbreviated else _utf8
    if len(write(data.decode())) <= room:
        return abbreviated, write(data.decode())
    mark = len(_utf8(ELLIPSIS))
    end = bisect_right(ends, 2 * room - 3 * mark) if abbreviated else room - mark
    return abbreviated, write(data[:end].decode("utf-8", "ignore") + ELLIPSIS)


def pack_text(text: str) -> bytes:
    """Return an abbreviated text: little more than half a byte for a character of English."""
    digits = "".join([_CODES[byte] for byte in _utf8(text)])
    return bytes.fromhex(digits + "f" * (len(digits) % 2))  # which leads nowhere, so says nothing


def unpack_text(packed: bytes) -> str:
    """Return the text of `pack_text`."""
    digits, data, start = packed.hex(), bytearray(), 0
    while start < len(digits):
        end = start + _LENGTHS[int(digits[start], 16)]
        if digits[start:end] in _BYTES:
            data.append(_BYTES[digits[start:end]])
        start = end
    return data.decode("utf-8", "replace")


def whiten(data: bytes) -> bytes:
    """Return bytes XORed with the keystream, which is its own inverse: zeros and ones are even."""
    stream = shake_256(b"imagen-fake imprint 2").digest(len(data))
    return bytes(byte ^ key for byte, key in zip(data, stream, strict=True))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def pack_figures(figures: Sequence[Figure]) -> bytes:
    """Return figures in 3 bytes and 6 more for each; in 1 byte without any.

    All of them have the same size, mirroring and reach of their contours.
    """
    packable = [one for one in figures[:MOST] if one.size <= LARGEST and one.contour <= WIDEST]
    if not packable:
        return b"\0"
    reach = max(one.contour for one in packable)
    common = packable[0].mirrored << 15 | reach << 11 | packable[0].size
    numbers = [ord(icon_character(one.icon)) - FIRST for one in packable]
    places = [
        Place.pack(number | CONTOURED * bool(one.contour), *one.at)
        for number, one in zip(numbers, packable, strict=True)
    ]
    return bytes((len(packable),)) + common.to_bytes(2) + b"".join(places)


def unpack_figures(data: bytes) -> tuple[tuple[Figure, ...], bytes]:
    """Return the figures that bytes begin with, and the bytes behind them.

    Arbitrary bytes give arbitrary figures; those that cannot be drawn are left out.
    """
    if len(data) < HEAD or not data[0]:
        return (), data[1:]
    end = HEAD + Place.size * min(data[0], (len(data) - HEAD) // Place.size)
    common = int.from_bytes(data[1:HEAD])
    size, mirrored, reach = common & LARGEST, bool(common >> 15), common >> 11 & WIDEST
    figures = tuple(
        Figure(icon, size, mirrored, (left, top), reach * bool(number & CONTOURED))
        for number, left, top in Place.iter_unpack(data[HEAD:end])
        if size >= SMALLEST and (icon := icon_of(chr(FIRST + (number & ~CONTOURED))))
    )
    return figures, data[end:]
