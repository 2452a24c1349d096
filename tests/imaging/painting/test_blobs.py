from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.painting.blobs import blob_mask, blobs
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
