import hashlib
import zlib
from xml.etree import ElementTree

from imagen_fake.imaging.metadata import Metadata, chunk, photoshop_blocks, png_chunks

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
