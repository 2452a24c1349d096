"""Thresholds and statistics of 8-bit levels."""

from bisect import bisect_right
from functools import cache
from itertools import accumulate

from PIL import Image, ImageChops

LEVELS = range(256)


@cache
def at_least(limit: int) -> list[int]:
    """Return the table for `Image.point` that makes levels from `limit` on 255, others 0."""
    return [255 * (level >= limit) for level in LEVELS]


@cache
def below(limit: int) -> list[int]:
    """Return the table for `Image.point` that makes levels below `limit` 255, others 0."""
    return [255 * (level < limit) for level in LEVELS]


def equal_to(level: int) -> list[int]:
    """Return the table for `Image.point` that makes one level 255, others 0."""
    return [255 * (other == level) for other in LEVELS]


def max_difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return how far apart two RGB pictures are, L: the most that any channel differs."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def is_uniform(image: Image.Image, tolerance: int) -> bool:
    """Whether the levels of each channel differ by less than a tolerance."""
    spans = [band.getextrema() for band in image.split()]
    return all(int(high) - int(low) < tolerance for low, high in spans)  # type: ignore[arg-type]


def quantile(histogram: list[int], percent: int) -> int:
    """Return the level at or below which `percent` of a histogram lies; 255 if it is empty."""
    level = bisect_right(list(accumulate(histogram)), sum(histogram) * percent // 100)
    return min(level, len(histogram) - 1)
