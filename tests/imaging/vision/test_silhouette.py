import io
from collections.abc import Callable
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagen_fake.imaging.editing.filling import fill_masked
from imagen_fake.imaging.editing.retouch import swap_background
from imagen_fake.imaging.files.spread import embed_spread
from imagen_fake.imaging.files.watermark import add_watermark
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.treatment import TREATMENTS
from imagen_fake.imaging.poster.scene import Sketch, compose, paint, paint_composition
from imagen_fake.imaging.vision.cutout import foreground_mask
from imagen_fake.imaging.vision.silhouette import silhouette
from tests.pictures import file_of
from tests.sweep import sweep

SIZE = (896, 768)
FOOT = 600  # rows of the scene that no caption reaches
PLACES = ("hills", "city in winter", "beach at sunset", "forest", "meadow", "mountains")
THINGS = [
    "dog", "cat", "rabbit", "horse", "cow", "pig", "elephant", "penguin", "duck", "owl",
    "butterfly", "airplane", "fish", "car", "bus", "bicycle", "tractor", "man", "woman", "robot",
    "ninja", "tulip", "tree", "cactus", "pizza", "cake", "coffee", "chair", "castle", "lighthouse",
]  # fmt: skip
STYLED = [
    (thing, style)
    for number, thing in enumerate(THINGS)
    for style in [*TREATMENTS][number % 2 :: 2]
]
"""Every thing in half the styles, and half the things in every style."""


@lru_cache(maxsize=16)  # each has two megabytes
def drawn(thing: str, style: str, *, red: bool = True, captioned: bool = True) -> Image.Image:
    """A poster of a thing, red or in a colour of its own; all else in both is the same.

    Whatever is free in a picture follows from the entropy and the prompt, one after the other.
    """
    place = PLACES[(THINGS.index(thing) + len(style)) % len(PLACES)]
    words, entropy = f"{thing} on the {place}", bytes(32)
    words, entropy = (f"red {words}", entropy) if red else (words, entropy + b"red ")
    return paint(Sketch(words, "label", SIZE, entropy, style, captioned)).convert("RGB")


def scene(image: Image.Image) -> Image.Image:
    return image.crop((0, 0, SIZE[0], FOOT))


