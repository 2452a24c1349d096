"""A JSON body as people read it: in place of each picture what it is, and a thumbnail beside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

import pybase64

from imagen_fake.errors import ApiError
from imagen_fake.payload import read

SIDE = 128
"""Of a thumbnail, in pixels."""

MOST_PIXELS = 40_000_000
"""Of a picture that a thumbnail is made of."""

EXCERPT = 2000
"""How many characters are shown of what is no JSON."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is kept of a picture: its facts (MIME type, pixels, bytes, SHA-256), a small JPEG."""

    facts: Mapping[str, Any]
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A parsed body, a picture's facts where its bytes were; the pictures by the marks for them."""

    value: Any
    pictures: Mapping[str, Picture]

    def replaced(self, value: Any) -> Any:
        """A value with a picture's facts in place of each mark."""
        if isinstance(value, str):
            found = self.pictures.get(value)
            return found.facts if found else value
        if isinstance(value, Mapping):
            return {key: self.replaced(child) for key, child in value.items()}
        if isinstance(value, list):
            return [self.replaced(child) for child in value]
        return value

    def thumbnails(self) -> Iterator[bytes]:
        """The thumbnails there are, JPEG files of up to 128 pixels a side."""
        return (one.thumbnail for one in self.pictures.values() if one.thumbnail)


def summed_up(raw: bytes) -> Summary:
    """The summary of a body; of one that is no JSON the beginning as a text."""
    try:
        payload = read(raw)
    except ApiError:
        return Summary(raw[:EXCERPT].decode(errors="replace"), {})
    pictures = {mark: look(text) for mark, text in payload.media.items()}
    marked = Summary(None, pictures)
    return Summary(marked.replaced(payload.body), pictures)


def look(text: memoryview) -> Picture:
    """What is kept of a picture in base64."""
    try:
        data = pybase64.b64decode(text)
    except ValueError:
        return Picture({"characters": len(text)}, None)
    facts = {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    from PIL import Image

    try:
        with Image.open(BytesIO(data)) as picture:
            shape = {
                "mimeType": picture.get_format_mimetype(),
                "width": picture.width,
                "height": picture.height,
            }
            return Picture({**shape, **facts}, _thumbnail(picture))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Picture(facts, None)


def _thumbnail(picture: Any) -> bytes | None:
    if picture.width * picture.height > MOST_PIXELS:
        return None
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))
    picture.thumbnail((SIDE, SIDE))
    file = BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=75)
    return file.getvalue()
