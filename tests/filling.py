"""Pillow's way of filling a polygon, on processors that round differently."""

import struct
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor

Point = tuple[int, int]
Edge = tuple[Point, Point, float]
"""Two ends, and how far it goes to the right from one row to the next."""
Crossing = Callable[[int, Edge], float]
"""Where an edge crosses a row, as a processor works it out."""


def single(value: float) -> float:
    """A number as a C float holds it."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def rounded_twice(row: int, edge: Edge) -> float:
    """As x86-64 does it: the product is rounded, then the sum."""
    (x, y), _, step = edge
    return single(single((row - y) * single(step)) + x)


def rounded_once(row: int, edge: Edge) -> float:
    """As arm64 does it, which multiplies and adds in one step."""
    (x, y), _, step = edge
    return single((row - y) * single(step) + x)


def rounded_late(row: int, edge: Edge) -> float:
    """As processors do it that work in double precision or better, such as the x87."""
    (x, y), _, step = edge
    return (row - y) * step + x


def filled(points: Sequence[Point], size: tuple[int, int], crossing: Crossing) -> set[Point]:
    """The pixels inside a polygon as polygon_generic in Pillow's Draw.c finds them.

    No edge may follow another one on the same row.
    """
    closed = [*points, points[0]]
    level = [ends for ends in pairwise(closed) if ends[0][1] == ends[1][1]]
    width, height = size
    edges = [(a, b, (b[0] - a[0]) / (b[1] - a[1])) for a, b in pairwise(closed) if a[1] != b[1]]
    last = min(max(y for _, y in points), height)
    spans = [(min(a[0], b[0]), max(a[0], b[0]), a[1]) for a, b in level]
    for row in range(max(0, min(y for _, y in points)), last + 1):
        crossings: list[float] = []
        for place, edge in enumerate(edges):
            if _top(edge) <= row <= _bottom(edge):
                x = crossing(row, edge)
                if row == _bottom(edge) and row < last:
                    crossings += [x, x]
                else:
                    crossings.append(_led_on(x, row, edge, edges[:place], crossing))
        crossings.sort()
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            spans.append((_up(left), _down(right), row))
    return {
        (x, row)
        for left, right, row in spans
        for x in range(max(left, 0), min(right + 1, width))
        if 0 <= row < height
    }


def _led_on(x: float, row: int, edge: Edge, others: Sequence[Edge], crossing: Crossing) -> float:
    """Where a corner's row is crossed so that it touches the row beside it."""
    if edge[2] == 0 or row not in (_top(edge), _bottom(edge)):
        return x
    beside = row - 1 if row == _bottom(edge) else row + 1
    for other in others:
        if row not in (_top(other), _bottom(other)) or other[2] == 0:
            continue
        meets = _nearest(x) == _nearest(crossing(row, other))
        if meets and _top(other) <= beside <= _bottom(other):
            near, far = sorted(crossing(beside, one) for one in (edge, other))
            if x > far + 1:
                return _nearest(far) + 1
            return _nearest(near) - 1 if x < near - 1 else x
    return x


def _top(edge: Edge) -> int:
    return min(edge[0][1], edge[1][1])


def _bottom(edge: Edge) -> int:
    return max(edge[0][1], edge[1][1])


def _nearest(value: float) -> int:
    return floor(value + 0.5) if value >= 0 else -floor(0.5 - value)


def _up(value: float) -> int:
    return floor(single(value + 0.5)) if value >= 0 else -floor(0.5 - value)


def _down(value: float) -> int:
    return ceil(single(value - 0.5)) if value >= 0 else -ceil(-value - 0.5)
