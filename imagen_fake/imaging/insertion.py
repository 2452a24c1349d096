"""What a prompt names, cut out and put into a picture."""

from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageChops, ImageStat

from imagen_fake.imaging.backdrop import Stage
from imagen_fake.imaging.dice import Dice
from imagen_fake.imaging.inpaint import softened
from imagen_fake.imaging.page import Box, Page
from imagen_fake.imaging.palette import DARK, Colour, Scheme
from imagen_fake.imaging.reading import Subject
from imagen_fake.imaging.shapes import Point
from imagen_fake.imaging.subject import show
from imagen_fake.imaging.vista import coloured

CLOSE_UP = (0, 70, 44, 31, 26, 22, 20)  # subject.SHARE for a spot that is there to be filled
SHADOWED = 128  # bare paper under the page's wash
THINGS = tuple(255 * (ink not in (0, SHADOWED)) for ink in range(256))
SHADOWS = tuple(130 * (ink == SHADOWED) for ink in range(256))
FAINT = 80  # of 255: how opaque the middle of a light is
RIM = 179  # the level of Pillow's radial gradient in the middle of a side
SAMPLES = 32  # pixels a side, of a soft ground, that tell its mean


def put(ground: Image.Image, spot: Box, subjects: Sequence[Subject], scheme: Scheme,
        dice: Dice) -> None:  # fmt: skip
    """Print subjects with their shadows on a picture, as large as fits the spot."""
    size = (spot[2] - spot[0], spot[3] - spot[1])
    behind = _mean(ground, spot)
    page = Page(size, size[1], scheme, dice)
    page.inks.number(behind)
    page.wash_colour, page.wash_percent = DARK, 40
    focus = size[0] * dice.between(46, 54) // 100
    floor = (size[1] + min(size) * 80 // 100) // 2
    show(page, Stage(floor, behind), subjects, focus, contour=False, shares=CLOSE_UP)
    for levels, mode in ((SHADOWS, "L"), (THINGS, "1")):
        _print(page, page.image.point(levels, mode), ground, spot[:2])


def _print(page: Page, stencil: Image.Image, ground: Image.Image, at: Point) -> None:
    """Print a page on a picture through a stencil; bits are printed six times as fast as levels."""
    box = stencil.getbbox()
    if box:
        ground.paste(coloured(page, box), (at[0] + box[0], at[1] + box[1]), stencil.crop(box))


def glow(ground: Image.Image, area: Image.Image, colours: Sequence[Colour], dice: Dice) -> None:
    """Let soft lights fall on a picture where a mask of its size is set, none at its edges.

    The first fills the picture, the others lie about it.
    """
    places = [(0, 0, 130), *((dice.between(-25, 25), dice.between(-25, 25), 80) for _ in colours)]
    width, height = ground.size
    fade = softened(area, max(1, min(width, height) // 8))
    for colour, (across, down, share) in zip(colours, places, strict=False):
        size = (max(1, width * share // 100), max(1, height * share // 100))
        light = Image.new("L", (width, height))
        at = ((width - size[0]) // 2 + width * across // 100,
              (height - size[1]) // 2 + height * down // 100)  # fmt: skip
        light.paste(_halo().resize(size, Image.Resampling.BILINEAR), at)
        ground.paste(colour, (0, 0), ImageChops.multiply(light, fade))


@cache
def _halo() -> Image.Image:
    """Return a soft disc, L: opaque in the middle, nothing at the rim."""
    levels = [FAINT * _eased(max(0, RIM - far)) // 255 for far in range(256)]
    return Image.radial_gradient("L").point(levels)


def _eased(near: int) -> int:
    return 255 * near * near * (3 * RIM - 2 * near) // RIM**3


def _mean(image: Image.Image, box: Box) -> Colour:
    few = image.resize((SAMPLES, SAMPLES), Image.Resampling.NEAREST, box)
    red, green, blue = (round(level) for level in ImageStat.Stat(few).mean)
    return red, green, blue
