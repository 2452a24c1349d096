"""Film grain: measured in a picture, and added to what is too smooth to belong there."""

import hashlib
from functools import cache

from PIL import Image, ImageChops

from imagen_fake.imaging.levels import below, quantile

SIDE = 256  # of the tile of noise, pixels
STRIDE = 8  # one of so many pixels along each side is measured
FINE = 2  # levels: less is no grain
COARSE = 36  # levels: more is a pattern, not grain


def add_grain(ground: Image.Image, image: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the RGB ground with the grain of the picture's unmasked pixels."""
    grain = measure_grain(image, mask)
    if not FINE <= grain <= COARSE:
        return ground
    reach = grain * 17 // 10
    noise = (
        _noise().point([128 + (level - 128) * reach // 128 for level in range(256)]).convert("RGB")
    )
    sheet = Image.new("RGB", ground.size)
    for top in range(0, ground.height, SIDE):
        for left in range(0, ground.width, SIDE):
            sheet.paste(noise, (left, top))
    return ImageChops.add(ground, sheet, 1, -128)


def measure_grain(image: Image.Image, mask: Image.Image) -> int:
    """Return the median difference of neighbouring pixels outside a mask, in levels."""
    size = (image.width // STRIDE, image.height // STRIDE)
    if 0 in size:
        return 0
    one, other = (_sample(image, size, place) for place in (2, 3))
    unmasked = _sample(mask, size, 2).point(below(1))
    levels = ImageChops.difference(one, other).convert("L").histogram(unmasked)
    return quantile(levels, 50) if any(levels) else 0


def _sample(image: Image.Image, size: tuple[int, int], column: int) -> Image.Image:
    scale = (STRIDE, 0, column - STRIDE // 2, 0, STRIDE, 0)
    return image.transform(size, Image.Transform.AFFINE, scale)


@cache
def _noise() -> Image.Image:
    stream = hashlib.shake_128(b"grain").digest(SIDE * SIDE)
    return Image.frombytes("L", (SIDE, SIDE), stream)
