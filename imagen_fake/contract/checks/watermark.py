"""The fake's watermark, found by plain means: neighbouring cells differ as a key says.

The mark is a tile of 16 x 16 cells over the whole picture, each a level lighter or darker by a bit
of a key. A cell is 8 x 8 pixels; from `LARGE` pixels on it is four times as wide, and of three
rows of tiles the first alone is marked.
"""

from collections.abc import Iterator
from hashlib import sha256
from math import sqrt

from PIL import Image

CELL, TILE, WIDE = 8, 16, 4
LARGE = 512 * 512
KEY = sha256(b"imagen-fake watermark").digest()

MARKED, STEEP = 2, 8
"""The levels between neighbouring cells that are the mark's, and from which on the drawing's."""

CERTAIN = 6.0
"""So many standard deviations are no chance."""


def has_watermark(image: Image.Image) -> bool:
    """Whether a picture of 256 x 256 pixels or more carries the mark."""
    steps = [
        (max(-MARKED, min(MARKED, step)), sign)
        for step, sign in _steps(image)
        if sign and abs(step) < STEEP
    ]
    weight = sum(step * step for step, _ in steps)
    return weight > 0 and sum(step * sign for step, sign in steps) / sqrt(weight) >= CERTAIN


def _steps(image: Image.Image) -> Iterator[tuple[int, int]]:
    """From each cell to the next in its row and column: by how many levels, and by which sign."""
    wide = WIDE if image.width * image.height >= LARGE else 1
    width, height = image.width // (CELL * wide), image.height // CELL
    whole = image.convert("L").crop((0, 0, width * CELL * wide, height * CELL))
    levels = whole.reduce((CELL * wide, CELL)).tobytes()
    marked = [y for y in range(height) if wide == 1 or y // TILE % 3 == 0]
    for y in marked:
        for x in range(width):
            here, level = _sign(x, y), levels[y * width + x]
            if x + 1 < width:
                yield level - levels[y * width + x + 1], (here - _sign(x + 1, y)) // 2
            if y + 1 < height and (wide == 1 or (y + 1) % TILE):
                yield level - levels[(y + 1) * width + x], (here - _sign(x, y + 1)) // 2


def _sign(x: int, y: int) -> int:
    """1 for a lighter cell, -1 for a darker one."""
    number = y % TILE * TILE + x % TILE
    return 1 if KEY[number // 8] >> number % 8 & 1 else -1
