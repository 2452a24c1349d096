"""The invisible watermark: a faint pattern in the pixels, found again in a re-encoded picture.

The pattern is a tile of 16 x 16 cells, each lighter or darker by a bit of a fixed key. It repeats
over the picture. Cells are JPEG blocks, 8 x 8 pixels; in large pictures they are four times as
wide and two of three rows of tiles are left out, so that long runs are left, which deflate well.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from math import sqrt
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

BLOCK = 8  # pixels a side: a JPEG block, whose mean survives any usual quality
TILE = 16  # cells a side
DEPTH = 1  # levels a cell is lighter or darker, 48 dB under the picture: 2 show in dark skies
LARGE = 512 * 512  # pixels of a picture whose cells are WIDE
WIDE = 4  # blocks
TALL = TILE * BLOCK  # pixels
STRIP = 32  # rows marked at once, in memory that is reused
KEY = tuple(
    1 if byte >> bit & 1 else -1
    for byte in sha256(b"imagen-fake watermark").digest()
    for bit in range(8)
)
# What is compared: pixels reduced by so much, whose difference from those a block away counts in
# full up to so many levels; with 1, what is compared is how they stand out of their surroundings.
# Fine and strict reads between the edges of a drawing, coarse and lenient reads noise, where no
# pixel is quiet, and the last reads slopes.
DETECTORS = ((2, 5, 0), (8, 6, 0), (8, 20, 0), (4, 4, 1))
GAIN = 3  # of a difference that counts, so that the mean of a few is not rounded away
# Of an unmarked picture, whatever it shows, one detector reaches z for a share exp(-z * z / 2) of
# all keys (Hoeffding): for all detectors together, 6.5 is below one in three hundred million.
THRESHOLD = 6.5


def add_watermark(image: Image.Image, *, in_place: bool = False) -> Image.Image:
    """Return an L, RGB or RGBX picture marked, no channel of it more than a level away.

    Args:
        image: the picture; it is left as it is unless `in_place`.
        in_place: True gives the picture away, to be marked in place, and promises that no channel
            is 0 or 255, which would wrap. It saves nine tenths of the time.
    """
    marked = image if in_place else image.copy()
    width, height = image.size
    grid = _grid(image.size)
    strips = _strips(image.mode, width, grid)
    for top in range(0, height, grid.period):
        for start, strip in zip(range(top, height, STRIP), strips, strict=False):
            box = (0, start, width, min(height, start + STRIP))
            marked.paste(strip.apply(image.crop(box), in_place=in_place), box)
    return marked


def has_watermark(image: Image.Image) -> bool:
    """Return whether a picture carries the watermark; of any mode that converts to RGB.

    Detected from 128 x 128 pixels up, unless the picture was cropped at the top or left, resized,
    or is full-contrast noise: up to about 700 pixels a side, or in blots as small as a cell.
    """
    return z_score(image) >= THRESHOLD


def z_score(image: Image.Image) -> float:
    """Return how well a picture follows the key, in standard deviations: 16 at most."""
    width, height = image.width // BLOCK, image.height // BLOCK
    if width < 2 or height < 2:
        return 0.0
    box = (0, 0, width * BLOCK, height * BLOCK)
    grey = image.convert("RGB").convert("L").crop(box)
    grid = _grid(image.size)
    return max(_correlation(_cell_contrasts(grey, *detector, grid)) for detector in DETECTORS)


class Grid(NamedTuple):
    """Where the mark lies: how wide a cell is, and how far apart its bands of cells are."""

    blocks: int  # a cell's width
    period: int  # pixels from the top of one band to that of the next


class Strip(NamedTuple):
    """Some rows of the mark, as wide as a picture and in its mode."""

    offsets: Image.Image  # added modulo 256
    ceiling: Image.Image  # these two keep a picture from wrapping
    floor: Image.Image

    def apply(self, image: Image.Image, *, in_place: bool) -> Image.Image:
        """Return the rows of a picture lifted by those of the strip, which may be more."""
        if not in_place:
            image = ImageChops.darker(image, self.ceiling)
            image = ImageChops.lighter(image, self.floor)
        return ImageChops.add_modulo(image, self.offsets)


def _grid(size: tuple[int, int]) -> Grid:
    large = size[0] * size[1] >= LARGE
    return Grid(WIDE, 3 * TALL) if large else Grid(1, TALL)


@lru_cache(maxsize=4)
def _strips(mode: str, width: int, grid: Grid) -> list[Strip]:
    bands = [
        _band(levels, mode, width, grid)
        for levels in ((DEPTH, 256 - DEPTH), (255 - DEPTH, 255), (0, DEPTH))
    ]
    boxes = [(0, top, width, top + STRIP) for top in range(0, TALL, STRIP)]
    return [Strip(*(band.crop(box) for band in bands)) for box in boxes]


def _band(levels: tuple[int, int], mode: str, width: int, grid: Grid) -> Image.Image:
    """Return a row of tiles: the first level where a cell is lighter, else the second."""
    cells = Image.frombytes("L", (TILE, TILE), bytes(levels[sign < 0] for sign in KEY))
    wide = TALL * grid.blocks
    tile = Image.merge("RGB", [cells.resize((wide, TALL), Image.Resampling.NEAREST)] * 3)
    band = Image.new(mode, (width, TALL))
    for left in range(0, width, wide):
        band.paste(tile.convert(mode), (left, 0))
    return band


def _cell_contrasts(
    grey: Image.Image, reduction: int, tolerance: int, radius: int, grid: Grid
) -> list[int]:
    """Return each cell's summed contrast to its four neighbours."""
    pixels = grey.reduce(reduction)
    if radius:
        blurred = pixels.filter(ImageFilter.BoxBlur(radius))
        pixels = ImageChops.subtract(pixels, blurred, 1, 128)
    step = BLOCK // reduction
    weights = _weights(tolerance)
    across = _sum_tiles(_steps(pixels, step, 0, weights), step, 1, 0, grid)
    down = _sum_tiles(_steps(pixels, 0, step, weights), step, 0, 1, grid)
    return [
        across[y][x] - across[y][(x + 1) % TILE] + down[y][x] - down[(y + 1) % TILE][x]
        for y in range(TILE)
        for x in range(TILE)
    ]


