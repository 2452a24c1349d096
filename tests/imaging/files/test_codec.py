import io
import itertools
import zlib
from hashlib import sha256
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake import spec
from imagen_fake.imaging.files.codec import encode
from imagen_fake.imaging.files.metadata import Metadata
from tests.imaging.files.test_metadata import chunks
from tests.imaging.poster.test_scene import paint, sketch

MADE = Metadata("AI Generated", "TrainedAlgorithmicMedia")
PICTURE = paint(sketch("a red apple on a table", size=(320, 256)))
Segment = tuple[int, bytes]


def png_parts(data: bytes) -> list[tuple[bytes, bytes]]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return chunks(data[8:])


def jpeg_segments(data: bytes) -> list[Segment]:
    """Return (marker, data) of every segment up to the start of scan."""
    assert data[:2] == b"\xff\xd8"
    segments, place, marker = [], 2, 0
    while marker != 0xDA:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        segments.append((marker, data[place + 4 : place + 2 + length]))
        place += 2 + length
    return segments


def jpeg_tables(data: bytes) -> bytes:
    return b"".join(body for marker, body in jpeg_segments(data) if marker == 0xDB)


def noise(width: int, height: int, seed: bytes) -> Image.Image:
    pixels = itertools.islice(itertools.cycle(seed), width * height * 3)
    return Image.frombytes("RGB", (width, height), bytes(pixels))


def test_png_header_is_8_bit_rgb_not_interlaced() -> None:
    name, header = png_parts(encode(PICTURE, "image/png"))[0]
    size = (int.from_bytes(header[:4]), int.from_bytes(header[4:8]))
    assert (name, size, header[8:]) == (b"IHDR", (320, 256), bytes([8, 2, 0, 0, 0]))


def test_png_metadata_stands_between_header_and_pixels() -> None:
    names = [name for name, _ in png_parts(encode(PICTURE, "image/png", metadata=MADE))]
    kinds = [name for name, _ in itertools.groupby(names)]
    assert kinds == [b"IHDR", b"zTXt", b"iTXt", b"IDAT", b"IEND"]


def test_png_without_metadata_has_no_text() -> None:
    names = {name for name, _ in png_parts(encode(PICTURE, "image/png"))}
    assert names == {b"IHDR", b"IDAT", b"IEND"}


def test_png_pixels_come_in_chunks_of_8192_bytes() -> None:
    parts = png_parts(encode(noise(300, 200, bytes(range(251))), "image/png"))
    sizes = [len(body) for name, body in parts if name == b"IDAT"]
    big = png_parts(encode(paint(sketch(size=(1024, 1024))), "image/png"))
    sizes += [len(body) for name, body in big if name == b"IDAT"]
    assert max(sizes) == 8192


def test_png_stream_begins_as_the_services_does() -> None:
    stream = b"".join(b for n, b in png_parts(encode(PICTURE, "image/png")) if n == b"IDAT")
    assert stream[:2] == b"\x78\x9c"


def test_a_mask_is_one_chunk_that_begins_as_the_services_does() -> None:
    levels = b"".join(sha256(bytes(number)).digest() for number in range(1875))
    mask = Image.frombytes("L", (300, 200), levels)
    data = encode(mask, "image/png")
    (stream,) = (body for name, body in png_parts(data) if name == b"IDAT")
    assert (stream[:2], len(stream) > 8192) == (b"\x78\x01", True)
    assert Image.open(io.BytesIO(data)).tobytes() == mask.tobytes()


def test_png_stream_holds_exactly_the_scanlines() -> None:
    stream = b"".join(b for n, b in png_parts(encode(PICTURE, "image/png")) if n == b"IDAT")
    inflater = zlib.decompressobj()
    rows = inflater.decompress(stream)
    assert (len(rows), inflater.eof, inflater.unused_data) == (256 * (320 * 3 + 1), True, b"")
    assert set(rows[:: 320 * 3 + 1]) == {0}


@given(st.integers(1, 90), st.integers(1, 90), st.binary(min_size=1, max_size=400))
@settings(deadline=None, max_examples=40)
def test_png_gives_the_pixels_back(width: int, height: int, seed: bytes) -> None:
    image = noise(width, height, seed)
    read = Image.open(io.BytesIO(encode(image, "image/png")))
    read.load()
    assert (read.mode, read.tobytes()) == ("RGB", image.tobytes())


def test_png_larger_than_one_strip_gives_the_pixels_back() -> None:
    image = paint(sketch("a cat in a forest", size=(1000, 1400)))
    assert Image.open(io.BytesIO(encode(image, "image/png"))).tobytes() == image.tobytes()


