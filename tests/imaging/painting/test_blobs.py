import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.painting.blobs import blob_mask, blobs, find_lining, widen
from tests.pictures import rectangle_mask

SIZE = (24, 18)


def drawn(rows: list[str]) -> Image.Image:
    data = bytes(255 * (cell == "#") for row in rows for cell in row)
    return Image.frombytes("L", (len(rows[0]), len(rows)), data)


def test_pixels_that_touch_at_their_sides_are_one() -> None:
    components = blobs(drawn(["##..#", ".#..#", ".####"]))
    assert [(blob.area, blob.box) for blob in components] == [(9, (0, 0, 5, 3))]


def test_pixels_that_touch_at_a_corner_are_two() -> None:
    components = blobs(drawn(["#..", ".##"]))
    assert [(blob.area, blob.box) for blob in components] == [(2, (1, 1, 3, 2)), (1, (0, 0, 1, 1))]


def test_a_comb_is_one_however_late_its_teeth_meet() -> None:
    assert len(blobs(drawn(["#.#.#.#", "#.#.#.#", "#######"]))) == 1


def test_two_arms_that_meet_twice_are_one() -> None:
    assert len(blobs(drawn(["#####", "#...#", "#####", "..#..", "#####"]))) == 1


@given(st.lists(st.tuples(*[st.integers(0, 18)] * 4), max_size=6))
def test_the_parts_make_up_the_mask(boxes: list[tuple[int, int, int, int]]) -> None:
    mask = Image.new("L", SIZE)
    for left, top, width, height in boxes:
        mask = ImageChops.lighter(
            mask, rectangle_mask(SIZE, (left, top, left + width, top + height))
        )
    components = blobs(mask)
    assert blob_mask(SIZE, components).tobytes() == mask.tobytes()
    assert sum(blob.area for blob in components) == mask.histogram()[255]
    assert [blob.area for blob in components] == sorted((b.area for b in components), reverse=True)


@given(st.lists(st.tuples(*[st.integers(0, 18)] * 4), max_size=6))
def test_no_part_touches_another(boxes: list[tuple[int, int, int, int]]) -> None:
    mask = Image.new("L", SIZE)
    for left, top, width, height in boxes:
        mask = ImageChops.lighter(
            mask, rectangle_mask(SIZE, (left, top, left + width, top + height))
        )
    owner = {
        (row, column): number
        for number, blob in enumerate(blobs(mask))
        for row, start, end in blob.runs
        for column in range(start, end)
    }
    for (row, column), number in owner.items():
        assert owner.get((row + 1, column), number) == number
        assert owner.get((row, column + 1), number) == number


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
