import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.editing.cutouts import Cutout
from imagen_fake.imaging.editing.garments import (
    dress,
    garment_box,
    has_legs,
    mean_width,
    row_widths,
    shoulders,
)
from imagen_fake.imaging.vision.cutout import foreground_mask
from tests.pictures import gradient, most_changed, person, product, rectangle_mask
from tests.sweep import sweep

RED = (201, 24, 60)
TURNS = 25


def garment(mask: Image.Image) -> Cutout:
    return Image.new("RGB", mask.size, RED), mask


def shirt() -> Cutout:
    return garment(Image.new("L", (60, 70), 255))


def trousers() -> Cutout:
    mask = Image.new("L", (60, 100), 255)
    mask.paste(0, (25, 30, 35, 100))
    return garment(mask)


@sweep("turn", range(TURNS))
def test_a_shirt_leaves_the_head_and_the_feet_alone(turn: int) -> None:
    _, top, _, bottom = garment_box(foreground_mask(person()), shirt(), turn)
    assert 240 * 0.2 < top < 240 * 0.32
    assert 240 * 0.5 < bottom < 240 * 0.8


@pytest.mark.parametrize("cut", [shirt(), trousers()])
def test_a_garment_covers_the_breadth_of_the_person(cut: Cutout) -> None:
    left, _, right, _ = garment_box(foreground_mask(person()), cut, 12)
    assert left < 180 * 0.33
    assert right > 180 * 0.67
    assert right - left < 180 * 0.34 * 2 + 1


def test_trousers_go_from_the_waist_to_the_feet() -> None:
    _, top, _, bottom = garment_box(foreground_mask(person()), trousers(), 12)
    assert 240 * 0.4 < top < 240 * 0.6
    assert abs(bottom - 240 * 0.95) < 6


def test_a_garment_keeps_its_ratio() -> None:
    left, top, right, bottom = garment_box(foreground_mask(person()), shirt(), 3)
    assert abs((bottom - top) * 60 - (right - left) * 70) <= 70


@pytest.mark.parametrize("cut", [shirt(), trousers()])
def test_a_person_is_kept_pixel_for_pixel_around_the_garment(cut: Cutout) -> None:
    before = gradient((180, 240))
    before.paste(person().crop((50, 20, 130, 230)), (50, 20))
    (after,) = dress(before, cut, [7])
    box = garment_box(foreground_mask(before), cut, 7)
    around = ImageChops.invert(rectangle_mask(before.size, box))
    assert most_changed(before, after, around) == 0
    assert most_changed(before, after, ImageChops.invert(around)) > 0


def test_every_turn_is_worn_elsewhere() -> None:
    who = foreground_mask(person((720, 960)))
    assert len({garment_box(who, shirt(), turn) for turn in range(TURNS)}) == TURNS


def test_trousers_are_told_by_their_legs() -> None:
    assert has_legs(trousers()[1])
    assert not has_legs(shirt()[1])


def test_the_breadths_of_a_mask_are_its_pixels_in_each_row() -> None:
    mask = Image.new("L", (200, 3))
    mask.paste(255, (0, 1, 50, 2))
    mask.paste(255, (100, 2, 200, 3))
    assert [round(breadth, -1) for breadth in row_widths(mask)] == [0, 50, 100]
    assert mean_width([0, 10, 20, 30], (50, 100)) == 25


def test_shoulders_begin_where_a_person_broadens_most() -> None:
    rows = [0] * 5 + [40] * 20 + [15] * 5 + [80] * 40 + [60] * 30
    assert shoulders(rows) == 29


@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.integers(0, 255),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_any_garment_goes_on_any_picture(
    who: tuple[int, int], what: tuple[int, int], turn: int, plain: bool
) -> None:
    picture = product(who) if plain else gradient(who)
    (after,) = dress(picture, garment(Image.new("L", what, 255)), [turn])
    assert after.size == who
