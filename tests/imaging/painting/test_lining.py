import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.painting.lining import find_lining, widen
from tests.pictures import rectangle_mask

WHOLE, BARE = 255, 0
SIDE = 60


def ring(*, gap: bool) -> Image.Image:
    """A ring from edge to edge, with a dot in it; perhaps with a gap at the top."""
    image = Image.new("L", (SIDE, SIDE))
    draw = ImageDraw.Draw(image)
    draw.ellipse((0, 0, SIDE - 1, SIDE - 1), fill=WHOLE)
    draw.ellipse((10, 10, 49, 49), fill=BARE)
    draw.ellipse((26, 26, 33, 33), fill=WHOLE)
    if gap:
        draw.rectangle((28, 0, 31, 20), fill=BARE)
    return image


def test_what_is_enclosed_is_lined_and_what_lies_in_it_is_not() -> None:
    holes = find_lining(ring(gap=False)).holes
    assert [bool(holes.getpixel(at)) for at in ((15, 30), (30, 30), (5, 30), (0, 0))] == [
        True, False, False, False,
    ]  # fmt: skip


def test_what_is_open_to_the_outside_is_not_lined() -> None:
    assert find_lining(ring(gap=True)).holes.getbbox() is None


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (3, 3)])
def test_an_icon_of_few_pixels_has_a_lining_of_its_size(size: tuple[int, int]) -> None:
    lined = find_lining(Image.new("L", size, WHOLE))
    assert (lined.holes.size, lined.brim.size) == (size, size)
    assert lined.holes.getbbox() is None


def test_the_brim_is_where_the_icon_half_covers_beside_a_hole() -> None:
    soft = ring(gap=False).resize((90, 90), Image.Resampling.BILINEAR)
    lined = find_lining(soft)
    brim = lined.brim.convert("L")
    levels = {level for level, on in zip(soft.tobytes(), brim.tobytes(), strict=True) if on}
    assert levels
    assert 0 not in levels
    assert WHOLE not in levels
    assert ImageChops.darker(brim, lined.holes.convert("L")).getbbox() is None
    assert brim.getpixel((0, 30)) == 0


PLACES = st.tuples(*[st.integers(-5, 45)] * 4).filter(
    lambda box: box[0] < box[2] and box[1] < box[3]
)


@given(PLACES, st.tuples(st.integers(1, 40), st.integers(1, 40)), st.integers(1, 4))
def test_a_mask_is_widened_as_by_a_maximum_filter(
    box: Box, size: tuple[int, int], reach: int
) -> None:
    mask = rectangle_mask(size, box)
    expected = mask.filter(ImageFilter.MaxFilter(2 * reach + 1))
    assert widen(mask, reach).tobytes() == expected.tobytes()
