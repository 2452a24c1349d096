import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.files.loading import BadPictureError, Limits, open_picture
from tests.sweep import sweep

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
LIMITS = Limits(FORMATS, 2**20, 1_000_000)
MODES = {
    "PNG": ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"],
    "JPEG": ["RGB", "L", "CMYK"],
    "GIF": ["P", "L", "RGB"],
    "BMP": ["RGB", "L", "1"],
    "WEBP": ["RGB", "RGBA"],
}
KINDS = st.sampled_from([(kind, mode) for kind, modes in MODES.items() for mode in modes])


def file_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def reason(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(BadPictureError) as caught:
        open_picture(data, limits)
    return caught.value.reason


@given(KINDS, st.integers(1, 60), st.integers(1, 60))
@settings(deadline=None)
def test_every_format_and_mode_comes_out_in_rgb(
    kind: tuple[str, str], width: int, height: int
) -> None:
    image = open_picture(file_of(Image.new(kind[1], (width, height)), kind[0]), LIMITS)
    assert (image.mode, image.size) == ("RGB", (width, height))


@given(KINDS, st.data())
@settings(deadline=None)
def test_a_damaged_file_is_a_picture_or_refused(kind: tuple[str, str], data: Any) -> None:
    file = bytearray(file_of(Image.new(kind[1], (20, 20)), kind[0]))
    for _ in range(data.draw(st.integers(1, 6))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(file[: data.draw(st.integers(0, len(file)))])
    refused = None
    try:
        assert open_picture(cut, LIMITS).mode == "RGB"
    except BadPictureError as error:
        refused = error.reason
    assert refused in {None, "empty", "format", "truncated", "too_many_pixels"}


@given(st.binary(max_size=200))
def test_bytes_that_are_no_picture_are_refused(data: bytes) -> None:
    assert reason(data) in {"empty", "format", "truncated"}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
def test_a_file_that_was_cut_off_is_never_half_a_picture(kind: str) -> None:
    whole = file_of(Image.effect_noise((80, 80), 90).convert("RGB"), kind)
    assert reason(whole[: len(whole) * 2 // 3]) == "truncated"


@pytest.mark.parametrize("value", [0, 257 * 10, 257 * 128, 65535])
def test_16_bits_are_scaled_to_8(value: int) -> None:
    image = Image.new("I;16", (3, 3), value)
    assert open_picture(file_of(image, "PNG"), LIMITS).getpixel((1, 1)) == (value // 257,) * 3


def test_transparency_is_laid_over_white() -> None:
    clear = Image.new("RGBA", (2, 2), (255, 0, 0, 0))
    assert open_picture(file_of(clear, "PNG"), LIMITS).getpixel((0, 0)) == (255, 255, 255)


@sweep("orientation", range(1, 9))
def test_an_orientation_is_honoured(orientation: int) -> None:
    image = Image.new("RGB", (32, 16), "white")
    image.paste("red", (0, 0, 8, 8))
    exif = image.getexif()
    exif[0x0112] = orientation
    turned = open_picture(file_of(image, "JPEG", exif=exif, quality=95), LIMITS)
    assert turned.size == ((32, 16) if orientation < 5 else (16, 32))
    width, height = turned.size
    corner = {
        1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1),
    }[orientation]  # fmt: skip
    red = turned.getpixel((corner[0] * (width - 5) + 2, corner[1] * (height - 5) + 2))
    assert isinstance(red, tuple)
    assert red[0] > 200 > 90 > red[1]


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [Image.new("P", (9, 9), number) for number in range(3)]
    data = file_of(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert open_picture(data, LIMITS).size == (9, 9)


def test_a_picture_of_too_many_pixels_is_refused_from_its_header() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10**6)))
    assert reason(bomb) == "too_many_pixels"
    assert reason(file_of(Image.new("1", (1001, 1000)), "PNG")) == "too_many_pixels"


def test_a_file_of_too_many_bytes_is_refused_unread() -> None:
    assert reason(bytes(2**20 + 1)) == "too_large"


def test_a_format_that_is_not_taken_is_named() -> None:
    with pytest.raises(BadPictureError) as caught:
        open_picture(file_of(Image.new("RGB", (4, 4)), "TIFF"), LIMITS)
    assert (caught.value.reason, caught.value.detail) == ("format", "TIFF")


def noise(side: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((side, side), 200) for _ in range(3)])


def test_a_size_as_a_png_is_that_of_a_png_of_the_same_pixels() -> None:
    small, large = noise(100), noise(130)
    limits = Limits(FORMATS, 40_000, 1_000_000, as_png=True)
    for picture, taken in ((small, True), (large, False)):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=30)
        assert len(file.getvalue()) < limits.max_bytes
        if taken:
            assert open_picture(file.getvalue(), limits).size == picture.size
            continue
        with pytest.raises(BadPictureError, match="as a PNG") as caught:
            open_picture(file.getvalue(), limits)
        assert caught.value.reason == "too_large"


def test_a_large_file_that_is_small_as_a_png_is_taken() -> None:
    file = io.BytesIO()
    Image.new("RGB", (200, 200)).save(file, "BMP")
    limits = Limits(FORMATS, 50_000, 1_000_000, as_png=True)
    assert len(file.getvalue()) > limits.max_bytes
    assert open_picture(file.getvalue(), limits).size == (200, 200)
