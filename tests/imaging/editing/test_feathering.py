import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.editing.feathering import antialias, feather, spot_in, wider_side
from tests.pictures import rectangle_mask

SIZE = (200, 160)
BOX = (40, 40, 140, 120)


@given(
    box=st.tuples(
        st.integers(0, 90), st.integers(0, 90), st.integers(91, 150), st.integers(91, 99)
    ),
    reach=st.integers(1, 40),
)
@settings(max_examples=40, deadline=None)
def test_a_seam_lies_inside_the_mask(box: tuple[int, int, int, int], reach: int) -> None:
    mask = Image.new("L", (150, 99))
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    inner = mask.getbbox()
    assert inner
    area = mask.crop(inner)
    for soft in (feather(mask, inner, reach), antialias(mask, inner)):
        assert soft.size == area.size
        assert ImageChops.subtract(soft, area).getbbox() is None


@pytest.mark.parametrize("reach", [4, 20])
def test_a_feathered_edge_is_clear_outside_and_opaque_inside(reach: int) -> None:
    soft = feather(rectangle_mask(SIZE, BOX), BOX, reach)
    levels = list(soft.crop((0, 40, 50, 41)).tobytes())
    assert levels == sorted(levels)
    assert levels[0] < 255 // reach + 12
    assert levels[-1] == 255


def test_nothing_fades_at_the_edge_of_the_picture() -> None:
    everywhere = Image.new("L", SIZE, 255)
    assert feather(everywhere, (0, 0, *SIZE), 20).getextrema() == (255, 255)


def test_a_smoothed_edge_is_one_pixel_wide_and_never_clear() -> None:
    soft = antialias(rectangle_mask(SIZE, BOX), BOX)
    assert 128 <= soft.getextrema()[0] < 255  # type: ignore[operator]
    assert soft.crop((1, 1, 99, 79)).getextrema() == (255, 255)


def test_a_mask_that_fills_its_box_is_used_as_a_whole() -> None:
    assert spot_in(Image.new("L", (100, 60), 255)) == (0, 0, 100, 60)


@pytest.mark.parametrize("size", [(100, 60), (40, 41), (300, 700)])
def test_of_a_disc_the_spot_is_most_and_nothing_in_it_is_cut_off(size: tuple[int, int]) -> None:
    disc = Image.new("L", size)
    ImageDraw.Draw(disc).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    spot = spot_in(disc)
    assert disc.crop(spot).getextrema() == (255, 255)
    assert spot[2] - spot[0] >= size[0] * 2 // 3
    assert spot[3] - spot[1] >= size[1] * 2 // 3


def test_in_a_ragged_mask_the_spot_is_its_largest_square() -> None:
    corner = rectangle_mask((120, 120), (0, 0, 30, 120))
    corner.paste(255, (0, 60, 60, 120))
    left, top, right, bottom = spot_in(corner)
    assert corner.crop((left, top, right, bottom)).getextrema() == (255, 255)
    assert right - left >= 56


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (300, 2)])
def test_where_no_square_fits_the_spot_is_the_whole_box(size: tuple[int, int]) -> None:
    assert spot_in(Image.new("L", size)) == (0, 0, *size)


@pytest.mark.parametrize(
    ("kept", "middle"),
    [((0, 0, 100, 160), 150), ((100, 0, 200, 160), 50), ((60, 10, 180, 150), 30)],
)
def test_there_is_room_beside_what_is_kept(kept: tuple[int, int, int, int], middle: int) -> None:
    mask = Image.new("L", SIZE, 255)
    mask.paste(0, kept)
    assert wider_side(mask) == middle


@pytest.mark.parametrize("kept", [(10, 10, 190, 150), (0, 0, 0, 0)])
def test_there_is_no_side_unless_a_part_is_kept(
    kept: tuple[int, int, int, int],
) -> None:
    mask = Image.new("L", SIZE, 255)
    mask.paste(0, kept)
    assert wider_side(mask) is None
