"""The parts of an answer of `generateContent`, whole or in a stream."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pybase64
from PIL import Image

from imagen_fake.contract.checks.response import json_body, value_at
from imagen_fake.contract.exchange import Exchange
from imagen_fake.contract.picture_file import FORMATS, open_picture

EVENT, END = b"data: ", b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an answer: what its part says it is, its file, its header as Pillow reads it."""

    mime_type: str
    data: bytes
    image: Image.Image | None


def chunks(exchange: Exchange) -> Sequence[Any]:
    """The bodies of an answer: one, those of its events, or the elements of its array."""
    content_type = exchange.response.header("content-type") or ""
    if content_type.startswith("text/event-stream"):
        return _events(exchange.response.body)
    body = json_body(exchange.response)
    return body if isinstance(body, list) else [] if body is None else [body]


def parts(exchange: Exchange) -> list[Mapping[str, Any]]:
    """Every part of every chunk."""
    listed = (value_at(one, "candidates", 0, "content", "parts") for one in chunks(exchange))
    return [part for one in listed if isinstance(one, list) for part in one
            if isinstance(part, dict)]  # fmt: skip


def words(exchange: Exchange) -> str:
    """The words of an answer, joined."""
    return "".join(str(part["text"]) for part in parts(exchange) if "text" in part)


def pictures(exchange: Exchange) -> list[Picture]:
    """The pictures of an answer, not decoded: their headers are read."""
    return [
        _picture(
            str(value_at(part, "inlineData", "mimeType")), value_at(part, "inlineData", "data")
        )
        for part in parts(exchange)
        if "inlineData" in part
    ]


def pixels(exchange: Exchange) -> list[bytes]:
    """The pixels of each picture of an answer that can be decoded."""
    images = (open_picture(one.data) for one in pictures(exchange))
    return [image.convert("RGB").tobytes() for image in images if image]


def sizes(exchange: Exchange) -> list[tuple[int, int] | None]:
    """Width and height in pixels of each picture; None for what is none."""
    return [one.image.size if one.image else None for one in pictures(exchange)]


def decode(text: Any) -> bytes:
    """The bytes of base64 in either alphabet; none where it is no base64."""
    try:
        return pybase64.b64decode(str(text).translate(ALPHABET), validate=True)
    except ValueError:
        return b""


ALPHABET = str.maketrans("-_", "+/")


def _picture(mime_type: str, text: Any) -> Picture:
    data = decode(text)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Picture(mime_type, data, None)
    return Picture(mime_type, data, image)


@lru_cache(maxsize=4)
def _events(body: bytes) -> Sequence[Any]:
    """The JSON of each event; nothing where one is not framed as an event."""
    events = body.split(END)
    if events.pop() or not all(one.startswith(EVENT) for one in events):
        return ()
    try:
        return [json.loads(one.removeprefix(EVENT)) for one in events]
    except (ValueError, RecursionError):
        return ()
