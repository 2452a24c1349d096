import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.editing.backprojection import find_things
from tests.pictures import rectangle_mask

SIZE = (320, 240)
BOX = (60, 40, 260, 200)
MASK = rectangle_mask(SIZE, BOX)
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


def found(image: Image.Image, mask: Image.Image = MASK) -> Image.Image:
    box = mask.getbbox()
    assert box
    return find_things(image, mask, box, box)


def disc(centre: tuple[int, int], radius: int) -> Image.Image:
    area, (x, y) = Image.new("L", SIZE), centre
    box = (x - radius, y - radius, x + radius, y + radius)
    ImageDraw.Draw(area).ellipse(box, fill=255)
    return area


def filled_with(ground: str | tuple[int, ...], thing: str, where: Image.Image) -> Image.Image:
    image = Image.new("RGB", SIZE, ground)
    image.paste(thing, (0, 0), where)
    return image


@given(ground=COLOURS)
@settings(max_examples=20, deadline=None)
def test_plain_ground_has_no_things_on_it(ground: tuple[int, int, int]) -> None:
    assert found(Image.new("RGB", SIZE, ground)).getbbox() is None


@given(x=st.integers(100, 220), y=st.integers(80, 160), radius=st.integers(24, 36))
@settings(max_examples=30, deadline=None)
def test_what_stands_in_the_mask_alone_is_found_with_its_rim(x: int, y: int, radius: int) -> None:
    where = disc((x, y), radius)
    standing = found(filled_with("seagreen", "orange", where))
    assert ImageChops.subtract(where, standing).getbbox() is None
    assert standing.histogram()[255] < 2 * where.histogram()[255]


def test_what_goes_on_outside_the_mask_is_ground() -> None:
    path = rectangle_mask(SIZE, (0, 90, 320, 130))
    assert found(filled_with("seagreen", "orange", path)).getbbox() is None


def test_a_speck_is_no_thing() -> None:
    assert found(filled_with("seagreen", "orange", disc((160, 120), 3))).getbbox() is None


def test_things_end_where_the_mask_does() -> None:
    standing = found(filled_with("seagreen", "orange", disc((92, 120), 36)))
    assert standing.getbbox()
    assert ImageChops.subtract(standing, MASK).getbbox() is None


@pytest.mark.parametrize(("left", "found_there"), [(70, False), (95, False), (140, True)])
def test_only_what_is_in_the_way_is_found(left: int, found_there: bool) -> None:
    image = filled_with("seagreen", "orange", disc((160, 120), 30))
    standing = find_things(image, MASK, BOX, (left, 50, left + 40, 190))
    assert (standing.getbbox() is not None) == found_there


@pytest.mark.parametrize(
    "image",
    [filled_with("seagreen", "orange", MASK), filled_with("white", "black", disc((160, 120), 76))],
)
def test_where_hardly_any_ground_is_in_the_mask_all_of_it_is_a_thing(image: Image.Image) -> None:
    assert found(image) == MASK


def test_where_nothing_is_around_the_mask_all_of_it_is_a_thing() -> None:
    everything = Image.new("L", SIZE, 255)
    assert found(Image.new("RGB", SIZE, "seagreen"), everything) == everything


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (200, 2)])
def test_the_smallest_pictures_will_do(size: tuple[int, int]) -> None:
    image, mask = Image.new("RGB", size), Image.new("L", size)
    mask.putpixel((0, 0), 255)
    standing = find_things(image, mask, (0, 0, 1, 1), (0, 0, 1, 1))
    assert standing.size == size
    assert ImageChops.subtract(standing, mask).getbbox() is None
