import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.vision.masks import binarize, column_boxes, dilate, is_cut_out
from tests.pictures import file_of, gradient, rectangle_mask
from tests.sweep import sweep

BOXES = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40), st.integers(1, 40))


def covers(larger: Image.Image, smaller: Image.Image) -> bool:
    return ImageChops.subtract(smaller, larger).getbbox() is None


def dot(size: tuple[int, int], at: tuple[int, int]) -> Image.Image:
    return rectangle_mask(size, (*at, at[0] + 1, at[1] + 1))


@pytest.mark.parametrize("levels", [(0, 1), (0, 255), (0, 40), (100, 200)])
def test_what_is_lightest_is_set(levels: tuple[int, int]) -> None:
    picture = Image.new("L", (8, 8), levels[0])
    picture.paste(levels[1], (2, 2, 5, 6))
    expected = rectangle_mask((8, 8), (2, 2, 5, 6))
    if levels[0] * 2 >= levels[1]:
        expected = Image.new("L", (8, 8), 255)
    assert binarize(picture).tobytes() == expected.tobytes()


def test_black_sets_nothing_and_white_everything() -> None:
    assert binarize(Image.new("RGB", (4, 4))).getbbox() is None
    assert binarize(Image.new("RGB", (4, 4), "white")).getextrema() == (255, 255)


def test_a_mask_survives_jpeg() -> None:
    mask = rectangle_mask((64, 64), (13, 10, 40, 50))
    file = file_of(mask, "JPEG", quality=75)
    read = binarize(Image.open(io.BytesIO(file)))
    difference = ImageChops.difference(read, mask).histogram()[255]
    assert difference <= 10


@given(BOXES, st.integers(1, 30))
def test_a_box_grows_by_exactly_its_share_of_the_width(
    box: tuple[int, int, int, int], reach: int
) -> None:
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    grown = dilate(rectangle_mask((100, 90), (left, top, right, bottom)), reach / 100)
    larger = (left - reach, top - reach, right + reach, bottom + reach)
    assert grown.tobytes() == rectangle_mask((100, 90), larger).tobytes()


@given(st.integers(101, 400))
@settings(deadline=None, max_examples=20)
def test_a_dot_grows_far(reach: int) -> None:
    grown = dilate(dot((1000, 900), (500, 450)), reach / 1000)
    far = (500 - reach, 450 - reach, 501 + reach, 451 + reach)
    assert grown.tobytes() == rectangle_mask((1000, 900), far).tobytes()


@given(BOXES, st.floats(0, 1), st.floats(0, 1))
@settings(deadline=None)
def test_more_dilation_never_covers_less(
    box: tuple[int, int, int, int], one: float, other: float
) -> None:
    left, top, width, height = box
    mask = rectangle_mask((81, 50), (left, top, left + width, top + height))
    less, more = (dilate(mask, share) for share in sorted((one, other)))
    assert covers(less, mask)
    assert covers(more, less)


@given(st.binary(min_size=48, max_size=48), st.integers(1, 8))
@settings(deadline=None)
def test_every_pixel_grows_to_a_square_and_holes_close(levels: bytes, reach: int) -> None:
    spots = Image.frombytes("L", (8, 6), bytes(255 * (level > 230) for level in levels))
    mask = Image.new("L", (50, 40))
    mask.paste(spots.resize((50, 40), Image.Resampling.NEAREST))
    grown = Image.new("L", mask.size)
    for right in range(-reach, reach + 1):
        for down in range(-reach, reach + 1):
            grown.paste(mask, (right, down), mask)
    assert dilate(mask, reach / 50).tobytes() == grown.tobytes()


@pytest.mark.parametrize("size", [(400, 3), (3, 400)])
def test_a_ragged_mask_grows_beyond_a_narrow_picture(size: tuple[int, int]) -> None:
    mask = dot(size, (0, 0))
    mask.putpixel((2, 2), 255)
    assert dilate(mask, 1).getbbox() == (0, 0, min(size[0], 403), min(size[1], 6))


def test_a_share_is_of_the_width() -> None:
    wide = dilate(dot((200, 50), (100, 25)), 0.05)
    assert wide.getbbox() == (90, 15, 111, 36)


