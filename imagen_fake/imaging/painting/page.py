"""The page of a painting: indexes of inks, converted to RGB at the end.

With a byte a pixel, shapes and letters are four times cheaper than in RGB, and a translucent
wash is one addition.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.boxes import Box, Point, expand, shift
from imagen_fake.imaging.painting import shapes
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.palette import DARK, Colour, Inks, Scheme, mix

# A sine wave: 64 steps, in thousandths. A table, so that no curve depends on a platform's floats.
_RISE = (0, 98, 195, 290, 383, 471, 556, 634, 707, 773, 831, 882, 924, 957, 981, 995)
_HALF = (*_RISE, 1000, *_RISE[:0:-1])
WAVE = (*_HALF, *(-level for level in _HALF))
PAINTED = "RGBX"  # the mode of a printed page, and of no other picture
HELD = bytes(min(254, max(1, level)) for level in range(256))  # levels clipped to 1..254
WASHED = 128  # added to an index, gives the same ink under the wash


class Figure(NamedTuple):
    """An icon printed on a page; every measure is in pixels."""

    icon: str
    size: int  # of the icon font's face
    mirrored: bool
    at: tuple[int, int]  # the top left corner
    contour: int  # how far a line around it reaches, 0 without one


class Stage(NamedTuple):
    """Where subjects stand: the floor's line in pixels, and the colour seen behind them."""

    floor: int
    behind: Colour


class Page:
    """A page of `width` x `height` pixels; scenery keeps above `bottom`, the caption below."""

    def __init__(self, size: tuple[int, int], bottom: int, scheme: Scheme, dice: Dice) -> None:
        self.width, self.height = size
        self.bottom = bottom
        self.scheme = scheme
        self.dice = dice
        self.inks = Inks()
        self.wash_colour = DARK
        self.wash_percent = 20
        self.contour: Colour | None = None  # drawn round shapes by styles that outline
        self.figures = list[Figure]()
        self.image = Image.new("L", size)
        self._draw = ImageDraw.Draw(self.image)

    @property
    def unit(self) -> int:
        """A hundredth of the scene's shorter side, at least one pixel."""
        return max(1, min(self.width, self.bottom) // 100)

    def to_image(self) -> Image.Image:
        """Return the page as RGBX: RGB with a padding byte, which Pillow packs faster.

        Levels are in 1..254, so that a watermark fits.
        """
        palette = self.inks.palette(self.wash_colour, self.wash_percent)
        self.image.putpalette(palette.translate(HELD))
        return self.image.convert(PAINTED)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill a rectangle; an empty one is ignored."""
        left, top, right, bottom = box
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), self.inks.number(colour))

    def ground(self, box: Box, ink: int) -> None:
        """Fill a rectangle with an ink by its number: the first of a ramp to letter on."""
        self._draw.rectangle(box, ink)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        shapes.polygon(self._draw, points, self.inks.number(colour))
        if self.contour:
            self.line([*points, points[0]], self.contour, max(1, self.unit // 3))

    def ellipse(self, box: Box, colour: Colour) -> None:
        """Fill an ellipse."""
        left, top, right, bottom = box
        if right > left and bottom > top:
            self._draw.ellipse(box, self.inks.number(colour))

    def disc(self, centre: Point, radius: int, colour: Colour, behind: Colour) -> None:
        """Fill a circle with an antialiased rim, one pixel wide."""
        x, y = centre
        if radius > 0:
            rim = self.inks.number(self.contour or mix(colour, behind, 50))
            box = (x - radius, y - radius, x + radius, y + radius)
            self._draw.ellipse(box, self.inks.number(colour), rim)

    def ring(self, centre: Point, radius: int, width: int, colour: Colour) -> None:
        """Draw a circle's outline."""
        x, y = centre
        box = (x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, None, self.inks.number(colour), width)

    def cut_ellipse(self, box: Box, cut: Sequence[Point], colour: Colour) -> None:
        """Fill the intersection of an ellipse and a polygon."""
        across, down = zip(*cut, strict=True)
        left, top = min(across), min(down)
        whole, part = (
            Image.new("1", (max(across) - left + 1, max(down) - top + 1)) for _ in range(2)
        )
        ellipse = shift(box, -left, -top)
        ImageDraw.Draw(whole).ellipse(ellipse, 1)
        shapes.polygon(ImageDraw.Draw(part), [(x - left, y - top) for x, y in cut], 1)
        intersection = ImageChops.logical_and(whole, part)
        self.stencil(intersection, (left, top), self.inks.number(colour))

    def line(self, points: Sequence[Point], colour: Colour, width: int = 1) -> None:
        """Draw a line through `points`."""
        shapes.line(self._draw, points, self.inks.number(colour), width)

    def wash(self, box: Box, polygon: Sequence[Point] = ()) -> None:
        """Lay the wash over an ellipse in `box`, or a polygon within it.

        Two overlapping washes cancel out, as cut paper does on a poster.
        """
        left, top, right, bottom = expand(box, 0, (self.width, self.bottom))
        if right <= left or bottom <= top:
            return
        stencil = Image.new("L", (right - left, bottom - top))
        draw = ImageDraw.Draw(stencil)
        if polygon:
            shapes.polygon(draw, [(x - left, y - top) for x, y in polygon], WASHED)
        else:
            draw.ellipse(shift(box, -left, -top), WASHED)
        under = self.image.crop((left, top, right, bottom))
        self.image.paste(ImageChops.add_modulo(under, stencil), (left, top))

    def print_tones(self, tones: Image.Image, at: Point, first: int, mask: Image.Image) -> None:
        """Print the ink `first` + tone, modulo 256, through a mask."""
        inks = ImageChops.add_modulo(tones, Image.new("L", tones.size, first))
        self.image.paste(inks, at, mask)

    def stencil(self, mask: Image.Image, at: Point, ink: int) -> None:
        """Print an ink by its number through a mask; in between, numbers are interpolated."""
        self.image.paste(ink, at, mask)
