import io
from hashlib import sha256

import pytest
from PIL import Image

from imagen_fake import spec
from imagen_fake.imaging.files.codec import write
from imagen_fake.imaging.files.watermark import add_watermark, has_watermark
from imagen_fake.pipeline.picture_profile import mime_type, picture_profile
from tests.imaging.files.test_codec import jpeg_segments, png_parts
from tests.imaging.files.test_profile import steps
from tests.imaging.poster.test_scene import paint, sketch
from tests.sweep import sweep

PICTURE = paint(sketch("a fox in a forest at dawn", size=(704, 384)))
PROFILES = list(spec.table("picture_profiles")["profiles"])
CREDIT_SEGMENTS = "d3f67c42961116c0d52929a276f59cefeffb40011cd7a875c9ea7a433c084aeb"
CREDIT_CHUNKS = "3c4432a576c819ad596a13c2911c2005e4ede5bf8694c62c9608bfc4b2f137e6"
"""SHA-256 of what two recorded files have before their tables and pixels."""

JPEGS = {
    "gemini-3-jpeg": "E0:16 DB:67 DB:67 C0:17 C4:31 C4:181 C4:31 C4:181 DA:12",
    "gemini-3-edit-jpeg": "E0:16 DB:132 C0:17 C4 C4 C4 C4 DA:12",
    "vertex-lite-jpeg": "E0:16 ED:80 E1:656 DB:132 C0:17 C4 C4 C4 C4 DA:12",
    "vertex-2.5-jpeg": "E0:16 ED:80 E1:656 DB:132 C0:17 C4 C4 C4 C4 DA:12",
}
"""Marker and length of the segments of recorded files, but C2PA's; own Huffman tables vary."""

PNGS = {
    "gemini-2.5-png": ("7801", "IHDR:13 IDAT IEND:0"),
    "gemini-2.5-edit-png": ("78da", "IHDR:13 IDAT IEND:0"),
    "gemini-2.0-png": ("789c", "IHDR:13 zTXt:137 iTXt:647 IDAT IEND:0"),
    "vertex-png": ("789c", "IHDR:13 zTXt:137 iTXt:647 IDAT IEND:0"),
}
FIRST_STEPS = {
    "gemini-3-jpeg": [1, 1, 1, 1, 1, 1, 1, 1],
    "gemini-3-edit-jpeg": [1, 1, 1, 1, 1, 1, 1, 1],
    "vertex-lite-jpeg": [3, 2, 2, 10, 10, 10, 10, 10],
    "vertex-2.5-jpeg": [1, 1, 1, 5, 5, 2, 2, 2],
}
"""Of luminance, in the order of recorded files."""


def test_every_layout_has_a_recorded_file_to_be_compared_with() -> None:
    assert sorted(PROFILES) == sorted([*JPEGS, *PNGS])


@sweep("name", JPEGS)
def test_a_jpeg_has_the_segments_of_the_recorded_ones(name: str) -> None:
    segments = jpeg_segments(write(PICTURE, picture_profile(name)))
    recorded = JPEGS[name].split()
    lengths = [f"{marker:X}:{len(body) + 2}" for marker, body in segments]
    assert [one[: len(other)] for one, other in zip(lengths, recorded, strict=True)] == recorded


@sweep("name", JPEGS)
def test_a_jpeg_has_the_frame_and_scan_of_the_recorded_ones(name: str) -> None:
    segments = dict(jpeg_segments(write(PICTURE, picture_profile(name))))
    assert segments[0xC0].hex() == "08018002c003012200021101031101"
    assert segments[0xDA].hex() == "03010002110311003f00"


@sweep("name", FIRST_STEPS)
def test_a_jpeg_has_the_quantisers_of_the_recorded_ones(name: str) -> None:
    segments = jpeg_segments(write(PICTURE, picture_profile(name)))
    table = next(body for marker, body in segments if marker == 0xDB)
    assert (table[0], list(table[1:9])) == (0, FIRST_STEPS[name])


@sweep(("name", "density"), [
    ("gemini-3-jpeg", "01012c012c"), ("gemini-3-edit-jpeg", "0000010001"),
    ("vertex-lite-jpeg", "0000010001"), ("vertex-2.5-jpeg", "0000010001"),
])  # fmt: skip
def test_a_jpeg_has_the_density_of_the_recorded_ones(name: str, density: str) -> None:
    _, jfif = jpeg_segments(write(PICTURE, picture_profile(name)))[0]
    assert jfif.hex() == b"JFIF\0\x01\x01".hex() + density + "0000"


@sweep("name", ["vertex-lite-jpeg", "vertex-2.5-jpeg"])
def test_a_jpegs_credit_is_the_recorded_one_byte_by_byte(name: str) -> None:
    assert sha256(write(PICTURE, picture_profile(name))[20:760]).hexdigest() == CREDIT_SEGMENTS


@sweep("name", ["gemini-2.0-png", "vertex-png"])
def test_a_pngs_credit_is_the_recorded_one_byte_by_byte(name: str) -> None:
    assert sha256(write(PICTURE, picture_profile(name))[33:841]).hexdigest() == CREDIT_CHUNKS


@sweep("name", PNGS)
def test_a_png_has_the_chunks_of_the_recorded_ones(name: str) -> None:
    header, recorded = PNGS[name]
    parts = png_parts(write(PICTURE, picture_profile(name)))
    pixels = [body for kind, body in parts if kind == b"IDAT"]
    lengths = [f"{kind.decode()}:{len(body)}" for kind, body in parts if kind != b"IDAT"]
    lengths.insert(-1, "IDAT")
    assert " ".join(lengths) == recorded
    assert b"".join(pixels)[:2].hex() == header
    assert {len(body) for body in pixels[:-1]} == {8192}


@sweep("name", PROFILES)
def test_a_file_is_of_the_type_that_is_named(name: str) -> None:
    read = Image.open(io.BytesIO(write(PICTURE, picture_profile(name))))
    assert read.get_format_mimetype() == mime_type(name)


@sweep("name", PROFILES)
def test_the_watermark_is_found_in_every_file(name: str) -> None:
    marked = write(add_watermark(PICTURE), picture_profile(name))
    assert has_watermark(Image.open(io.BytesIO(marked)))
    assert not has_watermark(Image.open(io.BytesIO(write(PICTURE, picture_profile(name)))))


def test_of_the_quality_that_was_recorded_the_tables_stay() -> None:
    assert picture_profile("vertex-2.5-jpeg", 85) == picture_profile("vertex-2.5-jpeg")


def test_another_quality_makes_another_size() -> None:
    sizes = [len(write(PICTURE, picture_profile("vertex-2.5-jpeg", q))) for q in (5, 40, 85, 100)]
    assert sizes == sorted(set(sizes))


@sweep("name", [name for name in PROFILES if name != "vertex-2.5-jpeg"])
def test_a_quality_changes_no_layout_whose_quality_is_fixed(name: str) -> None:
    assert picture_profile(name, 20) == picture_profile(name)


def test_the_best_quality_has_steps_of_one() -> None:
    data = write(PICTURE, picture_profile("vertex-2.5-jpeg", 100))
    assert steps(data) == [[1] * 64] * 2


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        picture_profile("gemini-4-jpeg")
