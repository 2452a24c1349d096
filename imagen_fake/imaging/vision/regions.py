"""Segmentation by colour, and regions that stand for classes of things."""

from collections.abc import Sequence
from hashlib import sha256

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.levels import at_least, equal_to, is_uniform
from imagen_fake.imaging.painting.blobs import Blob, blob_mask, blobs

SMALL = 96  # pixels of the longer side at which regions are segmented
COLOURS = 6
BLANK = 14  # levels by which the pixels of a blank picture may differ
LEAST = 120  # the share of the picture, as a divisor, that a region has at least
MOST_SHARE = 85  # per cent of a picture that a region has at most


def class_mask(image: Image.Image, classes: Sequence[int]) -> Image.Image:
    """Return the mask of regions for class ids: L, 0 or 255, of the RGB picture's size.

    Each class always has the same region. A blank picture has none.
    """
    regions = _segment_small(image)
    mask = Image.new("L", image.size)
    for number in classes:
        if regions:
            mask = ImageChops.lighter(mask, _class_region(regions, number).resize(image.size))
    return mask.point(at_least(128))


def segment(image: Image.Image) -> list[Image.Image]:
    """Return the masks of all regions, the largest first: L, 0 or 255, of the picture's size."""
    return [segment.resize(image.size).point(at_least(128)) for segment in _segment_small(image)]


def _segment_small(image: Image.Image) -> list[Image.Image]:
    small = image.reduce(max(1, max(image.size) // SMALL)).filter(ImageFilter.MedianFilter(3))
    if is_uniform(small, BLANK):
        return []
    numbers = small.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    pixels = small.width * small.height
    parts: list[Blob] = []
    for number in range(COLOURS):
        mask = Image.frombytes("L", small.size, numbers.tobytes()).point(equal_to(number))
        parts += [
            blob for blob in blobs(mask)
            if blob.area * LEAST >= pixels and blob.area * 100 <= pixels * MOST_SHARE
        ]  # fmt: skip
    parts.sort(key=lambda blob: (-blob.area, blob.box))
    return [blob_mask(small.size, [blob]) for blob in parts]


def _class_region(regions: list[Image.Image], number: int) -> Image.Image:
    """Return a class's region: all of one for the first classes, else its part in an ellipse."""
    dice = sha256(f"class {number}".encode()).digest()
    region = regions[dice[0] % len(regions)]
    box = region.getbbox()
    if not box or (number < len(regions) and dice[1] % 2):
        return region
    window = Image.new("L", region.size)
    ImageDraw.Draw(window).ellipse(_window(box, dice), fill=255)
    part = ImageChops.darker(region, window)
    return part if part.getbbox() else region


def _window(box: Box, dice: bytes) -> Box:
    """Return a box that covers at least half of another one's width and height."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    return (
        left + width * (dice[2] % 64) // 128 - width // 8,
        top + height * (dice[3] % 64) // 128 - height // 8,
        right - width * (dice[4] % 64) // 160 + width // 8,
        bottom - height * (dice[5] % 64) // 160 + height // 8,
    )
