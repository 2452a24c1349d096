"""Cells: blocks of 8 x 8 pixels of one level each, read from a picture that was since changed.

It may be larger than it was printed, and lie under watermarks, whose lift is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from imagen_fake.imaging.watermark import mark

CELL = 8  # pixels a side: a JPEG block, whose mean survives
GREY = 128


@dataclass(frozen=True, slots=True)
class Layer:
    """A grey picture, so many times larger than the page that was printed."""

    image: Image.Image
    scale: int

    def levels(self, row: int) -> bytes:
        """Return the mean level of the middle of each cell in a row, where no edge is near."""
        side, half = self.scale * CELL, self.scale * CELL // 2
        left, top = half // 2, (self.image.height // side - 1 - row) * side + half // 2
        width = self.image.width // side * side
        return self.image.crop((left, top, left + width, top + half)).reduce(half).tobytes()[::2]


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
    return mark(Image.new("RGB", (width, height), (GREY, GREY, GREY)), held=True).convert("L")
