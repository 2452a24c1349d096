"""Which answers can be read."""

import gzip
import zlib

import pytest

from imagen_fake.contract.cassettes.content_coding import decode_body
from imagen_fake.contract.exchange import Response

TEXT = b"a red apple " * 99


def answer(coding: str, body: bytes) -> Response:
    return Response(200, ((b"content-encoding", coding.encode()),), body)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("deflate, GZIP", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ],
)
def test_what_zlib_reads_is_unpacked(coding: str, body: bytes) -> None:
    assert decode_body(answer(coding, body)) == TEXT


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip", "deflate", "gzip, br", "wobble"])
def test_what_cannot_be_read_is_none(coding: str) -> None:
    assert decode_body(answer(coding, b"\x0b\x05")) is None


@pytest.mark.parametrize("end", [b"x", gzip.compress(TEXT, mtime=0)[:-1], zlib.compress(TEXT)])
def test_what_follows_a_member_must_be_another(end: bytes) -> None:
    assert decode_body(answer("gzip", gzip.compress(TEXT, mtime=0) + end)) is None


def test_a_body_that_unpacks_without_end_is_none() -> None:
    member = gzip.compress(bytes(2**26), mtime=0)
    assert decode_body(answer("gzip", member * 5)) is None
