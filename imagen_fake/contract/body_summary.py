"""A body for a report: what there is to say of each picture in place of its bytes."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pybase64
from PIL import Image

from imagen_fake.contract.checks.response import parse_json
from imagen_fake.contract.picture_file import open_picture

MIN_BASE64 = 64
"""The least characters of a text that may be a file."""

MAX_TEXT = 8000
"""The most characters of a body that is no JSON; reports show fewer, once it is scrubbed."""

MAX_PIXELS = 40_000_000
"""The most pixels of a picture of which a thumbnail is made."""

THUMBNAIL = (128, 128)
"""The most pixels of a thumbnail, width and height."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A body without the bytes of files, and its first picture as a small JPEG file."""

    value: Any
    thumbnail: bytes | None = None


def summarize_body(body: bytes) -> Summary:
    """The summary of a body; of one that is no JSON the beginning as a text."""
    parsed = parse_json(body)
    if parsed is None:
        return Summary(body[:MAX_TEXT].decode("utf-8", "replace"))
    thumbnails: list[bytes] = []
    return Summary(_without_files(parsed, thumbnails), next(iter(thumbnails), None))


def _without_files(node: Any, thumbnails: list[bytes]) -> Any:
    if isinstance(node, dict):
        return {key: _without_files(child, thumbnails) for key, child in node.items()}
    if isinstance(node, list):
        return [_without_files(child, thumbnails) for child in node]
    data = _file_in(node) if isinstance(node, str) and len(node) >= MIN_BASE64 else None
    return node if data is None else _describe(data, thumbnails)


def _file_in(text: str) -> bytes | None:
    """The bytes of a text in base64; None for other texts."""
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError:
        return None


def _describe(data: bytes, thumbnails: list[bytes]) -> Mapping[str, Any]:
    """The bytes and digest of a file, of a picture its type and pixels, too."""
    facts = {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    image = open_picture(data)
    if image is None:
        return facts
    if not thumbnails and image.width * image.height <= MAX_PIXELS:
        thumbnails.append(_thumbnail(image))
    kind = Image.MIME.get(str(image.format))
    return {"mimeType": kind, "width": image.width, "height": image.height, **facts}


def _thumbnail(image: Image.Image) -> bytes:
    small = image.convert("RGB")
    small.thumbnail(THUMBNAIL, reducing_gap=2)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=75)
    return file.getvalue()
