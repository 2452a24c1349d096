"""A hole in a picture, healed: what meets its sides goes on through it, edges and all.

Its ground is a kind of Coons patch: rows lead from its left to its right, and what is above and
below it sets in as far as they differ. A horizon that comes in at one side and goes out at the
other is as sharp between them.
"""

from PIL import Image, ImageChops, ImageFilter, ImageStat

from imagen_fake.imaging.grain import grained
from imagen_fake.imaging.inpaint import continued, lay
from imagen_fake.imaging.page import Box

Strip = Image.Image | None  # a side, one pixel thin; None where the picture ends

THICK = 4  # pixels that a side's colours are the mean of
MOSTLY = 50  # per cent of its box that a hole takes at least to be healed so
ZERO = 128  # a level that stands for no difference
WHOLE = 255
AGREEING = [max(0, min(255, 8 * (48 - level))) for level in range(256)]
SET = [0, *[255] * 255]
NEAR = 8  # an eighth of the way is near a side
STEP = 4  # times smaller that differences are worked out
SOFTER = 4  # times smaller that soft grounds are worked out than sharp ones


def filled(image: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the picture with its masked pixels filled from the others; RGB, the same size.

    `mask` is L, 255 where to fill and 0 elsewhere. A picture masked as a whole becomes its mean.
    """
    box = mask.getbbox()
    after = image.copy()
    if box:
        lay(after, grained(healed(image, mask, box), image, mask), mask, box)
    return after


def healed(image: Image.Image, mask: Image.Image, box: Box, step: int = 1) -> Image.Image:
    """Return what fills `box`, RGB: its masked pixels follow from what is around them.

    It is worked out `step` times as small, a power of 2. Where a patch would follow from little,
    what fills the box is soft: a hole that leaves no two opposite sides of the picture, or is
    much smaller than its box.
    """
    width, height = box[2] - box[0], box[3] - box[1]
    size = (-(-width // step), -(-height // step))
    area = mask.resize(size, Image.Resampling.NEAREST, box)
    if not _has_sides(image.size, box) or _share(area) < MOSTLY:
        return continued(image, mask, box, step=SOFTER * step)
    patch = coons(image, box, size)
    if area.getextrema() != (WHOLE, WHOLE):
        shown = image.resize(size, Image.Resampling.NEAREST, box)
        patch = ImageChops.add(patch, _missed(shown, patch, area), 1, -ZERO)
    return patch.resize((width, height), Image.Resampling.NEAREST) if step > 1 else patch


def coons(image: Image.Image, box: Box, size: tuple[int, int]) -> Image.Image:
    """Return the patch of a box, RGB; sides of it may lie on the edge of the picture, not all."""
    left, top, right, bottom = box
    width, height = size
    west = _strip(image, (max(0, left - THICK), top, left, bottom), (1, height))
    east = _strip(image, (right, top, min(image.width, right + THICK), bottom), (1, height))
    north = _strip(image, (left, max(0, top - THICK), right, top), (width, 1))
    south = _strip(image, (left, bottom, right, min(image.height, bottom + THICK)), (width, 1))
    if _agreement(west, east) >= _agreement(north, south):
        return _patch(west, east, (north, south), width)
    turned = [strip and _turned(strip) for strip in (north, south, west, east)]
    return _turned(_patch(turned[0], turned[1], (turned[2], turned[3]), height))


def _patch(west: Strip, east: Strip, beyond: tuple[Strip, Strip], width: int) -> Image.Image:
    """Return the patch whose rows lead from the left to the right, above all.

    Then what lies above and below it sets in, as far as it differs.
    """
    west, east = west or east, east or west
    if not (west and east):
        raise ValueError("a patch needs a side to begin with")
    north, south = (
        strip or _across(_end(west, last=last), _end(east, last=last), (width, 1))
        for strip, last in zip(beyond, (False, True), strict=True)
    )
    height = west.height
    usual = _down(_mean(north), _mean(south), (1, height))
    nearer = ImageChops.subtract(_apart(east, usual), _apart(west, usual)).point(SET)
    rows = _led(west, east, Image.composite(west, east, nearer), width)
    above = ImageChops.subtract(north, rows.crop((0, 0, width, 1)), 1, ZERO)
    below = ImageChops.subtract(south, rows.crop((0, height - 1, width, height)), 1, ZERO)
    none = Image.new("RGB", (1, width), (ZERO, ZERO, ZERO))
    swing = _turned(_led(_turned(above), _turned(below), none, height))
    return ImageChops.add(rows, swing, 1, -ZERO)


def _led(west: Image.Image, east: Image.Image, middle: Image.Image, width: int) -> Image.Image:
    """Return rows that lead from one side to the other; those that do not agree soon fade.

    Then one side is of a thing that the hole cuts off. It fades into the `middle`; all three are
    one pixel wide.
    """
    height = west.height
    agreeing = _apart(west, east).point(AGREEING)
    first, last = (Image.composite(side, middle, agreeing) for side in (west, east))
    rows = _across(first, last, (width, height))
    reach = max(1, width // NEAR)
    if agreeing.getextrema() != (WHOLE, WHOLE):
        rows.paste(_across(west, first, (reach, height)), (0, 0))
        rows.paste(_across(last, east, (reach, height)), (width - reach, 0))
    return rows


def _mean(strip: Image.Image) -> Image.Image:
    return strip.resize((1, 1), Image.Resampling.BOX)


def _apart(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return how far apart two pictures are, L: the most that any channel differs."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _agreement(one: Strip, other: Strip) -> float:
    """Return how much two strips agree, 0 to 255: half if one is missing, less without both."""
    if one and other:
        return ImageStat.Stat(_apart(one, other).point(AGREEING)).mean[0]
    return 128 if one or other else -1


def _turned(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.TRANSPOSE)


def _strip(image: Image.Image, box: Box, size: tuple[int, int]) -> Strip:
    """Return the mean of a side's pixels, one pixel thin; None beyond the picture."""
    if box[0] >= box[2] or box[1] >= box[3]:
        return None
    side = image.crop(box).resize(size, Image.Resampling.BOX)
    return side.filter(ImageFilter.MedianFilter(5))


def _end(strip: Image.Image, *, last: bool = False) -> Image.Image:
    """Return the first pixel of a strip, or the last one."""
    x, y = (strip.width - 1, strip.height - 1) if last else (0, 0)
    return strip.crop((x, y, x + 1, y + 1))


def _across(west: Image.Image, east: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return columns that blend into one another from the left to the right."""
    both = Image.new("RGB", (2, west.height))
    both.paste(west, (0, 0))
    both.paste(east, (1, 0))
    wide = both.resize((2 * size[0], size[1]), Image.Resampling.BILINEAR)
    return wide.crop((size[0] // 2, 0, size[0] // 2 + size[0], size[1]))


def _down(north: Image.Image, south: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return rows that blend into one another from the top to the bottom."""
    return _turned(_across(_turned(north), _turned(south), (size[1], size[0])))


def _has_sides(size: tuple[int, int], box: Box) -> bool:
    """Whether a picture goes on beyond a box at the left and the right, or above and below."""
    left, top, right, bottom = box
    return (left > 0 and right < size[0]) or (top > 0 and bottom < size[1])


def _share(area: Image.Image) -> int:
    """Return how much of a mask is set, in per cent."""
    return area.histogram()[255] * 100 // (area.width * area.height)


def _missed(shown: Image.Image, patch: Image.Image, hole: Image.Image) -> Image.Image:
    """Return by how much a patch misses what surrounds a hole in it, led on into the hole.

    All pictures are of one size; levels are off by ZERO.
    """
    width, height = patch.size
    size = (width + 2 * STEP, height + 2 * STEP)
    off = Image.new("RGB", size, (ZERO, ZERO, ZERO))
    off.paste(ImageChops.subtract(shown, patch, 1, ZERO), (STEP, STEP))
    unknown = Image.new("L", size)
    unknown.paste(hole, (STEP, STEP))
    return continued(off, unknown, (STEP, STEP, STEP + width, STEP + height), step=STEP)