def differs(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where two pictures differ, in the scene: L, 255 there."""
    bands = ImageChops.difference(scene(one), scene(other)).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point([0, *[255] * 255])


def thing_in(thing: str, style: str) -> Image.Image:
    """Where a poster shows its thing: all that is of another colour in its other copy."""
    return differs(drawn(thing, style), drawn(thing, style, red=False))


def wider(mask: Image.Image, pixels: int) -> Image.Image:
    return mask.filter(ImageFilter.BoxBlur(pixels)).point([0, *[255] * 255])


def inner(mask: Image.Image) -> Image.Image:
    return mask.filter(ImageFilter.MinFilter(3))


def around(mask: Image.Image) -> Image.Image:
    """What lies outside the outline of a mask, but for the width of a contour."""
    small = wider(mask, 8).reduce(8).point([0, *[255] * 255])
    wide = Image.new("L", (small.width + 2, small.height + 2))
    wide.paste(small, (1, 1))
    ImageDraw.floodfill(wide, (0, 0), 128)
    outside = wide.crop((1, 1, small.width + 1, small.height + 1))
    return outside.resize(mask.size, Image.Resampling.NEAREST).point(
        [255 * (level == 128) for level in range(256)]
    )


def share(part: Image.Image, whole: Image.Image) -> float:
    """How much of one mask another one covers."""
    return ImageChops.darker(part, whole).histogram()[255] / whole.histogram()[255]


def swapped(base: Image.Image) -> Image.Image:
    asked = Sketch("underwater, neon", "label", base.size, bytes(range(32)))
    return swap_background(base, ImageChops.invert(foreground_mask(base)), asked)


@pytest.mark.parametrize(("thing", "style"), STYLED)
def test_a_thing_keeps_its_pixels_before_another_background(thing: str, style: str) -> None:
    base, where = drawn(thing, style), thing_in(thing, style)
    changed = differs(base, swapped(base))
    kept = ImageChops.invert(changed)
    assert share(kept, inner(where)) >= 0.99
    assert share(kept, around(where)) <= 0.01


@sweep("style", TREATMENTS)
@sweep("thing", ["dog", "airplane", "man"])
def test_a_thing_is_found_in_a_picture_without_a_caption(thing: str, style: str) -> None:
    base = drawn(thing, style, captioned=False)
    bands = ImageChops.difference(base, drawn(thing, style, red=False, captioned=False)).split()
    apart = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    where = apart.point([255 * (level > 4) for level in range(256)])
    found = silhouette(reopened(base, quality=90))
    assert found
    assert share(found, inner(where)) >= 0.99
    assert share(found, around(where)) == 0


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "jpeg": lambda image: reopened(image, quality=80),
    "marked": add_watermark,
    "marked_jpeg": lambda image: reopened(add_watermark(image), quality=90),
    "twice": lambda image: larger(image, 2),
    "four_times_jpeg": lambda image: reopened(larger(image, 4), quality=90),
}


def reopened(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(file_of(image, "JPEG", quality=quality))).convert("RGB")


def larger(image: Image.Image, times: int) -> Image.Image:
    size = (image.width * times, image.height * times)
    return image.resize(size, Image.Resampling.BICUBIC)


@sweep("copy", COPIES)
@sweep("thing", ["dog", "airplane"])
def test_a_thing_is_found_in_a_copy(copy: str, thing: str) -> None:
    image = COPIES[copy](drawn(thing, "photograph"))
    found = silhouette(image)
    assert found
    assert (found.mode, found.size) == ("L", image.size)
    where = thing_in(thing, "photograph")
    shown = scene(found.resize(SIZE, Image.Resampling.NEAREST))
    assert share(shown, inner(where)) >= 0.99
    assert share(shown, around(where)) == 0


def posed(prompt: str, percent: int) -> Image.Image:
    """A picture without a caption, drawn with shadows that are so dark: with none for 0."""
    asked = Sketch(prompt, "label", SIZE, bytes(32), captioned=False)
    composition = compose(asked)
    page = Page(SIZE, SIZE[1], composition.scheme, composition.dice)
    page.wash_percent = percent
    paint_composition(page, composition)
    return embed_spread(page.to_image(), prompt, page.figures).convert("RGB")


@sweep("thing", ["two dogs", *THINGS])
def test_the_shadow_of_a_thing_is_known(thing: str) -> None:
    place = PLACES[len(thing) % len(PLACES)]
    image, bare = (posed(f"{thing} on the {place}", percent) for percent in (20, 0))
    bands = ImageChops.difference(image, bare).split()
    cast = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    shadow = cast.point([255 * (level > 4) for level in range(256)])  # less is the imprint
    alone, shadowed = silhouette(image), silhouette(image, with_shadows=True)
    assert alone
    assert shadowed
    assert ImageChops.subtract(shadow, shadowed).getbbox() is None
    assert ImageChops.subtract(alone, shadowed).getbbox() is None
    further = ImageChops.subtract(shadowed, alone)
    assert bool(further.getbbox()) == bool(shadow.getbbox())


def test_all_things_of_a_picture_are_found() -> None:
    image = paint(Sketch("three apples on a table", "label", SIZE, bytes(32))).convert("RGB")
    found = silhouette(image)
    assert found
    columns = found.resize((SIZE[0], 1), Image.Resampling.BOX).point([0, *[1] * 255]).tobytes()
    assert columns.strip(b"\0").count(b"\0\1") == 2


OTHERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "cropped": lambda image: image.crop((9, 9, 800, 700)),
    "turned": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "without_caption": lambda image: image.crop((0, 0, SIZE[0], FOOT)),
}


@pytest.mark.parametrize("change", OTHERS)
def test_nothing_is_known_of_a_picture_that_was_changed(change: str) -> None:
    assert silhouette(OTHERS[change](drawn("dog", "photograph"))) is None


@pytest.mark.parametrize("change", OTHERS)
def test_the_foreground_of_a_changed_picture_is_found_in_its_pixels(change: str) -> None:
    image = OTHERS[change](drawn("dog", "photograph"))
    mask = foreground_mask(image)
    assert mask.size == image.size
    assert mask.getbbox()


@sweep("style", TREATMENTS)
@sweep("thing", ["dog", "owl", "man", "cake"])
def test_a_thing_that_was_removed_is_not_found(thing: str, style: str) -> None:
    base, where = drawn(thing, style), Image.new("L", SIZE)
    where.paste(wider(thing_in(thing, style), 10))
    assert silhouette(fill_masked(base, where)) is None


@pytest.mark.parametrize("prompt", ["hills at sunset", "serendipity", "an empty room"])
def test_a_picture_of_no_thing_has_an_empty_silhouette(prompt: str) -> None:
    found = silhouette(paint(Sketch(prompt, "label", SIZE, bytes(32))).convert("RGB"))
    assert found
    assert (found.size, found.getbbox()) == (SIZE, None)


@pytest.mark.parametrize("prompt", ["", "three cats " * 80])
def test_a_picture_that_says_too_little_has_no_silhouette(prompt: str) -> None:
    image = paint(Sketch(prompt, "label", (512, 512), bytes(32))).convert("RGB")
    assert silhouette(image) is None


@given(
    st.sampled_from(["a dog", "an owl", "a red car", "three apples", "a man", "a cake"]),
    st.sampled_from([(1024, 1024), (896, 1280), (1408, 768), (768, 1408)]),
    st.integers(40, 240),
    st.sampled_from([None, 95, 85]),
)
@settings(deadline=None, max_examples=15)
def test_a_thing_is_found_in_a_picture_resized_by_any_factor(
    prompt: str, size: tuple[int, int], per_cent: int, quality: int | None
) -> None:
    base = paint(Sketch(prompt, "label", size, bytes(32))).convert("RGB")
    smaller = (size[0] * per_cent // 100, size[1] * per_cent // 100)
    copy = base.resize(smaller, Image.Resampling.BICUBIC)
    found = silhouette(reopened(copy, quality) if quality and per_cent >= 75 else copy)
    known = silhouette(base)
    assert found
    assert known
    assert found.size == smaller
    expected = known.resize(smaller, Image.Resampling.BOX).point([0] * 128 + [255] * 128)
    both = ImageChops.darker(found, expected).histogram()[255]
    assert both >= 0.95 * ImageChops.lighter(found, expected).histogram()[255]
