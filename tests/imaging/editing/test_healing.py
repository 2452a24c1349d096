from collections.abc import Iterable
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.editing.healing import heal, mirror
from tests.pictures import Size, changed, energy, gradient, grainy, rectangle_mask

SIZE = (240, 200)
BOX = (80, 60, 170, 150)


def test_a_slope_goes_through_a_hole() -> None:
    base = gradient(SIZE)
    new = heal(base, rectangle_mask(SIZE, BOX), BOX)
    assert changed(base.crop(BOX), new, Image.new("L", new.size, 255)) < 2


def test_a_thing_that_a_hole_cuts_off_does_not_reach_through_it() -> None:
    base = Image.new("RGB", SIZE, "white")
    base.paste("black", (40, 90, 80, 120))
    after = heal(base, rectangle_mask(SIZE, BOX), BOX).convert("L")
    row = after.crop((0, 45, after.width, 46)).tobytes()
    assert list(row) == sorted(row)
    assert row[after.width // 4] > 250


@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    box=st.tuples(*[st.integers(0, 40)] * 4),
    step=st.sampled_from([1, 2, 4]),
)
@settings(deadline=None, max_examples=60)
def test_what_fills_a_box_has_its_size(
    size: Size, box: tuple[int, int, int, int], step: int
) -> None:
    left, top = min(box[0], size[0] - 1), min(box[1], size[1] - 1)
    right, bottom = max(left + 1, min(box[2], size[0])), max(top + 1, min(box[3], size[1]))
    mask = rectangle_mask(size, (left, top, right, bottom))
    new = heal(gradient(size), mask, (left, top, right, bottom), step)
    assert (new.mode, new.size) == ("RGB", (right - left, bottom - top))


@pytest.mark.parametrize("margin", range(9))
@pytest.mark.parametrize("step", [1, 2, 4, 16])
def test_a_hole_of_any_shape_may_come_near_to_every_edge(margin: int, step: int) -> None:
    size = 96
    image = Image.new("RGB", (size, size), "tomato")
    mask = Image.new("L", image.size)
    last = size - 1 - margin
    ImageDraw.Draw(mask).ellipse((margin, margin, last, last), fill=255)
    box = mask.getbbox()
    assert box
    new = heal(image, mask, box, step)
    assert new.size == (box[2] - box[0], box[3] - box[1])
    assert new.getpixel((new.width // 2, new.height // 2)) == image.getpixel((0, 0))


WIDE = (480, 320)


def holed(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    after = image.copy()
    after.paste((255, 0, 255), box)
    return after


@given(seed=st.integers(0, 20), left=st.integers(90, 240), width=st.integers(40, 150))
@settings(max_examples=30, deadline=None)
def test_what_fills_a_hole_is_as_grainy_as_what_is_around_it(
    seed: int, left: int, width: int
) -> None:
    image, box = grainy(WIDE, seed), (left, 90, left + width, 230)
    new = mirror(holed(image, box), rectangle_mask(WIDE, box), box)
    assert new
    assert 0.8 < energy(new) / energy(image.crop(box)) < 1.15


@given(seed=st.integers(0, 20), left=st.integers(90, 240))
@settings(max_examples=30, deadline=None)
def test_no_step_is_seen_where_it_meets_its_sides(seed: int, left: int) -> None:
    image, box = grainy(WIDE, seed), (left, 90, left + 120, 230)
    new = mirror(holed(image, box), rectangle_mask(WIDE, box), box)
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
    image = gradient(WIDE)
    new = mirror(holed(image, box), rectangle_mask(WIDE, box), box)
    assert new
    reach = 30 if 0 < box[0] < box[2] < WIDE[0] else 60
    assert changed(image.crop(box), new, Image.new("L", new.size, 255)) < reach


@pytest.mark.parametrize("box", [(100, 0, 400, 320), (0, 0, 300, 100), (0, 10, 480, 60)])
def test_more_than_is_beside_a_hole_is_not_made_up(box: tuple[int, int, int, int]) -> None:
    assert mirror(grainy(WIDE), rectangle_mask(WIDE, box), box) is None


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
