import io
from collections.abc import Iterator
from functools import lru_cache
from hashlib import shake_128
from math import log10

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from imagen_fake.imaging.files.codec import encode
from imagen_fake.imaging.files.watermark import THRESHOLD, add_watermark, has_watermark, z_score
from tests.imaging.poster.test_scene import paint, sketch
from tests.sweep import sweep

Size = tuple[int, int]
SIZES = [(128, 128), (200, 333), (1024, 1024)]
SMALL = (128, 128)
PROMPTS = [
    "a red apple on a table",
    "a dog in the forest",
    "city at night",
    "sea and mountains",
    "abstract calm",
    "cat, watercolor",
    "a sketch of a house",
]
COLOURS = ["black", "white", "gray", "red", "#0000ff", "#fe01fe", "#020202", "#fdfdfd"]
KINDS = [*PROMPTS, *COLOURS, "grain", "gradient", "slopes"]
PNG_GROWTH = 1.4  # times, of a poster of 1024 x 1024


def noise(size: Size, seed: object) -> Image.Image:
    pixels = shake_128(repr(seed).encode()).digest(size[0] * size[1] * 3)
    return Image.frombytes("RGB", size, pixels)


def grain(size: Size, seed: object) -> Image.Image:
    """Return grey with noise of 17 levels' deviation."""
    return Image.blend(Image.new("RGB", size, "gray"), noise(size, seed), 0.23)


