"""Cells: blocks of 8 x 8 pixels of one level each, read from a picture that was since changed.

It may be larger than it was printed, and lie under watermarks, whose lift is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from PIL import Image, ImageChops

from imagen_fake.imaging.watermark import mark

CELL = 8  # pixels a side: a JPEG block, whose mean survives
GREY = 128


@dataclass(frozen=True)
class Layer:
    """A grey picture, so many times larger than the page that was printed."""

    image: Image.Image
    scale: int

    @cached_property
    def cells(self) -> Image.Image:
        """The mean level of the middle of each cell, where no edge is near: L, a pixel each."""
        side, half = self.scale * CELL, self.scale * CELL // 2
        size = (self.image.width // side, self.image.height // side)
        start = half // 2 - half  # the middle of a cell is the second of every two halves
        end = (start + size[0] * side, start + size[1] * side)
        return _seconds(self.image.crop((start, start, *end)).reduce(half), size)

    def levels(self, row: int) -> bytes:
        """Return the levels of the cells in a row from the foot of the picture."""
        top = self.cells.height - 1 - row
        return self.cells.crop((0, top, self.cells.width, top + 1)).tobytes()

    def steps(self) -> Image.Image:
        """Return how much lighter the left cell of each pair is: L, off by GREY."""
        size = (self.cells.width // 2, self.cells.height)
        left, right = (
            _seconds(self.cells.crop((start, 0, start + 2 * size[0], size[1])), size)
            for start in (-1, 0)
        )
        return ImageChops.subtract(left, right, 1, GREY)


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture whose cells are to be read, and watermarks that lie over them."""

    picture: Layer
    marks: Sequence[Layer]

    @property
    def rows(self) -> int:
        """How many rows of cells the picture has; none if it is narrower than a cell."""
        width, height = (side // (self.picture.scale * CELL) for side in self.picture.image.size)
        return height if width else 0

    def row(self, number: int) -> list[int]:
        """Return the level of each cell in a row from the foot of the picture, marks taken off."""
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


def plates(grey: Image.Image, scale: int) -> Iterator[Plate]:
    """Yield the picture under no watermark, its own, that of its original, and both."""
    picture = Layer(grey, scale)
    yield Plate(picture, ())
    latest = Layer(_lift(*grey.size), scale)
    yield Plate(picture, (latest,))
    if scale > 1:
        first = Layer(_lift(grey.width // scale, grey.height // scale), 1)
        yield Plate(picture, (first,))
        yield Plate(picture, (first, latest))


def _lift(width: int, height: int) -> Image.Image:
    """Return grey with nothing but the watermark in it: L."""
    return mark(Image.new("L", (width, height), GREY), held=True)


def _seconds(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the second of every two columns, and of every two rows of twice as many."""
    return image.resize(size, Image.Resampling.NEAREST)
