import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.vision.banding import fill_bands
from tests.pictures import rectangle_mask

SIZE = (60, 200)


def parts(*boxes: tuple[int, int, int, int], size: tuple[int, int] = SIZE) -> Image.Image:
    mask = Image.new("L", size)
    for box in boxes:
        mask.paste(255, box)
    return mask


@pytest.mark.parametrize("scale", [1, 4])
def test_a_band_across_a_thing_is_filled(scale: int) -> None:
    cut = parts((0, 0, 60, 80), (0, 130, 60, 200))
    larger = cut.resize((60 * scale, 200 * scale), Image.Resampling.NEAREST)
    assert fill_bands(larger).getextrema() == (255, 255)


def test_what_is_printed_on_the_band_does_not_keep_it_open() -> None:
    cut = parts((0, 0, 60, 80), (25, 95, 35, 115), (0, 130, 60, 200))
    assert fill_bands(cut).getextrema() == (255, 255)


def test_a_band_is_as_broad_as_what_is_above_and_below_it() -> None:
    cut = parts((0, 0, 40, 80), (10, 100, 60, 200))
    assert ImageChops.difference(cut, fill_bands(cut)).getbbox() == (10, 80, 40, 100)


@pytest.mark.parametrize(
    "boxes",
    [
        [(0, 0, 60, 80), (28, 80, 32, 190), (0, 190, 60, 200)],  # a glass: one part, with a stem
        [(0, 0, 60, 50), (0, 150, 60, 200)],  # too far apart
        [(0, 0, 25, 200), (35, 0, 60, 200)],  # side by side
        [(0, 0, 60, 150), (20, 180, 30, 200)],  # something small below
        [(0, 0, 25, 90), (35, 110, 60, 200)],  # not above one another
    ],
)
def test_other_gaps_stay_open(boxes: list[tuple[int, int, int, int]]) -> None:
    cut = parts(*boxes)
    assert fill_bands(cut).tobytes() == cut.tobytes()


@given(st.tuples(st.integers(1, 300), st.integers(1, 300)), st.data())
@settings(max_examples=40, deadline=None)
def test_nothing_is_taken_from_a_mask(size: tuple[int, int], data: st.DataObject) -> None:
    edges = st.tuples(*(st.integers(0, side) for side in (*size, *size)))
    mask = Image.new("L", size)
    for left, top, right, bottom in data.draw(st.lists(edges, max_size=4)):
        if left < right and top < bottom:
            mask = ImageChops.lighter(mask, rectangle_mask(size, (left, top, right, bottom)))
    after = fill_bands(mask)
    assert after.size == mask.size
    assert ImageChops.subtract(mask, after).getbbox() is None