def slopes(size: Size, seed: object, scale: int = 24) -> Image.Image:
    """Return soft blots of full contrast, as an unsharp photograph has."""
    coarse = (max(2, size[0] // scale), max(2, size[1] // scale))
    return noise(coarse, seed).resize(size, Image.Resampling.BICUBIC)


def gradient(size: Size) -> Image.Image:
    ramp = Image.linear_gradient("L")
    bands = [ramp, Image.radial_gradient("L"), ramp.rotate(90)]
    return Image.merge("RGB", [band.resize(size) for band in bands])


@lru_cache(maxsize=32)
def picture(kind: str, size: Size) -> Image.Image:
    if kind in PROMPTS:
        return paint(sketch(kind, size=size))
    if kind in COLOURS:
        return Image.new("RGB", size, kind)
    if kind == "gradient":
        return gradient(size)
    return {"noise": noise, "grain": grain, "slopes": slopes}[kind](size, kind)


def jpeg(image: Image.Image, quality: int = 75, subsampling: str = "4:2:0") -> Image.Image:
    written = io.BytesIO()
    image.convert("RGB").save(written, "JPEG", quality=quality, subsampling=subsampling)
    return Image.open(written)


def png(image: Image.Image) -> Image.Image:
    written = io.BytesIO()
    image.convert("RGB").save(written, "PNG", compress_level=1)
    return Image.open(written)


def decibels(image: Image.Image, other: Image.Image) -> float:
    """Return the PSNR of two pictures that differ."""
    difference = ImageChops.difference(image.convert("RGB"), other.convert("RGB"))
    squares = sum(ImageStat.Stat(difference).sum2) / 3
    return 10 * log10(255 * 255 * image.width * image.height / squares)


def ruled(size: Size, across: int, down: int) -> Image.Image:
    """Return stripes or a chequerboard of that many pixels a side; 0 rules no line."""
    width, height = size
    row = bytes(255 * (across and x // across & 1) for x in range(width))
    negative = bytes(255 - level for level in row)
    rows = [negative if down and y // down & 1 else row for y in range(height)]
    return Image.frombytes("L", size, b"".join(rows))


def faint(sheet: Image.Image) -> Image.Image:
    """Return the picture with a contrast of 2 levels: as deep as the mark."""
    return sheet.point([127 + 2 * (level // 128) for level in range(256)] * len(sheet.getbands()))


def written(words: str, size: Size) -> Image.Image:
    page = Image.new("RGB", size, "white")
    ImageDraw.Draw(page).multiline_text((3, 3), "\n".join([words] * 12), "black")
    return page


def unmarked() -> Iterator[Image.Image]:
    """Yield 906 pictures that never had the watermark."""
    for number in range(50):
        size = (128 + 8 * (number % 17), 128 + 4 * (number % 13))
        poster = paint(sketch(f"{PROMPTS[number % 7]} {number}", size=size))
        edited = poster.copy()
        edited.paste(noise((60, 60), number), (30, 30))
        yield from (poster, jpeg(poster), edited, poster.transpose(Image.Transpose.ROTATE_180))
        yield from (noise(size, number), jpeg(grain(size, number)), slopes(size, number))
        yield from (slopes(size, number, 8), faint(noise(size, number)))
        yield from (faint(slopes(size, number, 8)), written(f"sample {number}", size))
    for across in range(24):
        for down in (0, 1, 2, 3, 5, 8, 13):
            sheet = ruled(SMALL, across, down)
            yield from (sheet, faint(sheet))
    for level in range(20):
        yield Image.new("L", SMALL, level * 13)


@sweep("size", [(1, 1), (7, 3), *SIZES])
@sweep("mode", ["RGB", "RGBX"])
def test_marking_keeps_mode_and_size(mode: str, size: Size) -> None:
    marked = add_watermark(Image.new(mode, size, "teal"))
    assert (marked.mode, marked.size) == (mode, size)


@sweep("kind", [*KINDS, "noise"])
def test_mark_is_48_decibels_under_every_picture(kind: str) -> None:
    for size in SIZES:
        assert decibels(add_watermark(picture(kind, size)), picture(kind, size)) >= 48


def test_no_channel_moves_more_than_a_level() -> None:
    levels = noise((256, 256), "levels")
    extrema = ImageChops.difference(add_watermark(levels), levels).getextrema()
    assert extrema == ((0, 1),) * 3


def test_marking_leaves_the_picture_it_is_given() -> None:
    image = Image.new("RGB", SMALL, "teal")
    add_watermark(image)
    assert image.tobytes() == Image.new("RGB", SMALL, "teal").tobytes()


def test_a_picture_held_from_black_and_white_is_marked_alike() -> None:
    inks = noise((256, 256), "inks").point([min(254, max(1, level)) for level in range(256)] * 3)
    assert add_watermark(inks.copy(), in_place=True).tobytes() == add_watermark(inks).tobytes()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_mark_is_found_in_the_pixels_and_after_jpeg(kind: str, size: Size) -> None:
    marked = add_watermark(picture(kind, size))
    copies = [
        marked,
        png(jpeg(marked)),
        jpeg(marked, 85),
        jpeg(marked, 95),
        jpeg(marked, subsampling="4:4:4"),
        jpeg(jpeg(marked, 90), 75),
    ]
    assert [has_watermark(copy) for copy in copies] == [True] * len(copies)


@sweep("size", [(896, 1280), (2816, 1536)])
@sweep("kind", ["sea and mountains", "black", "white", "noise", "slopes"])
def test_mark_is_found_in_large_pictures_of_other_shapes(kind: str, size: Size) -> None:
    assert has_watermark(jpeg(add_watermark(picture(kind, size))))


@pytest.mark.parametrize("size", [(896, 1280), (1024, 1024)])
def test_mark_is_found_in_noise_of_full_contrast(size: Size) -> None:
    assert has_watermark(jpeg(add_watermark(picture("noise", size))))


def test_no_unmarked_picture_is_taken_for_a_marked_one() -> None:
    scores = [z_score(image) for image in unmarked()]
    assert len(scores) == 906
    assert max(scores) < THRESHOLD - 1.5


@pytest.mark.parametrize("size", [(512, 512), (1024, 1024)])
def test_no_large_unmarked_picture_is_taken_for_a_marked_one(size: Size) -> None:
    scores = [z_score(picture(kind, size)) for kind in [*KINDS, "noise"]]
    assert max(scores) < THRESHOLD - 1.5


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (8, 8), (16, 16), (127, 9)])
def test_a_tiny_picture_is_marked_and_read_without_error(size: Size) -> None:
    image = Image.new("RGB", size, "teal")
    assert add_watermark(image).tobytes() != image.tobytes()
    assert not has_watermark(image)


@sweep("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16", "F"])
def test_pictures_of_other_modes_are_read(mode: str) -> None:
    assert not has_watermark(Image.new(mode, SMALL))


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "YCbCr"])
def test_mark_is_found_in_other_modes(mode: str) -> None:
    assert has_watermark(add_watermark(picture(PROMPTS[0], (512, 512))).convert(mode))


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_marked_poster_stays_a_small_png(prompt: str) -> None:
    poster = picture(prompt, (1024, 1024))
    plain, marked = (len(encode(image, "image/png")) for image in (poster, add_watermark(poster)))
    assert marked < PNG_GROWTH * plain
