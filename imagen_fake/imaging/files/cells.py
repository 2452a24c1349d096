"""Cells of 8 x 8 pixels that carry an imprint, read from a re-encoded or resized picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from PIL import Image, ImageChops

from imagen_fake.imaging.boxes import Size
from imagen_fake.imaging.files.watermark import add_watermark

CELL = 8  # pixels a side: a JPEG block, whose mean survives
GREY = 128
GRID = 64  # pixels: the sides of all pages are multiples
NARROWEST, LONGEST = 512, 3072  # pixels: the sides of pages with cells
NEAREST = Image.Resampling.NEAREST
SHRUNK = 4  # the largest factor by which a picture may be reduced


@dataclass(frozen=True)
class Layer:
    """A grey picture, and its scale relative to the printed page."""

    image: Image.Image
    scale: int

    @property
    def page(self) -> Size:
        """Width and height in pixels of the page that was printed."""
        return self.image.width // self.scale, self.image.height // self.scale

    @cached_property
    def cells(self) -> Image.Image:
        """The mean level of the middle of each cell, where no edge is near: L, a pixel each."""
        side, half = self.scale * CELL, self.scale * CELL // 2
        size = (self.image.width // side, self.image.height // side)
        start = half // 2 - half  # the middle of a cell is the second of every two halves
        end = (start + size[0] * side, start + size[1] * side)
        halves = self.image.crop((start, start, *end)).reduce(half)
        return halves.resize(size, NEAREST)  # every second column and row

    def levels(self, row: int) -> bytes:
        """Return the levels of the cells in a row from the foot of the picture."""
        top = self.cells.height - 1 - row
        return self.cells.crop((0, top, self.cells.width, top + 1)).tobytes()

    def steps(self) -> Image.Image:
        """Return how much lighter the left cell of each pair is: L, off by GREY."""
        size = (self.cells.width // 2, self.cells.height)
        left, right = (
            self.cells.crop((start, 0, start + 2 * size[0], size[1])).resize(size, NEAREST)
            for start in (-1, 0)
        )
        return ImageChops.subtract(left, right, 1, GREY)


class CellReader(NamedTuple):
    """Reads the cells of a picture, less the watermarks laid over it."""

    picture: Layer
    marks: Sequence[Layer]

    @property
    def rows(self) -> int:
        """The number of rows of cells; 0 if the picture is narrower than a cell."""
        width, height = (side // (self.picture.scale * CELL) for side in self.picture.image.size)
        return height if width else 0

    def row(self, number: int) -> list[int]:
        """Return the levels of the cells in a row, counted from the foot."""
        levels = list(self.picture.levels(number))
        for layer in self.marks:
            levels = [a + GREY - b for a, b in zip(levels, layer.levels(number), strict=True)]
        return levels

    def steps(self) -> Image.Image:
        """Return how much lighter the left cell of each pair is, marks taken off: L, off by GREY.

        Of more than a hundred levels some may be missing.
        """
        steps = self.picture.steps()
        for layer in self.marks:
            steps = ImageChops.subtract(steps, layer.steps(), 1, GREY)
        return steps


def cell_readers(grey: Image.Image, scale: int) -> Iterator[CellReader]:
    """Yield readers for a picture without a watermark, with its own, its original's, and both."""
    picture = Layer(grey, scale)
    yield CellReader(picture, ())
    latest = Layer(_watermark_only(*grey.size), scale)
    yield CellReader(picture, (latest,))
    if scale > 1:
        first = Layer(_watermark_only(grey.width // scale, grey.height // scale), 1)
        yield CellReader(picture, (first,))
        yield CellReader(picture, (first, latest))


def page_sizes(size: Size) -> Iterator[Size]:
    """Yield the page sizes that a picture of that size may be a resized copy of.

    They have its ratio, are on the grid of page sizes, and differ from its own.
    """
    for width in range(NARROWEST, min(LONGEST, SHRUNK * size[0]) + 1, GRID):
        high = width * size[1]  # so many times the picture's width, as is the next one
        page = (width, max(1, (2 * high // size[0] + GRID) // (2 * GRID)) * GRID)
        alike = abs(high - page[1] * size[0]) <= width + page[1]  # each side was cut to a pixel
        if alike and page[1] <= LONGEST and page != size:
            yield page


def _watermark_only(width: int, height: int) -> Image.Image:
    """Return a grey picture with the watermark alone: L."""
    return add_watermark(Image.new("L", (width, height), GREY), in_place=True)
