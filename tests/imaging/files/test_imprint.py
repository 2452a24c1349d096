import hashlib
import io
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from imagen_fake.imaging.files import imprint
from imagen_fake.imaging.files.imprint import STEP, Head, embed
from imagen_fake.imaging.files.message import ELLIPSIS
from imagen_fake.imaging.files.watermark import add_watermark
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import Colour, Inks, Scheme
from imagen_fake.imaging.poster import scene
from imagen_fake.imaging.poster.scene import Sketch
from tests.pictures import Size, file_of, gradient
from tests.sweep import sweep

LABEL = "imagen-4.0-generate-001 · sample 2 · seed 42"
SIZES = [(1024, 1024), (896, 1280), (1408, 768), (1000, 701)]
PROMPT = "A red apple on a table, ßüé"
Copy = Callable[[Image.Image], Image.Image]


@cache
def poster(size: Size = (1024, 1024), prompt: str = PROMPT) -> Image.Image:
    entropy = hashlib.sha256(str(size).encode()).digest()
    return scene.paint(Sketch(prompt, LABEL, size, entropy)).convert("RGB")


def larger(image: Image.Image, times: int = 2) -> Image.Image:
    size = (image.width * times, image.height * times)
    return image.resize(size, Image.Resampling.LANCZOS)


def plate(colour: Colour, size: Size = (640, 240)) -> Page:
    """A page that is nothing but a caption's plate."""
    page = Page(size, size[1], Scheme(*[colour] * 11), Dice(b""))
    page.fill((0, 0, *size), colour)
    return page


def reopened(image: Image.Image, kind: str = "PNG", **options: int) -> Image.Image:
    return Image.open(io.BytesIO(file_of(image, kind, **options)))


def jpeg(image: Image.Image) -> Image.Image:
    return reopened(image, "JPEG", quality=75)


def text_of(image: Image.Image) -> str | None:
    stamped = imprint.extract(image)
    return stamped.text if stamped else None


@pytest.mark.parametrize("size", SIZES)
def test_the_prompt_of_a_poster_is_read_from_its_pixels(size: Size) -> None:
    assert text_of(poster(size)) == PROMPT


COPIES: dict[str, Copy] = {
    "png": reopened,
    "jpeg": jpeg,
    "marked": add_watermark,
    "marked_jpeg": lambda image: jpeg(add_watermark(image)),
    "twice": larger,
    "thrice": lambda image: larger(image, 3),
    "jpeg_twice": lambda image: larger(jpeg(image)),
    "marked_jpeg_twice": lambda image: larger(jpeg(add_watermark(image))),
    "marked_twice_marked": lambda image: add_watermark(larger(add_watermark(image))),
    "twice_marked_jpeg": lambda image: jpeg(add_watermark(larger(image))),
    "grey": lambda image: image.convert("L"),
}


@sweep("size", [(1024, 1024), (1408, 768)])
@sweep("copy", COPIES)
def test_the_imprint_outlives_a_copy(copy: str, size: Size) -> None:
    assert text_of(COPIES[copy](poster(size))) == PROMPT