def test_png_of_a_painted_picture_is_small() -> None:
    pictures = [paint(sketch(prompt, size=(1024, 1024))) for prompt in ("a cat", "zork", "city")]
    assert max(len(encode(picture, "image/png", metadata=MADE)) for picture in pictures) < 120_000


def test_other_modes_are_written_as_rgb() -> None:
    image = PICTURE.convert("RGBA")
    assert encode(image, "image/png") == encode(PICTURE, "image/png")


def test_jpeg_is_baseline_with_halved_colour() -> None:
    frame = dict(jpeg_segments(encode(PICTURE, "image/jpeg")))[0xC0]
    sampling = [frame[at + 1] for at in (6, 9, 12)]
    assert (frame[0], sampling) == (8, [0x22, 0x11, 0x11])


def test_jpeg_has_one_segment_of_two_tables() -> None:
    segments = jpeg_segments(encode(PICTURE, "image/jpeg", 80))
    lengths = [len(body) + 2 for marker, body in segments if marker == 0xDB]
    assert lengths == [132]


def test_jpeg_carries_its_metadata_behind_jfif_in_segments_of_the_services_sizes() -> None:
    marks = spec.table("image_metadata")["edit"]["image/jpeg"]
    made = Metadata(marks["credit"], marks["sourceType"])
    segments = jpeg_segments(encode(PICTURE, "image/jpeg", 80, made))
    described = [(m, len(body) + 2, body.split(b"\0")[0]) for m, body in segments[:4]]
    assert described == [
        (0xE0, 16, b"JFIF"),
        (0xED, 80, b"Photoshop 3.0"),
        (0xE1, 656, b"http://ns.adobe.com/xap/1.0/"),
        (0xDB, 132, described[3][2]),
    ]
    packet = segments[2][1].partition(b"\0")[2].decode("utf-8")
    bare = packet.partition("?>")[2].rpartition("<?")[0]
    description = ElementTree.fromstring(bare)[0][0]  # noqa: S314, our own packet
    told = {name.rpartition("}")[2]: value for name, value in description.attrib.items()}
    assert told["DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert told["Credit"] == "Made with Google AI"


def test_jpeg_without_metadata_carries_jfif_alone() -> None:
    segments = jpeg_segments(encode(PICTURE, "image/jpeg"))
    described = [(m, body[:7]) for m, body in segments if 0xE0 <= m <= 0xEF or m == 0xFE]
    assert described == [(0xE0, b"JFIF\0\x01\x01")]


def test_jpeg_with_joined_tables_decodes_to_the_picture() -> None:
    read = Image.open(io.BytesIO(encode(PICTURE, "image/jpeg")))
    assert read.size == PICTURE.size
    assert abs(sum(read.resize((1, 1)).tobytes()) - sum(PICTURE.resize((1, 1)).tobytes())) < 9


def test_jpeg_is_near_lossless_unless_a_quality_is_given() -> None:
    tables = jpeg_tables(encode(PICTURE, "image/jpeg"))
    steps = tables[1:65] + tables[66:]
    assert (min(steps), max(steps)) == (1, 2)


def test_jpeg_of_quality_80_has_the_standard_tables_scaled_to_80() -> None:
    tables = jpeg_tables(encode(PICTURE, "image/jpeg", 80))
    assert tables[1] == (16 * 40 + 50) // 100  # IJG: a scale of 200 - 2 * 80 percent


def test_jpeg_grows_with_its_quality() -> None:
    sizes = [len(encode(PICTURE, "image/jpeg", quality)) for quality in (0, 25, 50, 75, 90, 100)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("mime_type", "name"),
    [
        ("image/gif", "GIF"),
        ("image/webp", "WEBP"),
        ("image/bmp", "BMP"),
        ("image/tiff", "TIFF"),
    ],
)
def test_other_formats_keep_the_size(mime_type: str, name: str) -> None:
    read = Image.open(io.BytesIO(encode(PICTURE, mime_type)))
    assert (read.format, read.size) == (name, PICTURE.size)


def test_an_icon_is_scaled_down_to_256_pixels() -> None:
    read = Image.open(io.BytesIO(encode(PICTURE, "image/vnd.microsoft.icon")))
    assert (read.format, read.size) == ("ICO", (256, 204))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="image/heic"):
        encode(PICTURE, "image/heic")


def test_a_byte_to_spare_changes_no_file() -> None:
    spare = PICTURE.convert("RGBX")
    for mime_type in ("image/png", "image/jpeg", "image/bmp", "image/webp"):
        assert encode(spare, mime_type) == encode(PICTURE, mime_type)
