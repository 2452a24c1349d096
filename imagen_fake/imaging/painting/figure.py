"""Figures: which icons are where in a picture, and their encoding in a few bytes."""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from imagen_fake.imaging.lettering.fonts import icon_character, icon_of

MOST = 255  # figures
LEAST, LARGEST = 8, 0x7FF  # pixels: an icon's size
WIDEST = 0xF  # pixels: how far a contour reaches
CONTOURED = 0x8000
FIRST = 0xF0000  # where the characters of icons begin; they are fewer than CONTOURED
Place = struct.Struct(">Hhh")  # the icon, how far from the left, how far from the top
HEAD = 3  # bytes


class Figure(NamedTuple):
    """An icon printed on a page; every measure is in pixels."""

    icon: str
    size: int  # of the icon font's face
    mirrored: bool
    at: tuple[int, int]  # the top left corner
    contour: int  # how far a line around it reaches, 0 without one


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
        if size >= LEAST and (icon := icon_of(chr(FIRST + (number & ~CONTOURED))))
    )
    return figures, data[end:]
