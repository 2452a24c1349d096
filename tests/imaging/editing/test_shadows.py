from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagen_fake.imaging.editing.shadows import removable_mask, shadow_mask
from imagen_fake.imaging.poster.captions import typeset
from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.imaging.vision.cutout import foreground_mask
from tests.pictures import Size
from tests.sweep import sweep

SIZES = [(160, 160), (640, 480), (300, 500)]
GROUNDS = ["#e8e8e4", "#c8a878", "#5a7a3a", "#7890b0"]
BLACK = (8, 8, 16)

Scene = tuple[Image.Image, Image.Image, Image.Image]  # the picture, its thing, how dark its shadow


def scene(size: Size, ground: str, darkness: int, aside: int = 10) -> Scene:
    """A box that stands on plain ground and casts a soft shadow, `aside` per cent to the right."""
    width, height = size
    side = min(size) * 30 // 100
    left, foot = (width - side) // 2, height * 70 // 100
    dark, thing = Image.new("L", size), Image.new("L", size)
    across = side * aside // 100
    box = (left + across, foot - side // 7, left + side + 2 * across, foot + side // 7)
    ImageDraw.Draw(dark).ellipse(box, darkness)
    dark = dark.filter(ImageFilter.BoxBlur(side // 20))
    thing.paste(255, (left, foot - side, left + side, foot))
    image = Image.new("RGB", size, ground)
    image.paste(BLACK, (0, 0), dark)
    image.paste("#b03020", (0, 0), thing)
    return image, thing, ImageChops.subtract(dark, thing)


def count(mask: Image.Image) -> int:
    return mask.histogram()[255]


def at_least(levels: Image.Image, level: int) -> Image.Image:
    return levels.point([255 * (value >= level) for value in range(256)])


def widened(mask: Image.Image, pixels: int) -> Image.Image:
    """A mask and all that is so near to it, as by MaxFilter, whose time grows with the square."""
    for radius in ((pixels, 0), (0, pixels)):
        mask = mask.filter(ImageFilter.BoxBlur(radius)).point([0, *[255] * 255])
    return mask


@given(
    size=st.sampled_from(SIZES),
    ground=st.sampled_from(GROUNDS),
    darkness=st.integers(60, 150),
    aside=st.integers(0, 35),
)
@settings(max_examples=60, deadline=None)
def test_the_shadow_of_a_thing_is_found(size: Size, ground: str, darkness: int, aside: int) -> None:
    image, thing, dark = scene(size, ground, darkness, aside)
    found = shadow_mask(image, thing)
    assert (found.mode, found.size) == ("L", size)
    core = at_least(dark, darkness * 2 // 3)
    assert count(ImageChops.darker(found, core)) >= 0.95 * count(core)
    near = widened(at_least(dark, 1), max(size) // 48)
    assert count(ImageChops.subtract(ImageChops.subtract(found, near), thing)) == 0


@sweep("ground", GROUNDS)
@sweep("size", SIZES)
def test_what_casts_no_shadow_has_none(size: Size, ground: str) -> None:
    image, thing, _ = scene(size, ground, 0)
    assert shadow_mask(image, thing).getbbox() is None


OTHERS: dict[str, dict[str, Any]] = {
    "another_hue": {"place": (104, 104, 130, 116), "colour": "#305a90"},
    "apart": {"place": (122, 104, 145, 116), "colour": "#8a7454"},
    "above": {"place": (104, 66, 130, 80), "colour": "#8a7454"},
    "lighter": {"place": (104, 104, 130, 116), "colour": "#f0d8b0"},
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_no_darker_ground_at_the_foot_is_no_shadow(other: str) -> None:
    image, thing, _ = scene((160, 160), "#c8a878", 0)
    image.paste(OTHERS[other]["colour"], OTHERS[other]["place"])
    assert shadow_mask(image, thing).getbbox() is None


@given(size=st.tuples(st.integers(1, 70), st.integers(1, 70)), whole=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_picture_of_any_size_may_be_looked_at(size: Size, whole: bool) -> None:
    image, thing, _ = scene(size, "#c8a878", 100)
    found = shadow_mask(image, Image.new("L", size, 255) if whole else thing)
    assert found.size == size
    assert not (whole and found.getbbox())


PROMPTS = st.sampled_from(["a dog", "two cats on a table", "a red apple", "a mountain lake"])
PAGES = st.sampled_from([(300, 300), (640, 480), (768, 1408)])


@given(PROMPTS, PAGES, st.integers(0, 255))
@settings(deadline=None, max_examples=20)
def test_the_foreground_goes_and_the_caption_stays(
    prompt: str, size: tuple[int, int], seed: int
) -> None:
    picture = paint(Sketch(prompt, "label", size, bytes([seed]))).convert("RGB")
    mask = removable_mask(picture)
    assert ImageChops.subtract(foreground_mask(picture), mask).getbbox() is None
    caption = Image.new("L", size)
    caption.paste(255, (0, size[1] - typeset(prompt, "label", size).height, *size))
    assert ImageChops.darker(mask, caption).getbbox() is None
