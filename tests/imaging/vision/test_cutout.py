import io
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from imagen_fake.imaging.poster.captions import typeset
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.background import GRID
from imagen_fake.imaging.vision.cutout import (
    _grid_box,
    background_mask,
    foreground_mask,
    otsu,
    subject_mask,
)
from tests.filling import single
from tests.pictures import file_of, gradient
from tests.sweep import sweep

SIDES = (96, 300, 1024)


def shapes(image: Image.Image, colour: str | int) -> Image.Image:
    """A bottle: an ellipse with a neck."""
    side = image.width
    draw = ImageDraw.Draw(image)
    draw.ellipse((side * 0.3, side * 0.3, side * 0.7, side * 0.8), fill=colour)
    draw.rectangle((side * 0.45, side * 0.15, side * 0.55, side * 0.35), fill=colour)
    return image


def ground(kind: str, side: int) -> Image.Image:
    if kind == "shaded":
        grey = (
            Image.linear_gradient("L")
            .resize((side, side))
            .point([140 + v // 3 for v in range(256)])
        )
        return Image.merge("RGB", (grey, grey, grey))
    if kind == "vignette":
        grey = (
            Image.radial_gradient("L")
            .resize((side, side))
            .point([240 - v // 4 for v in range(256)])
        )
        return Image.merge("RGB", (grey, grey, grey))
    return Image.new("RGB", (side, side), kind)


def overlap(one: Image.Image, other: Image.Image) -> float:
    shared = ImageChops.darker(one, other).histogram()[255]
    return shared / max(1, ImageChops.lighter(one, other).histogram()[255])


@sweep("side", SIDES)
@sweep("kind", ["white", "#c8c8c4", "#14161e", "shaded", "vignette"])
@sweep("colour", ["#be2832", "#283c96", "#ebe1aa"])
def test_a_thing_before_plain_or_shaded_ground_is_separated(
    side: int, kind: str, colour: str
) -> None:
    picture = shapes(ground(kind, side), colour)
    truth = shapes(Image.new("L", picture.size), 255)
    assert overlap(foreground_mask(picture), truth) >= 0.95


@pytest.mark.parametrize("quality", [75, 90])
def test_jpeg_and_grain_do_not_matter(quality: int) -> None:
    picture = shapes(ground("shaded", 400), "#be2832")
    noise = Image.effect_noise(picture.size, 12).convert("RGB")
    grainy = ImageChops.add(picture, noise, 1, -128)
    read = Image.open(io.BytesIO(file_of(grainy, "JPEG", quality=quality))).convert("RGB")
    truth = shapes(Image.new("L", picture.size), 255)
    assert overlap(foreground_mask(read), truth) >= 0.95


def test_a_thing_may_stand_on_the_lower_edge() -> None:
    picture, truth = Image.new("RGB", (400, 400), "#e6e6e4"), Image.new("L", (400, 400))
    for image, colour in ((picture, "#1e783c"), (truth, 255)):
        image.paste(colour, (120, 150, 300, 400))
    assert overlap(foreground_mask(picture), truth) >= 0.95


def test_a_small_hole_is_filled_and_a_large_one_is_not() -> None:
    picture = Image.new("RGB", (400, 400), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 60, 340, 340), fill="#2040a0")
    draw.ellipse((120, 120, 136, 136), fill="white")
    draw.ellipse((160, 160, 300, 300), fill="white")
    mask = foreground_mask(picture)
    assert (mask.getpixel((128, 128)), mask.getpixel((230, 230))) == (255, 0)


@pytest.mark.parametrize("colour", ["white", "black", "teal"])
def test_a_blank_picture_shows_nothing(colour: str) -> None:
    assert foreground_mask(Image.new("RGB", (120, 90), colour)).getbbox() is None


@pytest.mark.parametrize("prompt", ["a cat on a table", "a forest in autumn", "a busy street"])
def test_of_a_busy_picture_it_is_a_part(prompt: str) -> None:
    picture = paint(Sketch(prompt, "label", (512, 512), bytes(32))).convert("RGB")
    share = foreground_mask(picture).histogram()[255] / 512**2
    assert 0.02 < share < 0.75


SIZES = st.sampled_from([(1024, 1024), (896, 1280), (1408, 768), (512, 512)])
PLACES = st.sampled_from(
    ["sunset", "a mountain lake", "xyzzy", "test", "an empty room", "a city at night", "underwater"]
)


def above_caption(prompt: str, size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size)
    mask.paste(255, (0, 0, size[0], size[1] - typeset(prompt, "label", size).height))
    return mask


@given(PLACES | st.sampled_from(["a dog", "two cats on a table"]), SIZES, st.integers(0, 255))
@settings(deadline=None, max_examples=30)
def test_a_caption_is_in_no_mask(prompt: str, size: tuple[int, int], seed: int) -> None:
    picture = paint(Sketch(prompt, "label", size, bytes([seed]))).convert("RGB")
    caption = ImageChops.invert(above_caption(prompt, size))
    for found in (foreground_mask, background_mask, subject_mask):
        assert ImageChops.darker(found(picture), caption).getbbox() is None


@given(PLACES, st.sampled_from([(1024, 1024), (768, 1408)]), st.integers(0, 255))
@settings(deadline=None, max_examples=20)
def test_all_of_a_place_is_background_and_some_of_it_stands_out(
    prompt: str, size: tuple[int, int], seed: int
) -> None:
    picture = paint(Sketch(prompt, "label", size, bytes([seed]))).convert("RGB")
    assert background_mask(picture).tobytes() == above_caption(prompt, size).tobytes()
    assert subject_mask(picture).getbbox() is None
    assert 0.005 < foreground_mask(picture).histogram()[255] / (size[0] * size[1]) < 0.8


@given(st.sampled_from(["a dog", "a red car", "three apples on a table"]), st.integers(0, 255))
@settings(deadline=None, max_examples=10)
def test_what_stands_before_its_background_is_the_foreground(prompt: str, seed: int) -> None:
    picture = paint(Sketch(prompt, "label", (1024, 1024), bytes([seed]))).convert("RGB")
    both = ImageChops.lighter(foreground_mask(picture), background_mask(picture))
    assert both.tobytes() == above_caption(prompt, picture.size).tobytes()
    assert ImageChops.darker(foreground_mask(picture), background_mask(picture)).getbbox() is None


def test_of_a_patchwork_it_is_what_stands_out_around_the_middle() -> None:
    small = Image.effect_noise((12, 12), 200)
    patches = Image.merge("RGB", (small, small.transpose(Image.Transpose.ROTATE_90), small))
    mask = foreground_mask(patches.resize((360, 360), Image.Resampling.NEAREST))
    assert 0.05 < mask.histogram()[255] / 360**2 < 0.6


@given(st.tuples(st.integers(1, 90), st.integers(1, 90)))
@settings(deadline=None, max_examples=40)
def test_a_mask_has_the_size_of_its_picture_and_two_levels(size: tuple[int, int]) -> None:
    mask = foreground_mask(gradient(size))
    assert (mask.mode, mask.size) == ("L", size)
    assert set(mask.tobytes()) <= {0, 255}


def test_a_otsu_lies_between_two_heaps() -> None:
    histogram = [0] * 256
    histogram[5] = histogram[40] = 100
    assert 5 < otsu(histogram) <= 40


@given(st.integers(1, 9000), st.integers(0, 9000), st.integers(1, 9000), st.data())
def test_no_float_is_rounded_where_a_part_of_the_background_is_looked_up(
    side: int, start: int, length: int, data: st.DataObject
) -> None:
    start = min(start, side - 1)
    length = min(length, side - start)
    first, _, last, _ = _grid_box((start, 0, start + length, 1), (side, 1))
    assert (single(first), single(last)) == (first, last)  # as Pillow keeps a box
    assert last <= GRID
    step = (last - first) / length
    pixel = data.draw(st.integers(0, length - 1)) + Fraction(1, 2)
    exact = Fraction(first) + pixel * (Fraction(last) - Fraction(first)) / length
    assert first + float(pixel) * step == exact
