"""The characters that a font file has glyphs for.

Pillow draws an empty box for others and does not tell.
"""

from collections.abc import Container
from pathlib import Path


def read_coverage(path: Path) -> Container[int]:
    """Return the code points of a TrueType or OpenType file, or of a collection's first font.

    Raises:
        ValueError: when the file is no such font, or has no Unicode character map.
    """
    import uharfbuzz as hb  # 10 ms, for nothing where captions are in ASCII

    code_points: Container[int] = hb.Face(hb.Blob.from_file_path(str(path))).unicodes
    if not code_points:
        raise ValueError(f"{path} has no Unicode character map")
    return code_points
