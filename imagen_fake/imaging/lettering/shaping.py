"""Text shaping for scripts whose letters join, reorder or stack, independent of the system.

Pillow shapes only where the system has libfribidi. So HarfBuzz positions the glyphs, and Pillow
draws each by its number, from the same font with a character map in which a private plane stands
for glyph numbers. Other characters stay: FreeType hints letters by their script.
"""

import io
import struct
import unicodedata
from collections.abc import Container, Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from PIL import ImageFont

FIRST = 0xF0000  # the character that stands for glyph 0
ENTRY = struct.Struct(">4sIII")  # of a font's table of tables: tag, checksum, offset, length
GROUP = struct.Struct(">III")  # of a character map: first and last character, the first's glyph
NUMERIC = ("AN", "EN")  # bidirectional classes of digits, which run rightwards in any script


class ShapedGlyph(NamedTuple):
    """A glyph as a character of the font of `numbered`, and where it stands from the pen."""

    character: str
    x: int  # 64ths of a pixel
    y: int  # 64ths of a pixel above the baseline


def shape(path: str, size: int, text: str) -> tuple[list[ShapedGlyph], int]:
    """Return a word's glyphs, from the left, and its advance in 64ths of a pixel.

    `size` is in pixels.
    """
    import uharfbuzz as hb

    font = hb.Font(_face(path))
    font.scale = (size * 64, size * 64)
    pen, glyphs = 0, list[ShapedGlyph]()
    for part in bidi_runs(text):
        buffer = hb.Buffer()
        buffer.add_str(part)
        if unicodedata.bidirectional(part[0]) in NUMERIC:
            buffer.direction = "ltr"
        buffer.guess_segment_properties()
        hb.shape(font, buffer)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            character = chr(FIRST + info.codepoint)
            glyphs.append(ShapedGlyph(character, pen + place.x_offset, place.y_offset))
            pen += place.x_advance
    return glyphs, pen


@lru_cache(maxsize=24)
def glyph_font(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font at a size in pixels whose characters are `FIRST` + glyph number."""
    data = io.BytesIO(_with_glyph_map(path))
    return ImageFont.truetype(data, size, layout_engine=ImageFont.Layout.BASIC)


def bidi_runs(text: str) -> Iterator[str]:
    """Yield the parts of a word that have one direction, from the left."""
    runs = [
        "".join(marks)
        for _, marks in groupby(text, lambda mark: unicodedata.bidirectional(mark) in NUMERIC)
    ]
    leftwards = any(unicodedata.bidirectional(mark) in ("R", "AL") for mark in text)
    return reversed(runs) if leftwards else iter(runs)


@cache
def _face(path: str) -> Any:
    import uharfbuzz as hb  # 10 ms, for nothing where captions are in ASCII

    return hb.Face(hb.Blob.from_file_path(path))


@lru_cache(maxsize=4)
def _with_glyph_map(path: str) -> bytes:
    """Return a font file, or the first font of a collection, with glyph numbers in its `cmap`."""
    face = _face(path)
    tables = {tag: face.reference_table(tag).data for tag in face.table_tags}
    tables["cmap"] = _character_map(path)
    flavour = b"OTTO" if tables.keys() & {"CFF ", "CFF2"} else b"\0\1\0\0"
    offset = 12 + ENTRY.size * len(tables)
    head, body = flavour + struct.pack(">HHHH", len(tables), 0, 0, 0), b""
    for tag, table in sorted(tables.items()):
        head += ENTRY.pack(tag.encode(), 0, offset + len(body), len(table))
        body += table.ljust(-(-len(table) // 4) * 4, b"\0")
    return head + body


def _character_map(path: str) -> bytes:
    """Return a `cmap` of format 12 (OpenType): the font's own, and `FIRST` + glyph for each."""
    import uharfbuzz as hb

    face = _face(path)
    font = hb.Font(face)
    codes = sorted(code for code in face.unicodes if code < FIRST)
    groups = [GROUP.pack(code, code, font.get_nominal_glyph(code)) for code in codes]
    groups.append(GROUP.pack(FIRST, FIRST + face.glyph_count - 1, 0))
    head = struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    size = 16 + GROUP.size * len(groups)
    return head + struct.pack(">HHIII", 12, 0, size, 0, len(groups)) + b"".join(groups)


def read_coverage(path: Path) -> Container[int]:
    """Return the code points of a TrueType or OpenType file, or of a collection's first font.

    Raises:
        ValueError: when the file is no such font, or has no Unicode character map.
    """
    code_points: Container[int] = _face(str(path)).unicodes
    if not code_points:
        raise ValueError(f"{path} has no Unicode character map")
    return code_points
