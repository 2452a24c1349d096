"""Which characters a font file has glyphs for, read from its `cmap` table.

Pillow cannot tell: it draws an empty box for what a font lacks. Only the two formats that
current fonts use are read (OpenType specification, "cmap"): 4 for the first 65,536 characters
and 12 for all.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

Span = tuple[int, int]  # first and last code point


@dataclass(frozen=True, slots=True)
class Coverage:
    """The characters of a font, as sorted spans of code points that do not overlap."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def __contains__(self, character: str) -> bool:
        place = bisect_right(self.firsts, ord(character)) - 1
        return place >= 0 and ord(character) <= self.lasts[place]


def read_coverage(path: Path) -> Coverage:
    """Return the coverage of a TrueType or OpenType file, or of a collection's first font.

    Raises:
        ValueError: when the file has no `cmap` that this reads.
    """
    with path.open("rb") as file:
        table = _cmap(file)
    spans = sorted(_spans(table))
    if not spans:
        raise ValueError(f"{path} has no character map of format 4 or 12")
    return Coverage(tuple(first for first, _ in spans), tuple(last for _, last in spans))


def _cmap(file: BinaryIO) -> bytes:
    """Return the bytes of a font's `cmap` table, empty when it has none."""
    head = file.read(16)
    start = struct.unpack(">I", head[12:16])[0] if head[:4] == b"ttcf" else 0
    file.seek(start)
    count = int.from_bytes(file.read(12)[4:6])
    for entry in struct.iter_unpack(">4sIII", file.read(16 * count)):
        if entry[0] == b"cmap":
            file.seek(entry[2])
            return file.read(entry[3])
    return b""


def _spans(table: bytes) -> list[Span]:
    """Return the spans of the richest subtable."""
    maps = dict(_subtables(table))
    if 12 in maps:
        return [(first, last) for first, last, _ in _groups(table, maps[12])]
    return list(_segments(table, maps[4])) if 4 in maps else []


def _subtables(table: bytes) -> Iterator[tuple[int, int]]:
    """Yield the format and offset of every Unicode subtable."""
    count = int.from_bytes(table[2:4])
    for platform, encoding, start in struct.iter_unpack(">HHI", table[4 : 4 + 8 * count]):
        if platform == 0 or (platform, encoding) in ((3, 1), (3, 10)):
            yield int.from_bytes(table[start : start + 2]), start


def _groups(table: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    count = int.from_bytes(table[start + 12 : start + 16])
    yield from struct.iter_unpack(">III", table[start + 16 : start + 16 + 12 * count])


def _segments(table: bytes, start: int) -> Iterator[Span]:
    """Yield the spans of a format 4 subtable; one that looks its glyphs up may have holes."""
    count = int.from_bytes(table[start + 6 : start + 8]) // 2
    lasts, firsts, _, offsets = (
        struct.unpack_from(f">{count}H", table, start + at)
        for at in (14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count)
    )
    for place, (first, last, offset) in enumerate(zip(firsts, lasts, offsets, strict=True)):
        if not offset:
            yield first, min(last, 0xFFFE)
            continue
        glyphs = start + 16 + 6 * count + 2 * place + offset
        for code in range(first, last + 1):
            at = glyphs + 2 * (code - first)
            if table[at : at + 2] not in (b"\0\0", b""):
                yield code, code
