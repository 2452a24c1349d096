import pytest
from starlette.types import Message

from imagen_fake import spec
from imagen_fake.errors import ApiError
from imagen_fake.surfaces import google


def receiving(*chunks: bytes) -> "list[Message]":
    last = len(chunks) - 1
    return [
        {"type": "http.request", "body": chunk, "more_body": number < last}
        for number, chunk in enumerate(chunks)
    ]


async def read(chunks: list[Message], limit: int) -> bytes:
    left = iter(chunks)

    async def receive() -> Message:
        return next(left)

    return await google.read(receive, limit)


@pytest.mark.anyio
async def test_a_body_in_pieces_is_put_together() -> None:
    assert await read(receiving(b"a", b"", b"bc"), 3) == b"abc"


@pytest.mark.anyio
async def test_reading_stops_at_the_limit() -> None:
    with pytest.raises(ApiError, match="body_too_large"):
        await read(receiving(b"aa", b"bb", b"cc"), 3)


def test_a_header_is_printable_ascii_and_bounded() -> None:
    value = google.header_text(["ü\r\nSet-Cookie: x", "y" * 5000])
    assert len(value) == 2000
    assert all(32 <= byte < 127 for byte in value)


def test_a_refusal_has_the_shape_of_googles_status() -> None:
    made = google.refusal(ApiError("prompt_empty"), spec.surface("vertex"))
    assert (made.status, made.body.startswith(b'{\n  "error": {\n    "code": 400')) == (400, True)
