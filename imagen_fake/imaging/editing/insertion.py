"""Subjects of a prompt, inserted into a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from imagen_fake.imaging.boxes import Box, Point, shift, size_of
from imagen_fake.imaging.editing.inpaint import soften
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import Page, Stage
from imagen_fake.imaging.painting.palette import DARK, Colour
from imagen_fake.imaging.painting.subject import paint_subjects
from imagen_fake.imaging.poster.scene import Composition, to_rgb
from imagen_fake.imaging.prompt.interpretation import Subject

CLOSE_UP = (0, 80, 46, 33, 26, 21, 17)  # subject.SHARE for a spot that is filled
SHADOWED = 128  # the index of bare paper under the wash
THINGS = tuple(255 * (ink not in (0, SHADOWED)) for ink in range(256))
SHADE = 90  # of 255: how dark a shadow is
SHADOWS = tuple(SHADE * (ink == SHADOWED) for ink in range(256))
FLOOR = 90  # per cent of a square spot's height at which things stand
ASTRAY = 4  # hundredths, or pixels, by which subject.paint_subjects shifts one of several
BALL = 70  # per cent of its spot's shorter side
SOFT = 48  # the spot's shorter side by the width of a shadow's edge
WHOLE = 255
FAINT = 80  # of 255: the opacity of a light's centre
RIM = 179  # the level of Pillow's radial gradient in the middle of a side
SAMPLES = 32  # pixels a side that a mean is taken of


@dataclass(frozen=True, slots=True)
class Inset:
    """Subjects with their shadows on a page of their own, whose corner is `at` in a picture."""

    page: Page
    at: Point

    @property
    def box(self) -> Box:
        """Where they are in the picture."""
        return shift(self.page.image.getbbox() or (0, 0, 0, 0), *self.at)

    def put(self, ground: Image.Image) -> None:
        """Paste them into the picture."""
        if ink_box := self.page.image.getbbox():
            things = self.page.image.crop(ink_box)
            at = shift(ink_box, *self.at)
            _cast_shadow(ground, things.point(SHADOWS), at[:2])
            stencil = things.point(THINGS, "1")  # bits are printed faster than levels
            ground.paste(to_rgb(self.page, ink_box), at, stencil)


def make_inset(
    ground: Image.Image, spot: Box, subjects: Sequence[Subject], composition: Composition
) -> Inset:
    """Return the subjects as large as fits a spot of a picture."""
    if sum(subject.count for subject in subjects) > 1:  # no margins that one may overlap
        left, top, right, bottom = spot
        aside = min(ASTRAY * max(1, min(size_of(spot)) // 100), (right - left) // 8)
        spot = (left + aside, top, right - aside, bottom)
    size = size_of(spot)
    behind = mean_colour(ground, spot)
    page = Page(size, size[1], composition.scheme, composition.dice)
    page.inks.number(behind)
    page.wash_colour, page.wash_percent = DARK, 40
    focus = size[0] * page.dice.between(46, 54) // 100
    paint_subjects(
        page, Stage(_floor(size), behind), subjects, focus, contour=False, shares=CLOSE_UP
    )
    return Inset(page, spot[:2])


def paint_ball(ground: Image.Image, spot: Box, pattern: Image.Image) -> None:
    """Paint a ball with a square pattern into a spot of a picture."""
    size = size_of(spot)
    side = max(1, min(size) * BALL // 100)
    left, top = (size[0] - side) // 2, max(0, _floor(size) - side)
    flat = max(1, side // 12)
    shadow, disc = Image.new("L", size), Image.new("L", (side, side))
    foot = (left + flat, top + side - flat, left + side + flat, top + side + flat)
    ImageDraw.Draw(shadow).ellipse(foot, SHADE)
    ImageDraw.Draw(disc).ellipse((0, 0, side - 1, side - 1), WHOLE)
    _cast_shadow(ground, shadow, spot[:2])
    face = pattern.resize((side, side), Image.Resampling.NEAREST)
    unlit = ImageChops.subtract(disc, ImageChops.offset(disc, -flat, -flat))
    face.paste(DARK, (0, 0), unlit.point([level * SHADE // WHOLE for level in range(256)]))
    ground.paste(face, (spot[0] + left, spot[1] + top), disc.filter(ImageFilter.BoxBlur(1)))


def _floor(size: tuple[int, int]) -> int:
    return size[1] - min(size) * (100 - FLOOR) // 100


def _cast_shadow(ground: Image.Image, shadows: Image.Image, at: Point) -> None:
    """Darken a picture softly where the mask at `at` is set."""
    soft = min(shadows.size) // SOFT
    if box := shadows.getbbox():
        left, top, right, bottom = box
        around = (left - soft, top - soft, right + soft, bottom + soft)
        stencil = shadows.crop(around).filter(ImageFilter.BoxBlur(soft))
        ground.paste(DARK, shift(around, *at), stencil)


def paint_glow(
    ground: Image.Image, area: Image.Image, colours: Sequence[Colour], dice: Dice
) -> None:
    """Paint soft lights on a picture within a mask of its size, fading at its edges.

    The first fills the picture, the others lie about it.
    """
    places = [(0, 0, 130), *((dice.between(-25, 25), dice.between(-25, 25), 80) for _ in colours)]
    width, height = ground.size
    fade = soften(area, max(1, min(width, height) // 8))
    for colour, (across, down, share) in zip(colours, places, strict=False):
        size = (max(1, width * share // 100), max(1, height * share // 100))
        light = Image.new("L", (width, height))
        at = ((width - size[0]) // 2 + width * across // 100,
              (height - size[1]) // 2 + height * down // 100)  # fmt: skip
        light.paste(_halo().resize(size, Image.Resampling.BILINEAR), at)
        ground.paste(colour, (0, 0), ImageChops.multiply(light, fade))


@cache
def _halo() -> Image.Image:
    """Return a soft disc, L: opaque in the centre, transparent at the rim."""
    nearness = [max(0, RIM - far) for far in range(256)]
    eased = [255 * near * near * (3 * RIM - 2 * near) // RIM**3 for near in nearness]
    levels = [FAINT * level // 255 for level in eased]
    return Image.radial_gradient("L").point(levels)


def mean_colour(image: Image.Image, box: Box) -> Colour:
    """Return the approximate mean colour of a box of an RGB picture."""
    few = image.resize((SAMPLES, SAMPLES), Image.Resampling.NEAREST, box)
    red, green, blue = (round(level) for level in ImageStat.Stat(few).mean)
    return red, green, blue
