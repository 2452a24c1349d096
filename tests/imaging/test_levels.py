import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.levels import (
    at_least,
    below,
    equal_to,
    is_uniform,
    max_difference,
    quantile,
)

LEVEL = st.integers(0, 255)
COLOUR = st.tuples(LEVEL, LEVEL, LEVEL)


@given(LEVEL, st.integers(0, 256))
def test_a_threshold_parts_levels_in_two(level: int, limit: int) -> None:
    pixel = Image.new("L", (1, 1), level)
    assert pixel.point(at_least(limit)).tobytes()[0] == (255 if level >= limit else 0)
    assert pixel.point(below(limit)).tobytes()[0] == (255 if level < limit else 0)
    assert pixel.point(equal_to(limit)).tobytes()[0] == (255 if level == limit else 0)


@given(COLOUR, COLOUR)
def test_colours_are_as_far_apart_as_their_most_different_channel(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    pictures = (Image.new("RGB", (2, 2), colour) for colour in (one, other))
    furthest = max(abs(a - b) for a, b in zip(one, other, strict=True))
    assert max_difference(*pictures).getextrema() == (furthest, furthest)


@pytest.mark.parametrize("change", [4, 5])
def test_a_picture_is_uniform_within_a_tolerance(change: int) -> None:
    picture = Image.new("RGB", (4, 4), (10, 20, 30))
    picture.putpixel((1, 1), (10, 20 + change, 30))
    assert is_uniform(picture, 5) == (change < 5)


@given(st.lists(LEVEL, min_size=1), st.integers(0, 99))
def test_a_quantile_is_that_of_the_sorted_levels(levels: list[int], percent: int) -> None:
    histogram = [levels.count(level) for level in range(256)]
    assert quantile(histogram, percent) == sorted(levels)[len(levels) * percent // 100]


def test_the_quantile_of_nothing_is_the_highest_level() -> None:
    assert quantile([0] * 256, 50) == 255
