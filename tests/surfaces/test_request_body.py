import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces.request_body import receive_body


def receiving(*chunks: bytes) -> "list[Message]":
    last = len(chunks) - 1
    return [
        {"type": "http.request", "body": chunk, "more_body": number < last}
        for number, chunk in enumerate(chunks)
    ]


async def read(chunks: list[Message], limit: int, length: bytes = b"") -> bytes:
    left = iter(chunks)

    async def receive() -> Message:
        return next(left)

    headers = [(b"content-length", length)] if length else []
    return await receive_body({"headers": headers}, receive, limit)


@pytest.mark.anyio
async def test_a_body_in_pieces_is_put_together() -> None:
    assert await read(receiving(b"a", b"", b"bc"), 3) == b"abc"


@pytest.mark.anyio
@pytest.mark.parametrize("chunks", [[b"abcd"], [b"ab", b"cd"], [b"abc", b"d"]])
async def test_a_body_one_byte_too_long_is_refused_with_whatever_piece_it_comes(
    chunks: list[bytes],
) -> None:
    assert await read(receiving(*chunks), 4) == b"abcd"
    with pytest.raises(ApiError, match="body_too_large"):
        await read(receiving(*chunks), 3)


@pytest.mark.anyio
async def test_reading_stops_at_the_limit() -> None:
    with pytest.raises(ApiError, match="body_too_large"):
        await read(receiving(b"aa", b"bb", b"cc"), 3)


@pytest.mark.anyio
@pytest.mark.parametrize("length", [b"4", b"0004", b"9" * 20])
async def test_nothing_is_read_of_a_body_that_is_said_to_be_too_large(length: bytes) -> None:
    with pytest.raises(ApiError, match="body_too_large"):
        await read([], 3, length)


@pytest.mark.anyio
@pytest.mark.parametrize("length", [b"3", b"", b"x", b"-4", b"9" * 5000, "²".encode()])
async def test_what_is_no_length_or_within_the_limit_is_read(length: bytes) -> None:
    assert await read(receiving(b"abc"), 3, length) == b"abc"


@pytest.mark.anyio
async def test_a_body_without_its_last_byte_is_no_body() -> None:
    began: Message = {"type": "http.request", "body": b"a", "more_body": True}
    with pytest.raises(ClientDisconnect):
        await read([began, {"type": "http.disconnect"}], 3)
