"""Polygons and lines that are the same on every processor.

Pillow computes where a polygon's edges cross a row in single precision. Halfway between two
pixels rounding decides which is inside, and arm64 rounds otherwise than x86-64: it multiplies and
adds in one step. Here integers decide.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import gcd, isqrt

from PIL.ImageDraw import ImageDraw

from imagen_fake.imaging.boxes import Point

SURE_BITS = 21  # of a float's 24: what four roundings leave, less one to be safe


def polygon(draw: ImageDraw, points: Sequence[Point], ink: int) -> None:
    """Fill a polygon; where an edge passes halfway between two pixels, both are inside."""
    draw.polygon(points, ink)
    halves = _halves(points, draw.im.size[1])
    if halves:
        draw.point(halves, ink)


def line(draw: ImageDraw, points: Sequence[Point], ink: int, width: int = 1) -> None:
    """Draw a line as parallel thin lines that are `width` wide together.

    Thin lines are Bresenham's, in integers.
    """
    if width == 1:
        draw.line(points, ink)
        return
    for start, end in pairwise(points):
        draw.line(list(_side_by_side(start, end, width)), ink)


def _halves(points: Sequence[Point], height: int) -> list[Point]:
    """Return the pixels beside every point where an edge passes halfway between two."""
    halves: list[Point] = []
    x, y = points[-1]
    for right, bottom in points:
        across, down = right - x, bottom - y
        if across and down:
            period = abs(down) // gcd(across, down)  # rows until it is between pixels as before
            error = (2 * abs(across) + abs(x)) * period >> SURE_BITS  # in half steps of x
            if error or not period % 2:
                edge = ((x, y), (right, bottom)) if down > 0 else ((right, bottom), (x, y))
                halves += _halves_of(edge, period, error, height)
        x, y = right, bottom
    return halves


def _halves_of(edge: tuple[Point, Point], period: int, error: int, height: int) -> Iterator[Point]:
    """Yield the pixels beside an edge, upper end first, in every `period`th row, up to an error."""
    (x, y), (right, bottom) = edge
    step, down = (right - x) * period // (bottom - y), bottom - y
    first = (error + period) % 2 - error
    for beside in range(first, error + 1, 2):  # by how many half steps, of the period's parity
        offset = (period + beside) // 2 * pow(step, -1, period) % period
        start = offset + max(0, -((y + offset) // period)) * period
        for row in range(start, min(down, height - y), period):
            column = x + row * step // period
            yield column, y + row
            yield column + 1, y + row
            if abs(step) > period:  # Pillow leads a sharp corner to the row beside it
                near = column + (step < 0)
                if row == 1:
                    yield near, y
                if row == down - 1:
                    yield 2 * column + 1 - near, y + down


def _side_by_side(start: Point, end: Point, width: int) -> Iterator[Point]:
    """Yield the ends of parallel lines, one pixel apart, `width` thick together."""
    (x, y), (right, bottom) = start, end
    across, down = abs(right - x), abs(bottom - y)
    length = isqrt(4 * width * width * (across * across + down * down))
    count = max(1, (length // max(across, down, 1) + 1) // 2)
    for place in range(-(count // 2), count - count // 2):
        aside = (place, 0) if down > across else (0, place)
        yield x + aside[0], y + aside[1]
        yield right + aside[0], bottom + aside[1]
