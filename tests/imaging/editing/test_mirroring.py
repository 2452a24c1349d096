from collections.abc import Iterable
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.editing.mirroring import mirror
from tests.pictures import Size, changed, energy, gradient, grainy, rectangle_mask

SIZE = (480, 320)


def holed(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    after = image.copy()
    after.paste((255, 0, 255), box)
    return after


@given(seed=st.integers(0, 20), left=st.integers(90, 240), width=st.integers(40, 150))
@settings(max_examples=30, deadline=None)
def test_what_fills_a_hole_is_as_grainy_as_what_is_around_it(
    seed: int, left: int, width: int
) -> None:
    image, box = grainy(SIZE, seed), (left, 90, left + width, 230)
    new = mirror(holed(image, box), rectangle_mask(SIZE, box), box)
    assert new
    assert 0.8 < energy(new) / energy(image.crop(box)) < 1.15


@given(seed=st.integers(0, 20), left=st.integers(90, 240))
@settings(max_examples=30, deadline=None)
def test_no_step_is_seen_where_it_meets_its_sides(seed: int, left: int) -> None:
    image, box = grainy(SIZE, seed), (left, 90, left + 120, 230)
    new = mirror(holed(image, box), rectangle_mask(SIZE, box), box)
    assert new
    after = image.copy()
    after.paste(new, box[:2])
    usual = steps(image, range(10, 470))
    assert steps(after, (box[0], box[2])) < 1.1 * usual


def steps(image: Image.Image, columns: Iterable[int]) -> float:
    """How far the pixels of columns differ from those at their left, in levels."""
    before = ImageChops.offset(image, 1, 0)
    apart = ImageChops.difference(image, before).convert("L").crop((0, 90, image.width, 230))
    each = apart.resize((apart.width, 1), Image.Resampling.BOX).tobytes()
    return mean(each[column] for column in columns)


@pytest.mark.parametrize("box", [(180, 110, 300, 210), (0, 110, 120, 210), (360, 110, 480, 210)])
def test_it_is_as_light_as_what_is_around_it(box: tuple[int, int, int, int]) -> None:
    image = gradient(SIZE)
    new = mirror(holed(image, box), rectangle_mask(SIZE, box), box)
    assert new
    reach = 30 if 0 < box[0] < box[2] < SIZE[0] else 60
    assert changed(image.crop(box), new, Image.new("L", new.size, 255)) < reach


@pytest.mark.parametrize("box", [(100, 0, 400, 320), (0, 0, 300, 100), (0, 10, 480, 60)])
def test_more_than_is_beside_a_hole_is_not_made_up(box: tuple[int, int, int, int]) -> None:
    assert mirror(grainy(SIZE), rectangle_mask(SIZE, box), box) is None


@given(
    size=st.tuples(st.integers(2, 60), st.integers(1, 60)),
    left=st.integers(0, 60),
    width=st.integers(1, 30),
    top=st.integers(0, 60),
)
@settings(max_examples=80, deadline=None)
def test_a_hole_of_any_size_is_filled_if_there_is_as_much_beside_it(
    size: Size, left: int, width: int, top: int
) -> None:
    width = min(width, size[0] // 2)
    left, top = min(left, size[0] - width), min(top, size[1] - 1)
    box = (left, top, left + width, size[1])
    new = mirror(Image.new("RGB", size, "tomato"), rectangle_mask(size, box), box)
    assert new
    assert new.size == (width, size[1] - top)
    assert new.getpixel((0, 0)) == (255, 99, 71)