def _steps(pixels: Image.Image, right: int, down: int, weights: list[int]) -> Image.Image:
    """Return the weighted difference of each pixel from the one a step to the left, or above."""
    width, height = pixels.size
    here = pixels.crop((right, down, width, height))
    there = pixels.crop((0, 0, width - right, height - down))
    return ImageChops.subtract(here, there, 1, 128).point(weights)


def _sum_tiles(steps: Image.Image, step: int, left: int, top: int, grid: Grid) -> list[list[int]]:
    """Return the sum over all tiles of each cell; `left` and `top` cells are missing."""
    blocks = steps.reduce(step)
    period = TILE * grid.blocks
    width = -(-(blocks.width + left) // period) * period
    height = -(-(blocks.height + top) // TILE) * TILE
    padded = Image.new("L", (width, height), 128)
    padded.paste(blocks, (left, top))
    data = padded.tobytes()
    rows = [data[start : start + width] for start in range(0, len(data), width)]
    repeated = grid.period // BLOCK
    return [list(_sums(b"".join(rows[y::repeated]), grid.blocks)) for y in range(TILE)]


def _sums(row: bytes, wide: int) -> Iterator[int]:
    for x in range(TILE):
        columns = [row[x * wide + part :: TILE * wide] for part in range(wide)]
        yield sum(map(sum, columns)) - 128 * sum(map(len, columns))


@lru_cache(maxsize=8)
def _weights(tolerance: int) -> list[int]:
    """Return a table of 256 weights: differences count in full up to the tolerance, then fade."""
    offsets = range(-128, 128)
    faded = (min(abs(o), tolerance, max(0, 3 * tolerance - abs(o)) // 2) for o in offsets)
    return [128 + (GAIN if o > 0 else -GAIN) * w for o, w in zip(offsets, faded, strict=True)]


def _correlation(contrasts: list[int]) -> float:
    energy = sum(value * value for value in contrasts)
    if not energy:
        return 0.0
    return sum(value * sign for value, sign in zip(contrasts, KEY, strict=True)) / sqrt(energy)
