"""Healing: a hole filled by a patch that continues its sides, edges included, or mirrors them."""

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, Size, size_of
from imagen_fake.imaging.editing.coons import WHOLE, ZERO, Strip, coons_patch, transpose
from imagen_fake.imaging.editing.inpaint import inpaint
from imagen_fake.imaging.levels import at_least

THICK = 4  # pixels that a side is averaged over
MOSTLY = 50  # per cent of its box that a hole takes at least
BESIDE = 2  # pixels between a hole and the colours taken beside it
STEP = 4  # the downscaling of differences
SOFTER = 4  # the downscaling of soft fills
FADE = 10  # the share of a hole's width, as a divisor, over which the mirrors blend
MARGIN = 16  # pixels above and below a hole that the fill is matched to
COARSE = 8  # the downscaling of their differences
APART = 11  # levels from which the mirrors differ as a whole
MOST = 24  # levels by which the fill is shifted at most
HELD = [max(ZERO - MOST, min(ZERO + MOST, level)) for level in range(256)]

Sides = tuple[Strip, Strip]


def heal(image: Image.Image, mask: Image.Image, box: Box, step: int = 1) -> Image.Image:
    """Return the RGB contents of `box`, its masked pixels continued from their surroundings.

    Computed at 1 / `step` of the size, a power of 2. The fill is soft where a patch has too little
    to follow: no two opposite sides, or a hole much smaller than its box.
    """
    width, height = size_of(box)
    size = (-(-width // step), -(-height // step))
    area = mask.resize(size, Image.Resampling.NEAREST, box)
    whole = area.getextrema() == (WHOLE, WHOLE)
    sides = box if whole else _around(box, BESIDE * step - 1)
    mostly = area.histogram()[255] * 100 // (area.width * area.height) >= MOSTLY
    if not (mostly and _has_sides(image.size, sides)):
        return inpaint(image, mask, box, step=SOFTER * step)
    new = (
        coons_patch(*sides_of(image, box, size), size) if whole else _within(image, area, box, step)
    )
    return new.resize((width, height), Image.Resampling.NEAREST) if step > 1 else new


def sides_of(image: Image.Image, box: Box, size: Size) -> tuple[Sides, Sides]:
    """Return the strips at the left and the right of a box, and above and below it."""
    left, top, right, bottom = box
    width, height = size
    west = _strip(image, (max(0, left - THICK), top, left, bottom), (1, height))
    east = _strip(image, (right, top, min(image.width, right + THICK), bottom), (1, height))
    north = _strip(image, (left, max(0, top - THICK), right, top), (width, 1))
    south = _strip(image, (left, bottom, right, min(image.height, bottom + THICK)), (width, 1))
    return (west, east), (north, south)


def _strip(image: Image.Image, box: Box, size: tuple[int, int]) -> Strip:
    """Return the mean of a side, one pixel thin; None beyond the picture."""
    if box[0] >= box[2] or box[1] >= box[3]:
        return None
    side = image.crop(box).resize(size, Image.Resampling.BOX)
    return side.filter(ImageFilter.MedianFilter(5))


def _has_sides(size: tuple[int, int], box: Box) -> bool:
    """Whether the picture continues on two opposite sides of a box."""
    left, top, right, bottom = box
    return (left > 0 and right < size[0]) or (top > 0 and bottom < size[1])


def _within(image: Image.Image, area: Image.Image, box: Box, step: int) -> Image.Image:
    """Return the patch of a hole of any shape, led row by row from edge to edge.

    What it misses of the other surroundings is interpolated into it.
    """
    left, top, right, bottom = _around(box, BESIDE * step)
    size = (area.width + 2 * BESIDE, area.height + 2 * BESIDE)
    view = image.crop((left, top, right, bottom)).resize(size, Image.Resampling.NEAREST)
    above, below = _contour(transpose(view), transpose(area))
    sides = (*_contour(view, area), transpose(above), transpose(below))
    there = (left >= 0, right <= image.width, top >= 0, bottom <= image.height)
    west, east, north, south = (
        side if inside else None for side, inside in zip(sides, there, strict=True)
    )
    rows = coons_patch((west, east), (north, south), area.size, all_sides=False)
    inner = view.crop((BESIDE, BESIDE, size[0] - BESIDE, size[1] - BESIDE))
    mismatch = _mismatch(inner, rows, area)
    return ImageChops.add(ImageChops.add(rows, mismatch, 1, -ZERO), mismatch, 1, -ZERO)


def _around(box: Box, reach: int) -> Box:
    """Return the box with a margin, which may reach beyond the picture."""
    return box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach


def _contour(view: Image.Image, area: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the colours beside a hole, left and right in every row.

    `view` has a margin of BESIDE around the mask.
    """
    pixels, holes, width = view.tobytes(), area.tobytes(), area.width
    west, east = bytearray(), bytearray()
    first, last = 0, width - 1
    for row in range(area.height):
        start = row * width
        if WHOLE in holes[start : start + width]:
            first = holes.index(WHOLE, start) - start
            last = holes.rindex(WHOLE, start, start + width) - start
        at = 3 * ((row + BESIDE) * view.width + first)
        west += pixels[at : at + 3]
        at += 3 * (last - first + 2 * BESIDE)
        east += pixels[at : at + 3]
    sides = (Image.frombytes("RGB", (1, area.height), bytes(side)) for side in (west, east))
    one, other = (side.filter(ImageFilter.MedianFilter(5)) for side in sides)
    return one, other


def _mismatch(view: Image.Image, patch: Image.Image, hole: Image.Image) -> Image.Image:
    """Return the interpolated difference of a patch and its surroundings, halved, off by ZERO."""
    width, height = patch.size
    size = (width + 2 * STEP, height + 2 * STEP)
    off = Image.new("RGB", size, (ZERO, ZERO, ZERO))
    off.paste(ImageChops.subtract(view, patch, 2, ZERO), (STEP, STEP))
    unknown = Image.new("L", size)
    unknown.paste(hole, (STEP, STEP))
    return inpaint(off, unknown, (STEP, STEP, STEP + width, STEP + height), step=STEP)


def mirror(image: Image.Image, mask: Image.Image, box: Box) -> Image.Image | None:
    """Return the RGB contents of `box`; None if there is too little beside it.

    Both sides are mirrored in as far as the middle, then matched to what is above and below.
    """
    left, top, right, bottom = box
    width = right - left
    west, east = min(left, width), min(image.width - right, width)
    if west + east < width:
        return None
    first, last = max(0, top - MARGIN), min(image.height, bottom + MARGIN)
    flip = Image.Transpose.FLIP_LEFT_RIGHT
    before, new = (Image.new("RGB", (width, last - first)) for _ in range(2))
    before.paste(image.crop((left - west, first, left, last)).transpose(flip))
    new.paste(image.crop((right, first, right + east, last)).transpose(flip), (width - east, 0))
    new.paste(before, (0, 0), _transition(before, new, (width - east, west)))
    tall = (left, first, right, last)
    matching = _match_surroundings(image.crop(tall), new, mask.crop(tall))
    return matching.crop((0, top - first, width, bottom - first))


def _transition(before: Image.Image, after: Image.Image, both: tuple[int, int]) -> Image.Image:
    """Return how much of the left mirror is visible, L; in the columns of `both` either may be.

    Where the mirrors differ in colour, not only in grain, they fade over the whole width.
    """
    width, height = before.size
    columns = (both[0], 0, max(both[1], both[0] + 1), height)
    one, other = (
        side.crop(columns).reduce((columns[2] - columns[0], COARSE)) for side in (before, after)
    )
    apart = ImageChops.difference(one, other).convert("L").point(at_least(APART))
    rows = apart.resize((1, COARSE * apart.height), Image.Resampling.BILINEAR)
    soft, sharp, far = (
        row.resize((width, height), Image.Resampling.NEAREST)
        for row in (
            _ramp(width, width, both),
            _ramp(width, width // FADE, both),
            rows.crop((0, 0, 1, height)),
        )
    )
    return Image.composite(soft, sharp, far)


def _ramp(width: int, reach: int, both: tuple[int, int]) -> Image.Image:
    """Return a row, L, that falls from 255 to 0 over `reach` pixels about its middle."""
    least, most = both
    reach = min(max(1, reach), most - least)
    start = min(max((width - reach) // 2, least), most - reach)
    fade = [255 - 255 * (at + 1) // (reach + 1) for at in range(reach)]
    return Image.frombytes("L", (width, 1), bytes([255] * start + fade).ljust(width, b"\0"))


def _match_surroundings(
    surroundings: Image.Image, new: Image.Image, hole: Image.Image
) -> Image.Image:
    """Return the new picture, shifted in lightness and hue to match what is around the hole."""
    off = ImageChops.subtract(surroundings, new, 1, ZERO).point(HELD * 3)
    if hole.getextrema() == (255, 255):
        return new
    mismatch = inpaint(off, hole, (0, 0, *hole.size), step=COARSE)
    return ImageChops.add(new, mismatch, 1, -ZERO)
