from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from imagen_fake.imaging.boxes import Point
from imagen_fake.imaging.painting import shapes
from tests.filling import Crossing, filled, rounded_late, rounded_once, rounded_twice

SIDE = 64
SQUARE = (SIDE, SIDE)
PROCESSORS = (rounded_once, rounded_twice, rounded_late)
HALVES = [(0, 0), (3, 6), (0, 6)]  # an edge runs halfway between two pixels in rows 1, 3 and 5
SHARP = [(0, 0), (15, 6), (25, 6)]  # so it does beside the row of a sharp corner
ROUNDED = [(1, 2), (1, 9), (11, 14)]  # Pillow alone fills it differently on arm64
LONG = [(-9000, -4001), (9001, 4242), (-9000, 5000)]  # too long for a float to be sure

near = st.tuples(*[st.integers(-SIDE, 2 * SIDE)] * 2)
far = st.tuples(*[st.integers(-5000, 5000)] * 2)
within = st.tuples(*[st.integers(0, SIDE - 1)] * 2)


def uneven(points: list[Point]) -> bool:
    """Whether no edge is level."""
    return all(one[1] != other[1] for one, other in pairwise([*points, points[0]]))


def polygons(corners: st.SearchStrategy[Point]) -> st.SearchStrategy[list[Point]]:
    return st.lists(corners, min_size=3, max_size=6).filter(uneven)


def pixels(image: Image.Image) -> set[Point]:
    """The pixels that are set."""
    data = image.tobytes()
    return {(at % image.width, at // image.width) for at, level in enumerate(data) if level}


def polygon(points: list[Point]) -> set[Point]:
    image = Image.new("L", SQUARE)
    shapes.polygon(ImageDraw.Draw(image), points, 255)
    return pixels(image)


def line(points: list[Point], width: int) -> set[Point]:
    image = Image.new("L", SQUARE)
    shapes.line(ImageDraw.Draw(image), points, 255, width)
    return pixels(image)


def elsewhere(points: list[Point], crossing: Crossing) -> set[Point]:
    """The polygon on a processor: what Pillow fills there, and the halves."""
    halves = shapes._halves(points, SIDE)
    shown = {(x, y) for x, y in halves if 0 <= x < SIDE and 0 <= y < SIDE}
    return filled(points, SQUARE, crossing) | shown


def exact(points: list[Point], row: int) -> set[int]:
    """The columns at most half a pixel away from the polygon, in rational numbers."""
    crossings = sorted(
        x + Fraction((row - y) * (right - x), bottom - y)
        for (x, y), (right, bottom) in pairwise([*points, points[0]])
        if min(y, bottom) < row < max(y, bottom)
    )
    half = Fraction(1, 2)
    return {
        x
        for left, right in zip(crossings[::2], crossings[1::2], strict=True)
        for x in range(SIDE)
        if left - half <= x <= right + half
    }


@settings(deadline=None, max_examples=60)
@given(polygons(near))
@example(HALVES)
@example(SHARP)
@example(ROUNDED)
def test_a_polygon_is_the_same_on_every_processor(points: list[Point]) -> None:
    shown = polygon(points)
    assert all(elsewhere(points, crossing) == shown for crossing in PROCESSORS)


@settings(deadline=None, max_examples=60)
@given(polygons(far))
@example(LONG)
def test_so_is_one_with_edges_far_outside_the_picture(points: list[Point]) -> None:
    shown = polygon(points)
    assert all(elsewhere(points, crossing) == shown for crossing in PROCESSORS)


def test_pillow_alone_fills_other_pixels_on_another_processor() -> None:
    assert filled(ROUNDED, SQUARE, rounded_once) != filled(ROUNDED, SQUARE, rounded_twice)


@settings(deadline=None, max_examples=60)
@given(polygons(near))
@example(HALVES)
def test_between_its_corners_a_polygon_is_filled_as_in_rational_numbers(
    points: list[Point],
) -> None:
    shown = polygon(points)
    rows = set(range(SIDE)) - {y for _, y in points}
    assert {row: {x for x, y in shown if y == row} for row in rows} == {
        row: exact(points, row) for row in rows
    }


def test_a_level_edge_is_part_of_a_polygon() -> None:
    assert polygon([(2, 3), (5, 3), (5, 6), (2, 6)]) == {
        (x, y) for x in range(2, 6) for y in range(3, 7)
    }


@settings(deadline=None, max_examples=60)
@given(within, within, st.integers(2, 12))
def test_a_line_is_as_wide_as_asked_and_without_holes(start: Point, end: Point, width: int) -> None:
    (x, y), (right, bottom) = start, end
    across, down = right - x, bottom - y
    shown = line([start, end], width)
    for column in range(SIDE):
        for row in range(SIDE):
            place = column if abs(across) >= abs(down) else row
            first, last = sorted((x, right) if abs(across) >= abs(down) else (y, bottom))
            aside = abs((column - x) * down - (row - y) * across)  # times the line's length
            square = 4 * aside * aside
            length = across * across + down * down
            if first <= place <= last and square < max(0, width - 4) ** 2 * length:
                assert (column, row) in shown
            if (column, row) in shown:
                assert first <= place <= last
                assert square <= (width + 2) ** 2 * length


@settings(deadline=None, max_examples=60)
@given(st.lists(within, min_size=2, max_size=5))
def test_a_line_goes_through_all_its_points(points: list[Point]) -> None:
    assert all(set(points) <= line(points, width) for width in (1, 2, 5))


def test_a_line_between_a_point_and_itself_is_that_point() -> None:
    assert line([(7, 9), (7, 9)], 3) == {(7, 9)}


def test_upright_and_level_lines_have_their_width_in_pixels() -> None:
    assert line([(10, 5), (10, 8)], 3) == {(x, y) for x in (9, 10, 11) for y in range(5, 9)}
    assert line([(5, 10), (8, 10)], 2) == {(x, y) for x in range(5, 9) for y in (9, 10)}