RESIZED: dict[str, Copy] = {
    "half": lambda image: image.resize((image.width // 2, image.height // 2)),
    "thumbnail": lambda image: image.resize((400, 400 * image.height // image.width)),
    "half_larger": lambda image: image.resize((image.width * 3 // 2, image.height * 3 // 2)),
    "marked_half_jpeg": lambda image: reopened(
        add_watermark(image).resize((image.width // 2, image.height // 2)), "JPEG", quality=90
    ),
}


@sweep("size", [(1024, 1024), (1408, 768)])
@sweep("copy", RESIZED)
def test_the_imprint_of_a_captioned_page_outlives_any_other_size(copy: str, size: Size) -> None:
    stamped = imprint.extract(RESIZED[copy](poster(size)))
    assert stamped
    assert (stamped.text, stamped.page) == (PROMPT, size)


@pytest.mark.parametrize("copy", [add_watermark, jpeg, lambda image: jpeg(add_watermark(image))])
def test_the_imprint_outlives_an_upscale_by_four(copy: Copy) -> None:
    assert text_of(larger(copy(poster((1024, 768))), 4)) == PROMPT


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_that_fits_is_read_again(text: str) -> None:
    page = plate((30, 40, 60))
    embed(page, text, (8, 80), (160, 240))
    assert text_of(jpeg(page.to_image().convert("RGB"))) == (text if text.strip() else None)


@pytest.mark.parametrize(
    "colour",
    [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 0, 255), (250, 250, 10), (16, 14, 34)],
)
def test_a_plate_of_any_colour_can_be_read(colour: Colour) -> None:
    page = plate(colour)
    embed(page, PROMPT, (0, 80), (160, 240))
    assert text_of(jpeg(add_watermark(page.to_image().convert("RGB")))) == PROMPT


def test_cells_keep_to_the_spans_and_to_two_close_inks() -> None:
    bare = plate((30, 40, 60)).to_image().convert("RGB")
    page = plate((30, 40, 60))
    embed(page, "word " * 300, (13, 43), (203, 240))
    difference = ImageChops.difference(bare, page.to_image().convert("RGB"))
    assert difference.getextrema() == ((0, STEP), (0, STEP), (0, STEP))
    rows = [y for y in range(240) if difference.crop((0, y, 640, y + 1)).getbbox()]
    assert {y // 8 for y in rows} == {2, 3, 4, 26, 27, 28, 29}


def test_a_text_that_does_not_fit_is_cut_off() -> None:
    read = text_of(poster((896, 1280), "a long tale " * 90))
    assert read
    assert ("a long tale " * 90).startswith(read.removesuffix(ELLIPSIS))
    assert read.endswith(ELLIPSIS)
    assert len(read) > 60


@pytest.mark.parametrize("size", [(8, 8), (64, 64), (200, 200), (255, 255)])
def test_a_small_poster_carries_nothing(size: Size) -> None:
    assert imprint.extract(poster(size)) is None


def test_a_page_without_ink_to_spare_stays_as_it_is() -> None:
    page = plate((30, 40, 60))
    for number in range(Inks.MOST - len(page.inks)):
        page.inks.append((number, 0, 0))
    before = page.image.copy()
    embed(page, PROMPT, (0, 80), (160, 240))
    assert ImageChops.difference(before, page.image).getbbox() is None


def unstamped() -> Iterator[Image.Image]:
    """Four hundred pictures: flat, sloped, noisy, blocky, and crops of stamped ones."""
    for number in range(100):
        shade = (number * 2, 255 - number, number * 7 % 256)
        size = (200 + number * 8, 160 + number % 7 * 40)
        noise = Dice(bytes([number]))
        cells = bytes(noise.between(100, 103) for _ in range(40 * 40))
        yield Image.new("RGB", size, shade)
        yield gradient(size)
        yield Image.frombytes("L", (40, 40), cells).resize((320, 320), Image.Resampling.NEAREST)
        yield poster().crop((number, number * 3, 1024 - number % 5, 1000 - number * 3))


def test_nothing_is_read_that_was_not_stamped() -> None:
    assert {imprint.extract(image) for image in unstamped()} == {None}


def test_one_cell_that_differs_spoils_it() -> None:
    image = poster().copy()
    foot = image.crop((0, 1016, 1024, 1024))
    cell = foot.crop((80, 0, 88, 8))
    (_, ink), *_ = cell.getcolors() or []
    (other,) = {colour for _, colour in foot.getcolors() or []} - {ink}
    image.paste(other, (80, 1016, 88, 1024))
    assert imprint.extract(image) is None


@given(st.booleans(), st.integers(0, 1023), st.integers(0, 31), st.integers(0, 255))
def test_a_head_is_parsed_as_it_was_written(
    packed: bool, length: int, lower: int, skipped: int
) -> None:
    head = Head(packed, length, lower, skipped)
    assert Head.from_bytes(head.to_bytes()) == head