@pytest.mark.parametrize("share", [0, 0.004])
def test_less_than_half_a_pixel_changes_nothing(share: float) -> None:
    mask = rectangle_mask((100, 40), (3, 3, 20, 20))
    assert dilate(mask, share).tobytes() == mask.tobytes()


def test_nothing_grows_to_nothing() -> None:
    assert dilate(Image.new("L", (30, 30)), 1).getbbox() is None


@given(st.lists(st.tuples(*[st.integers(1, 20)] * 4), min_size=1, max_size=6))
def test_what_lies_side_by_side_is_parted_by_bare_columns(parts: list[Box]) -> None:
    mask, boxes, left = Image.new("L", (300, 50)), list[Box](), 0
    for gap, width, top, height in parts:
        boxes.append((left + gap, top, left + gap + width, top + height))
        mask.paste(255, boxes[-1])
        left = boxes[-1][2]
    assert column_boxes(mask) == boxes


def test_nothing_lies_side_by_side_in_an_empty_mask() -> None:
    assert column_boxes(Image.new("L", (30, 20))) == []


SIZE = (96, 600)
HOLE = (30, 300, 70, 500)
BASE = gradient(SIZE)


def canvas(colour: Any, hole: Any = (0, 0, 0, 0), mode: str = "RGBA") -> Image.Image:
    """One colour with a hole in the middle."""
    image = Image.new(mode, SIZE, colour)
    image.paste(hole, HOLE)
    return image


def cut(image: Image.Image, shape: tuple[int, int, int, int] = HOLE) -> Image.Image:
    """A picture with a hole."""
    made = image.convert("RGBA")
    made.paste((0, 0, 0, 0), shape)
    return made


def as_jpeg(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(file_of(image, "JPEG", quality=90)))


def in_a_palette() -> Image.Image:
    image = Image.new("P", SIZE, 0)
    image.putpalette([0, 0, 0, 9, 9, 9])
    image.paste(1, HOLE)
    image.info["transparency"] = 1
    return image


def dotted() -> Image.Image:
    image = canvas("black")
    image.putpixel((5, SIZE[1] - 1), (255, 255, 255, 255))
    return image


def soft() -> Image.Image:
    image = canvas("black")
    ImageDraw.Draw(image).rectangle((25, 290, 75, 299), fill=(255, 255, 255, 90))
    return image


MEANT = {
    "black": canvas("black"),
    "dark grey": canvas((60, 60, 60, 255)),
    "white in the hole": canvas("black", (255, 255, 255, 0)),
    "grey and opacity": canvas((0, 255), (255, 0), "LA"),
    "a palette": in_a_palette(),
    "a soft edge": soft(),
    "the picture": cut(BASE),
    "the picture as JPEG": cut(as_jpeg(BASE)),
    "a hole at one side": cut(BASE, (0, 200, 40, 300)),
}
NOT_MEANT = {
    "a white brush": canvas((0, 0, 0, 0), "white"),
    "a black brush": canvas((0, 0, 0, 0), "black"),
    "white around a hole": canvas("white"),
    "no hole": canvas("black", "black"),
    "a half clear hole": canvas("black", (0, 0, 0, 9)),
    "a white dot in the last row": dotted(),
    "another picture": cut(BASE.transpose(Image.Transpose.FLIP_TOP_BOTTOM)),
    "the picture in another size": cut(BASE).resize((48, 300)),
    "a clear corner": cut(canvas("black"), (0, 0, 40, 40)),
}


@sweep("name", MEANT)
def test_a_dark_canvas_or_the_picture_with_a_hole_is_cut_out(name: str) -> None:
    assert is_cut_out(MEANT[name], BASE)


@sweep("name", NOT_MEANT)
def test_another_drawing_is_not(name: str) -> None:
    assert not is_cut_out(NOT_MEANT[name], BASE)


@sweep("name", MEANT)
def test_nothing_is_done_to_the_drawing(name: str) -> None:
    before = MEANT[name].tobytes()
    is_cut_out(MEANT[name], BASE)
    assert MEANT[name].tobytes() == before
