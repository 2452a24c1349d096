"""The fake's watermark, found by plain means: neighbouring cells differ as a key says.

The mark is a tile of 16 x 16 cells over the whole picture, each a level lighter or darker by a bit
of a key. A cell is 8 x 8 pixels; from `LARGE` pixels on it is four times as wide, and of three
rows of tiles the first alone is marked.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import cycle
from math import sqrt
from operator import sub

from PIL import Image

CELL, TILE, WIDE = 8, 16, 4
LARGE = 512 * 512
KEY = sha256(b"imagen-fake watermark").digest()

STEEP = 20
"""From so many levels on a difference of neighbouring cells is the drawing's alone."""

CERTAIN = 5.0
"""So many standard deviations are no chance."""


def has_watermark(image: Image.Image) -> bool:
    """Whether a picture of 256 x 256 pixels or more carries the mark."""
    agreed = count = 0
    for step, sign in _steps(image):
        if sign and step and -STEEP < step < STEEP:
            agreed += sign if step > 0 else -sign
            count += 1
    return count > 0 and agreed / sqrt(count) >= CERTAIN


def _steps(image: Image.Image) -> Iterator[tuple[int, int]]:
    """From each cell to the next in its row and column: by how many levels, and by which sign."""
    wide = WIDE if image.width * image.height >= LARGE else 1
    width, height = image.width // (CELL * wide), image.height // CELL
    whole = image.convert("L").crop((0, 0, width * CELL * wide, height * CELL))
    levels = whole.reduce((CELL * wide, CELL)).tobytes()
    rows = [levels[start : start + width] for start in range(0, len(levels), width)]
    for y, row in enumerate(rows):
        if wide == 1 or y // TILE % 3 == 0:
            yield from zip(map(sub, row, row[1:]), cycle(ACROSS[y % TILE]), strict=False)
            if y + 1 < height and (wide == 1 or (y + 1) % TILE):
                yield from zip(map(sub, row, rows[y + 1]), cycle(DOWN[y % TILE]), strict=False)


def _sign(x: int, y: int) -> int:
    """1 for a lighter cell, -1 for a darker one."""
    number = y % TILE * TILE + x % TILE
    return 1 if KEY[number // 8] >> number % 8 & 1 else -1


ACROSS, DOWN = (
    [[(_sign(x, y) - _sign(x + right, y + below)) // 2 for x in range(TILE)] for y in range(TILE)]
    for right, below in ((1, 0), (0, 1))
)
"""By which sign each cell of a tile differs from the next in its row, and in its column."""
