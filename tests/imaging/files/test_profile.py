import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.files.codec import encode, write
from imagen_fake.imaging.files.profile import JpegProfile, PngProfile
from tests.imaging.files.test_codec import PICTURE, jpeg_segments, noise, png_parts
from tests.sweep import sweep

UNIT_STEPS = [[1] * 64, [1] * 64]
SLOPE = [list(range(1, 65)), list(range(65, 129))]
NOISE = noise(300, 200, bytes(range(251)))


def steps(data: bytes) -> list[list[int]]:
    """The quantisers of a JPEG, row by row."""
    quantization: dict[int, list[int]] = Image.open(io.BytesIO(data)).quantization  # type: ignore[attr-defined]  # of JPEGs alone
    return [quantization[number] for number in sorted(quantization)]


def marker_lengths(data: bytes, kind: int) -> list[int]:
    return [len(body) + 2 for marker, body in jpeg_segments(data) if marker == kind]


def test_quantisers_are_written_as_they_are() -> None:
    assert steps(write(PICTURE, JpegProfile(SLOPE))) == SLOPE


@sweep(("joined", "lengths"), [(True, [132]), (False, [67, 67])])
def test_tables_are_joined_in_one_segment_or_not(joined: bool, lengths: list[int]) -> None:
    assert marker_lengths(write(PICTURE, JpegProfile(UNIT_STEPS, joined=joined)), 0xDB) == lengths


@sweep(("dpi", "density"), [(0, "00 0001 0001"), (300, "01 012c 012c"), (72, "01 0048 0048")])
def test_a_density_is_in_dots_per_inch_or_none_is_meant(dpi: int, density: str) -> None:
    (_, jfif), *_ = jpeg_segments(write(PICTURE, JpegProfile(UNIT_STEPS, dpi=dpi)))
    assert jfif[:12] == b"JFIF\0\x01\x01" + bytes.fromhex(density)


def test_huffman_tables_are_the_standards_or_the_pictures_own() -> None:
    plain, own = (write(PICTURE, JpegProfile(UNIT_STEPS, optimised=each)) for each in (False, True))
    assert marker_lengths(plain, 0xC4) == [31, 181, 31, 181]  # T.81, K.3: 12 and 162 codes
    assert all(length < most for length, most in zip(
        marker_lengths(own, 0xC4), [32, 182, 32, 182], strict=True
    ))  # fmt: skip
    assert len(own) < len(plain)


@sweep("optimised", [False, True])
@sweep(
    "image", [NOISE, PICTURE, PICTURE.convert("L"), noise(1, 1, b"\x80"), noise(17, 900, b"\0\xff")]
)
def test_steps_of_one_keep_a_picture_within_the_rounding_of_colours(
    image: Image.Image, optimised: bool
) -> None:
    read = Image.open(io.BytesIO(write(image, JpegProfile(UNIT_STEPS, optimised=optimised))))
    pairs = zip(read.convert("L").tobytes(), image.convert("L").tobytes(), strict=True)
    apart = [abs(one - other) for one, other in pairs]
    assert read.size == image.size
    assert sum(apart) <= 3 * len(apart)


def test_own_segments_stand_behind_jfif() -> None:
    comment = b"\xff\xfe\x00\x05abc"
    segments = jpeg_segments(write(PICTURE, JpegProfile(80, segments=comment)))
    assert [marker for marker, _ in segments[:3]] == [0xE0, 0xFE, 0xDB]
    assert segments[1][1] == b"abc"


def test_a_quality_is_that_of_the_standards_tables() -> None:
    assert write(PICTURE, JpegProfile(80)) == encode(PICTURE, "image/jpeg", 80)


def test_scaled_to_its_own_quality_a_layout_stays_as_it_is() -> None:
    assert JpegProfile(SLOPE).scaled(85, 85).quantisers == SLOPE


@given(st.integers(0, 100), st.integers(1, 99))
def test_quantisers_are_scaled_within_what_a_baseline_file_holds(quality: int, own: int) -> None:
    scaled = steps(write(noise(8, 8, b"abc"), JpegProfile(SLOPE).scaled(quality, own)))
    assert {len(table) for table in scaled} == {64}
    assert all(1 <= step <= 255 for table in scaled for step in table)


@given(st.integers(0, 99), st.integers(1, 99))
def test_a_higher_quality_has_no_coarser_steps(quality: int, own: int) -> None:
    lower, higher = (JpegProfile(SLOPE).scaled(each, own) for each in (quality, quality + 1))
    assert isinstance(lower.quantisers, list)
    assert isinstance(higher.quantisers, list)
    for coarse, fine in zip(lower.quantisers, higher.quantisers, strict=True):
        assert all(one >= other for one, other in zip(coarse, fine, strict=True))


@pytest.mark.parametrize("quality", [10, 50, 75, 90])
def test_steps_of_the_standard_are_scaled_as_libjpeg_scales_them(quality: int) -> None:
    standard = steps(write(PICTURE, JpegProfile(50)))  # libjpeg: 50 is the tables as they are
    scaled = JpegProfile(standard).scaled(quality, 50).quantisers
    libjpegs = steps(write(PICTURE, JpegProfile(quality)))
    assert scaled == libjpegs


def test_a_quality_alone_is_replaced() -> None:
    assert JpegProfile(80).scaled(30, 85).quantisers == 30


@sweep("header", [b"\x78\x01", b"\x78\x9c", b"\x78\xda"])
def test_a_png_begins_its_pixels_with_its_header_and_gives_them_back(header: bytes) -> None:
    data = write(NOISE, PngProfile(header))
    stream = b"".join(body for name, body in png_parts(data) if name == b"IDAT")
    assert stream[:2] == header
    assert Image.open(io.BytesIO(data)).tobytes() == NOISE.tobytes()


@sweep(("size", "most"), [(None, 10**9), (1500, 1500), (1000, 1000)])
def test_a_png_has_its_pixels_in_chunks_of_a_size(size: int | None, most: int) -> None:
    parts = png_parts(write(NOISE, PngProfile(idat_bytes=size)))
    lengths = [len(body) for name, body in parts if name == b"IDAT"]
    assert set(lengths[:-1]) <= {most}
    assert lengths[-1] <= most
    assert (len(lengths) == 1) is (size is None)
