"""Inpainting by reflection: texture and edges mirrored into a hole from its sides."""

from PIL import Image, ImageChops

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.editing.coons import ZERO
from imagen_fake.imaging.editing.inpaint import inpaint
from imagen_fake.imaging.levels import at_least

FADE = 10  # the share of a hole's width, as a divisor, over which the mirrors blend
MARGIN = 16  # pixels above and below a hole that the fill is matched to
STEP = 8  # the downscaling of differences
APART = 11  # levels from which the mirrors differ as a whole
MOST = 24  # levels by which the fill is shifted at most
HELD = [max(ZERO - MOST, min(ZERO + MOST, level)) for level in range(256)]


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
        side.crop(columns).reduce((columns[2] - columns[0], STEP)) for side in (before, after)
    )
    apart = ImageChops.difference(one, other).convert("L").point(at_least(APART))
    rows = apart.resize((1, STEP * apart.height), Image.Resampling.BILINEAR)
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
    mismatch = inpaint(off, hole, (0, 0, *hole.size), step=STEP)
    return ImageChops.add(new, mismatch, 1, -ZERO)
