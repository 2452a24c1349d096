"""Compressed bodies, over a socket."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.config import Config
from imagen_fake.middleware.content_coding import MAX_MEMBERS, OUTPUT_CHUNK, Decompression
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.server.http import serve_in_thread
from tests.http import Reply, call
from tests.server.test_http_limits import BODY, PATH
from tests.sweep import sweep

RAW = BODY.encode()
ZIPPED = gzip.compress(RAW, mtime=0)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "GZIP": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}


def unpacked(coding: str, pieces: list[bytes]) -> list[bytes]:
    """The pieces in which a body is unpacked that comes in pieces."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages[-1]["more_body"] = False
    unpacking = Decompression(coding, lambda: asyncio.sleep(0, messages.pop(0)))

    async def whole() -> list[bytes]:
        found = []
        while True:
            message = await unpacking.receive()
            found.append(message["body"])
            if not message["more_body"]:
                return found

    return asyncio.run(whole())


def read(coding: str, pieces: list[bytes]) -> bytes:
    """A whole body that comes in pieces, unpacked."""
    return b"".join(unpacked(coding, pieces))


def sent(url: str, coding: str, body: bytes, path: str = PATH) -> Reply:
    return call(url, path, body, **{"Content-Encoding": coding})


@pytest.mark.parametrize("coding", PACK)
def test_a_compressed_body_means_what_it_holds(url: str, coding: str) -> None:
    assert sent(url, coding, PACK[coding](RAW)).body == call(url, PATH, RAW).body


@pytest.mark.parametrize("path", ["/v1/images/generations", "/_fake/rules", "/storage/v1/b"])
def test_every_route_unpacks(url: str, path: str) -> None:
    assert sent(url, "gzip", gzip.compress(b"{}"), path).body == call(url, path, b"{}").body


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "nothing", "compress"])
def test_another_coding_is_refused_by_its_name(url: str, coding: str) -> None:
    reply = sent(url, coding, RAW)
    assert (reply.status, coding in reply.message) == (415, True)


@sweep("at", [0, 1, len(RAW) // 2, len(RAW)])
@sweep("coding", ["gzip", "x-gzip"])
def test_members_of_gzip_are_one_body(url: str, coding: str, at: int) -> None:
    members = gzip.compress(RAW[:at]) + gzip.compress(RAW[at:])
    assert sent(url, coding, members).body == call(url, PATH, RAW).body


def test_deflate_has_no_members(url: str) -> None:
    assert sent(url, "deflate", zlib.compress(RAW[:9]) + zlib.compress(RAW[9:])).status == 400


@sweep("end", range(1, len(ZIPPED), 7))
def test_a_compressed_body_that_breaks_off_is_refused(url: str, end: int) -> None:
    reply = sent(url, "gzip", ZIPPED[:end])
    assert (reply.status, "cannot be unpacked" in reply.message) == (400, True)


@pytest.mark.parametrize("body", [RAW, ZIPPED + b"x", ZIPPED + ZIPPED[:-1], zlib.compress(RAW)])
def test_what_is_not_gzip_alone_is_refused(url: str, body: bytes) -> None:
    reply = sent(url, "gzip", body)
    assert (reply.status, "cannot be unpacked" in reply.message) == (400, True)


def test_data_that_comes_to_nothing_has_an_end(url: str) -> None:
    empty_blocks = gzip.compress(b"")[:10] + b"\0\0\0\xff\xff" * 2**16
    assert sent(url, "gzip", empty_blocks).status == 400


@pytest.mark.parametrize(("blocks", "refused"), [(13_000, False), (13_200, True)])
def test_a_coding_adds_64_kib_at_most(blocks: int, refused: bool) -> None:
    empty = gzip.compress(b"")
    packed = empty[:10] + b"\0\0\0\xff\xff" * blocks + empty[10:]
    if refused:
        with pytest.raises(ApiError, match="content_broken"):
            read("gzip", [packed])
    else:
        assert read("gzip", [packed]) == b""


def test_a_small_body_that_becomes_a_large_one_comes_in_chunks() -> None:
    pieces = unpacked("gzip", [gzip.compress(b" " * (3 * OUTPUT_CHUNK))])
    assert max(map(len, pieces)) == OUTPUT_CHUNK


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 400)])
def test_the_limit_is_that_of_the_unpacked_body(more: int, status: int) -> None:
    limit = 2**19
    padded = RAW + b" " * (limit - len(RAW) + more)
    with serve_in_thread(Config(max_body_bytes=limit)) as url:
        reply = sent(url, "gzip", gzip.compress(padded))
        assert reply.status == status
        assert status == 200 or str(limit) in reply.message


def test_of_a_body_that_unpacks_without_end_no_more_is_made_than_may_be() -> None:
    bomb = gzip.compress(b" " * 2**28)
    with serve_in_thread(Config(max_body_bytes=2**20)) as url:
        assert str(2**20) in sent(url, "gzip", bomb).message


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 400)])
def test_the_limit_is_that_of_all_members(more: int, status: int) -> None:
    limit = 2**19
    padding = b" " * ((limit - len(RAW)) // 2)
    odd = b" " * (limit - len(RAW) - 2 * len(padding) + more)
    members = b"".join(map(gzip.compress, (padding, RAW, padding, odd)))
    with serve_in_thread(Config(max_body_bytes=limit)) as url:
        reply = sent(url, "gzip", members)
        assert reply.status == status
        assert status == 200 or str(limit) in reply.message


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=9), st.integers(1, 99))
def test_members_may_be_cut_anywhere_on_their_way(parts: list[bytes], size: int) -> None:
    packed = b"".join(map(gzip.compress, parts))
    assert read("gzip", [packed[at : at + size] for at in range(0, len(packed), size)]) == b"".join(
        parts
    )


@pytest.mark.parametrize(("members", "refused"), [(MAX_MEMBERS, False), (MAX_MEMBERS + 1, True)])
def test_no_body_has_members_without_end(members: int, refused: bool) -> None:
    packed = gzip.compress(b" " * 99) * members
    if refused:
        with pytest.raises(ApiError, match="content_broken"):
            read("gzip", [packed])
    else:
        assert len(read("gzip", [packed])) == members * 99


def test_a_large_body_may_come_at_once() -> None:
    body = b"".join(sha256(bytes(block)).digest() for block in range(2**15))
    assert read("gzip", [gzip.compress(body)]) == body


def test_an_object_is_stored_as_it_was_sent(url: str) -> None:
    packed = gzip.compress(b"an object")
    path = "/upload/storage/v1/b/coded/o?uploadType=media&name=kept"
    call(url, "/storage/v1/b", {"name": "coded"})
    assert json.loads(sent(url, "gzip", packed, path).body)["size"] == str(len(packed))
