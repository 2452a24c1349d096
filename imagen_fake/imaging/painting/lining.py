"""Linings: what is visible in the holes of an icon, as the skin of a face."""

from functools import reduce
from typing import NamedTuple

from PIL import Image, ImageChops

from imagen_fake.imaging.levels import below
from imagen_fake.imaging.painting.blobs import blob_mask, blobs

BARE, COVERED = 64, 192  # coverage below which a pixel is all hole, and from which it is all icon
PARTLY = tuple(255 * (BARE <= level < COVERED) for level in range(256))
BRIM = 2  # pixels: the width of a hole's antialiased edge, at most


class Lining(NamedTuple):
    """The holes of an icon, and the pixels of their edges that it covers in part; mode 1."""

    holes: Image.Image
    brim: Image.Image


def find_lining(coverage: Image.Image) -> Lining:
    """Return the holes enclosed by an icon; its coverage is L and cropped to it."""
    width, height = coverage.size
    around = Image.new("L", (width + 2, height + 2))
    around.paste(coverage, (1, 1))
    hollow = blobs(around.point(below(BARE)))
    inner = blob_mask(around.size, [part for part in hollow if part.box[:2] != (0, 0)])
    holes = inner.crop((1, 1, width + 1, height + 1))
    brim = ImageChops.darker(coverage.point(PARTLY), widen(holes, BRIM))
    return Lining(holes.convert("1"), brim.convert("1"))


def widen(mask: Image.Image, reach: int) -> Image.Image:
    """Return an L mask, dilated by a square of `reach` pixels to every side.

    As Pillow's MaxFilter, which takes twenty times as long and holds the GIL.
    """
    width, height = mask.size
    for right, down in ((1, 0), (0, 1)):
        steps = ((right * step, down * step) for step in range(-reach, reach + 1) if step)
        copies = (mask.crop((x, y, x + width, y + height)) for x, y in steps)
        mask = reduce(ImageChops.lighter, copies, mask)
    return mask
