import struct
from pathlib import Path

import pytest

from imagen_fake.imaging.lettering.coverage import Coverage, read_coverage


def font(*subtables: bytes) -> bytes:
    """Return the bytes of a font with nothing but a `cmap` of these subtables."""
    start = 4 + 8 * len(subtables)
    entries = b""
    for place, subtable in enumerate(subtables):
        entries += struct.pack(">HHI", 3, 10 if place else 1, start)
        start += len(subtable)
    cmap = struct.pack(">HH", 0, len(subtables)) + entries + b"".join(subtables)
    table = struct.pack(">4sIII", b"cmap", 0, 28, len(cmap))
    return b"\0\1\0\0" + struct.pack(">HHHH", 1, 16, 0, 0) + table + cmap


def format_4(*segments: tuple[int, int, int, int], glyphs: bytes = b"") -> bytes:
    firsts, lasts, deltas, offsets = zip(*segments, strict=True)
    pack = f">{len(segments)}H"
    body = struct.pack(">HHHH", 2 * len(segments), 0, 0, 0) + struct.pack(pack, *lasts) + b"\0\0"
    body += struct.pack(pack, *firsts) + struct.pack(pack, *deltas) + struct.pack(pack, *offsets)
    return struct.pack(">HHH", 4, 6 + len(body) + len(glyphs), 0) + body + glyphs


def format_12(*groups: tuple[int, int, int]) -> bytes:
    body = b"".join(struct.pack(">III", *group) for group in groups)
    return struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups)) + body


def coverage(folder: Path, data: bytes) -> Coverage:
    path = folder / "some.ttf"
    path.write_bytes(data)
    return read_coverage(path)


def covered(found: Coverage, text: str) -> str:
    return "".join(character for character in text if character in found)


def test_format_12_reaches_beyond_the_first_plane(tmp_path: Path) -> None:
    found = coverage(tmp_path, font(format_12((0x41, 0x43, 1), (0x1F600, 0x1F600, 9))))
    assert covered(found, "@ABCD😀😁") == "ABC😀"


def test_format_4_spans_end_with_their_segments(tmp_path: Path) -> None:
    found = coverage(tmp_path, font(format_4((0x61, 0x63, 0, 0), (0xFFFF, 0xFFFF, 1, 0))))
    assert covered(found, "`abcd\uffff") == "abc"


def test_format_4_holes_are_not_covered(tmp_path: Path) -> None:
    glyphs = struct.pack(">HHH", 5, 0, 7)
    table = format_4((0x61, 0x63, 0, 4), (0xFFFF, 0xFFFF, 1, 0), glyphs=glyphs)
    assert covered(coverage(tmp_path, font(table)), "abc") == "ac"


def test_the_richer_format_wins(tmp_path: Path) -> None:
    small = format_4((0x61, 0x61, 0, 0), (0xFFFF, 0xFFFF, 1, 0))
    found = coverage(tmp_path, font(small, format_12((0x61, 0x62, 1))))
    assert covered(found, "ab") == "ab"


def test_a_collection_is_read_as_its_first_font(tmp_path: Path) -> None:
    plain = font(format_12((0x41, 0x41, 1)))
    table = struct.unpack(">4sIII", plain[12:28])
    moved = struct.pack(">4sIII", table[0], 0, table[2] + 16, table[3])
    data = b"ttcf" + struct.pack(">III", 0x10000, 1, 16) + plain[:12] + moved + plain[28:]
    assert covered(coverage(tmp_path, data), "AB") == "A"


def test_a_font_without_a_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no character map"):
        coverage(tmp_path, font())
