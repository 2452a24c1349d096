"""The background of a picture, fitted to its edges as a quadratic surface."""

from collections.abc import Sequence
from itertools import product
from math import fsum
from statistics import median

from PIL import Image

GRID = 9  # points a side at which the surface is evaluated; between them it is interpolated
SPACING = 24  # samples along each edge
TERMS = 6
OUTLIER = 3  # residuals of so many times the median are outliers
NOISE = 6  # levels of residual that are never outliers

Point = tuple[float, float]  # from -1 to 1, left to right and top to bottom
Sample = tuple[Point, tuple[int, ...]]


def fit_background(small: Image.Image) -> tuple[Image.Image, float]:
    """Return the background, RGB, 9 x 9 pixels, and the median residual at the edges in levels.

    Things that reach the edge are left out as outliers, as long as most of it is background. Sums
    are rounded once, by `fsum`: `sum` rounds otherwise from Python 3.12 on.
    """
    samples = _edge(small)
    surface = _fit(samples)
    for _ in range(2):
        residuals = [_residual(surface, sample) for sample in samples]
        limit = max(NOISE, OUTLIER * median(residuals))
        inliers = [s for s, residual in zip(samples, residuals, strict=True) if residual <= limit]
        surface = _fit(inliers if len(inliers) * 3 > len(samples) else samples)
    return _render(surface), median(_residual(surface, sample) for sample in samples)


def _edge(small: Image.Image) -> list[Sample]:
    """Return samples all along the edge."""
    data = small.resize((SPACING, SPACING), Image.Resampling.BOX).tobytes()
    places = [(2 * step + 1) / SPACING - 1 for step in range(SPACING)]
    steps = list(product(range(SPACING), repeat=2))
    edge = [(y, x) for y, x in steps if {y, x} & {0, SPACING - 1}]
    return [((places[x], places[y]), tuple(data[3 * (y * SPACING + x) :][:3])) for y, x in edge]


def _terms(point: Point) -> tuple[float, ...]:
    x, y = point
    return 1.0, x, y, x * x, x * y, y * y


def _fit(samples: Sequence[Sample]) -> list[list[float]]:
    """Return the coefficients of the least-squares surface of each channel."""
    values = [(*_terms(point), *colour) for point, colour in samples]
    rows = [
        [fsum(row[i] * row[j] for row in values) for j in range(TERMS + 3)] for i in range(TERMS)
    ]
    for i in range(TERMS):
        rows[i][i] += 1e-6 * len(values)  # a thin picture leaves some of them free
    return _solve(rows)


def _solve(rows: list[list[float]]) -> list[list[float]]:
    """Return the solution of a linear system for each column on the right, by Gauss elimination."""
    for pivot in range(TERMS):
        best = max(range(pivot, TERMS), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for other in range(TERMS):
            if other != pivot:
                factor = rows[other][pivot]
                rows[other] = [
                    value - factor * head
                    for value, head in zip(rows[other], rows[pivot], strict=True)
                ]
    return [[rows[term][TERMS + band] for term in range(TERMS)] for band in range(3)]


def _colour(surface: list[list[float]], point: Point) -> list[float]:
    terms = _terms(point)
    return [fsum(a * b for a, b in zip(channel, terms, strict=True)) for channel in surface]


def _residual(surface: list[list[float]], sample: Sample) -> float:
    point, colour = sample
    return max(abs(a - b) for a, b in zip(_colour(surface, point), colour, strict=True))


def _render(surface: list[list[float]]) -> Image.Image:
    places = [(2 * step + 1) / GRID - 1 for step in range(GRID)]
    levels = [
        min(max(round(level), 0), 255)
        for y in places
        for x in places
        for level in _colour(surface, (x, y))
    ]
    return Image.frombytes("RGB", (GRID, GRID), bytes(levels))
