import base64
import hashlib
import zlib
from typing import Any
from xml.etree import ElementTree

import pytest

from imagen_fake.imaging.files.metadata import (
    Metadata,
    chunk,
    jpeg_segments,
    photoshop_blocks,
    png_chunks,
)
from tests.conftest import ask
from tests.pictures import media, product
from tests.sweep import sweep

MADE = Metadata("AI Generated", "TrainedAlgorithmicMedia")
EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return (name, data) of every chunk, having checked its CRC-32."""
    found = []
    while data:
        length = int.from_bytes(data[:4])
        name, body = data[4:8], data[8 : 8 + length]
        assert int.from_bytes(data[8 + length : 12 + length]) == zlib.crc32(name + body)
        found.append((name, body))
        data = data[12 + length :]
    return found


def profile() -> bytes:
    """Return the bytes written in the hexadecimal text of the IPTC profile."""
    keyword, _, packed = chunks(png_chunks(MADE))[0][1].partition(b"\0")
    assert (keyword, packed[:1]) == (b"Raw profile type iptc", b"\0")
    _, name, length, *lines = zlib.decompress(packed[1:]).decode("ascii").split("\n")
    data = bytes.fromhex("".join(lines))
    assert (name, int(length)) == ("iptc", len(data))
    return data


def test_iptc_comes_before_xmp() -> None:
    assert [name for name, _ in chunks(png_chunks(MADE))] == [b"zTXt", b"iTXt"]


def test_the_iptc_profile_is_58_bytes_long_as_the_services_is() -> None:
    assert len(profile()) == 58


def test_the_credit_is_iptc_2_110_in_a_photoshop_block() -> None:
    record = b"\x1c\x02\x6e\x00\x0cAI Generated"
    assert profile()[:30] == b"8BIM\x04\x04\0\0\0\0\0\x11" + record + b"\0"


def test_the_profile_ends_with_the_records_md5() -> None:
    record = b"\x1c\x02\x6e\x00\x0cAI Generated"
    digest = hashlib.md5(record, usedforsecurity=False).digest()
    assert profile()[30:] == b"8BIM\x04\x25\0\0\0\0\0\x10" + digest


def test_a_credit_of_even_record_length_is_not_padded() -> None:
    assert len(photoshop_blocks("odd")) == 12 + 8 + 28


def test_the_xmp_packet_names_the_source_type_twice() -> None:
    body = chunks(png_chunks(MADE))[1][1]
    keyword, flags, packet = body[:17], body[17:22], body[22:]
    tree = ElementTree.fromstring(packet.decode("utf-8"))  # noqa: S314 (our own XML)
    found = [(node.tag, node.text) for node in tree.iter() if node.tag.startswith(EXT)]
    assert (keyword, flags) == (b"XML:com.adobe.xmp", bytes(5))
    assert found == [
        (EXT + "DigitalSourceFileType", "TrainedAlgorithmicMedia"),
        (EXT + "DigitalSourceType", "TrainedAlgorithmicMedia"),
    ]


def test_the_xmp_toolkit_is_the_one_the_service_names() -> None:
    assert b'x:xmptk="XMP Core 5.5.0"' in png_chunks(MADE)


def test_markup_in_a_source_type_is_escaped() -> None:
    assert b"a&lt;b" in png_chunks(Metadata("x", "a<b"))


def test_a_chunk_is_length_name_data_and_crc() -> None:
    assert chunk(b"IEND", b"") == bytes.fromhex("00000000 49454e44 ae426082")


SENT = {"image": media(product((64, 64)))}
RAW = {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1, "referenceImage": SENT["image"]}
MASK = {
    "referenceType": "REFERENCE_TYPE_MASK",
    "referenceId": 2,
    "maskImageConfig": {"maskMode": "MASK_MODE_BACKGROUND"},
}
STYLE = {**RAW, "referenceType": "REFERENCE_TYPE_STYLE"}
DESCRIBED = {
    "imagen-3.0-capability-001": {"prompt": "a beach", "referenceImages": [RAW, MASK]},
    "imagen-3.0-capability-002": {"prompt": "a beach [1]", "referenceImages": [STYLE]},
    "imagegeneration@002": {"prompt": "a beach", **SENT},
    "imagen-product-recontext-preview-06-30": {"productImages": [SENT]},
    "virtual-try-on-preview-08-04": {"personImage": SENT, "productImages": [SENT]},
}
"""A model, and what it is asked, for each of the tasks whose JPEGs say who made them."""

BARE = {
    "imagen-3.0-generate-002": {"prompt": "a beach"},
    "imagen-4.0-upscale-preview": {"prompt": "", **SENT},
}


def jpeg_application_data(model: str, instance: Any, **parameters: Any) -> list[tuple[int, int]]:
    """Marker and length of every application segment of the JPEG that a model answers."""
    options = {"outputOptions": {"mimeType": "image/jpeg"}, "sampleCount": 1, **parameters}
    if MASK in instance.get("referenceImages", ()):
        options["editMode"] = "EDIT_MODE_BGSWAP"
    if "upscale" in model:
        options["upscaleConfig"] = {"upscaleFactor": "x2"}
    (answer,) = ask(model, body={"instances": [instance], "parameters": options})
    data, place = base64.b64decode(answer["bytesBase64Encoded"]), 2
    found = []
    while data[place + 1] != 0xDA:
        length = int.from_bytes(data[place + 2 : place + 4])
        found.append((data[place + 1], length))
        place += 2 + length
    return [(marker, length) for marker, length in found if 0xE0 <= marker <= 0xEF]


@sweep("watermark", [True, False])
@sweep("model", DESCRIBED)
def test_jpegs_made_from_pictures_say_who_made_them(model: str, watermark: bool) -> None:
    found = jpeg_application_data(model, DESCRIBED[model], addWatermark=watermark)
    assert found == [(0xE0, 16), (0xED, 80), (0xE1, 656)]


@pytest.mark.parametrize("model", BARE)
def test_jpegs_of_generating_and_upscaling_are_bare(model: str) -> None:
    assert jpeg_application_data(model, BARE[model]) == [(0xE0, 16)]


def test_markup_in_a_credit_of_a_jpeg_is_escaped() -> None:
    said = jpeg_segments(Metadata('a "b" <c>', "x")).partition(b"photoshop:Credit=")[2]
    assert said.startswith(b'"a &quot;b&quot; &lt;c&gt;"')
