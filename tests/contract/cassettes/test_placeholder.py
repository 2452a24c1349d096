"""What stands for pictures and texts that are not kept."""

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.contract.cassettes.placeholder import (
    decode_picture,
    entropy,
    neutral_text,
    parts,
    picture_notes,
    small_picture,
)
from tests.pictures import file_of, gradient
from tests.sweep import sweep


@pytest.mark.parametrize(("data", "bits"), [(b"", 0), (b"aaaa", 0), (bytes(range(256)), 8)])
def test_entropy_is_in_bits_per_byte(data: bytes, bits: float) -> None:
    assert entropy(data) == bits


@given(st.integers(0, 2000))
def test_neutral_texts_have_the_length_asked_for(length: int) -> None:
    assert len(neutral_text(length)) == length


def test_placeholders_serve_as_masks() -> None:
    image = Image.open(io.BytesIO(small_picture("PNG", "L", (64, 64))))
    assert image.getpixel((32, 32)) != image.getpixel((0, 0))


@sweep("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
@sweep("size", [(1, 1), (33, 47), (2048, 2048)])
def test_placeholders_are_small_files_of_the_size_asked_for(
    kind: str, size: tuple[int, int]
) -> None:
    data = small_picture(kind, "RGB", size)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == (kind, size)
    assert len(data) < 50_000


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_png_keeps_its_mode(mode: str) -> None:
    assert Image.open(io.BytesIO(small_picture("PNG", mode, (64, 64)))).mode == mode


def test_a_mode_that_a_format_lacks_becomes_rgb() -> None:
    assert Image.open(io.BytesIO(small_picture("JPEG", "RGBA", (64, 64)))).mode == "RGB"


def test_the_same_placeholder_is_the_same_file() -> None:
    first = small_picture("PNG", "RGB", (70, 50))
    small_picture.cache_clear()
    assert small_picture("PNG", "RGB", (70, 50)) == first


@pytest.mark.parametrize(
    "text", ["", "short", "no base64 at all, though it is long enough", "A" * 64]
)
def test_other_texts_are_no_pictures(text: str) -> None:
    assert decode_picture(text) is None


def test_half_a_picture_is_none() -> None:
    data = file_of(gradient((64, 64)))
    assert decode_picture(base64.b64encode(data[: len(data) // 2]).decode()) is None


def test_segments_of_a_jpeg_are_listed_up_to_its_pixels() -> None:
    names = [part.split()[0] for part in parts(file_of(gradient((64, 64)), "JPEG"))]
    assert names[:2] == ["E0", "DB"]
    assert "C0" in names


def test_other_files_have_no_parts() -> None:
    assert list(parts(file_of(gradient((64, 64)), "GIF"))) == []


def test_no_more_parts_are_noted_than_fit_a_line() -> None:
    chunks = b"".join(
        b"\0\0\0\0ab" + bytes([65 + n // 26, 65 + n % 26]) + b"\0" * 4 for n in range(90)
    )
    image = gradient((64, 64))
    kept = picture_notes(image, b"\x89PNG\r\n\x1a\n" + chunks)["parts"]
    assert len(kept.split(", ")) == 20
