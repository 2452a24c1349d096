"""A JSON body for people: each picture replaced by its facts, with a thumbnail."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, NamedTuple

import pybase64

from imagen_fake.json_tree import objects
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.payload import PICTURE_KEYS, parse_body
from imagen_fake.pipeline.redaction import REDACTED, SECRET_BYTES, is_secret_name, redact
from imagen_fake.store import LRUCache

KEYS = {json.loads(key) for key in PICTURE_KEYS}

THUMBNAIL_SIDE = 128
"""Of a thumbnail, in pixels."""

MAX_PIXELS = 40_000_000
"""Of a picture that a thumbnail is made of."""

EXCERPT = 2000
"""How many characters are shown of what is no JSON, or too much of it."""

MAX_TEXT_LENGTH = 10_000
"""In characters; longer ones are cut."""

MAX_JSON_LENGTH = 2**16
"""How many characters of JSON are shown."""


MIN_BASE64_LENGTH = 1000
"""From so many characters on a text of base64 is told by its size and digest."""

OVERHEAD = 1024
"""About what a picture takes in bytes beside its thumbnail."""

CACHE_BYTES = 2**20
"""Of pictures that were looked at: callers send the same ones again and again."""

BASE64 = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/_-]+={0,2}")


class Picture(NamedTuple):
    """What is kept of a picture: its facts (MIME type, pixels, bytes, SHA-256), a small JPEG."""

    facts: Mapping[str, Any]
    thumbnail: bytes | None

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return OVERHEAD + len(self.thumbnail or b"")


_PICTURES = LRUCache[tuple[str, bool], Picture](CACHE_BYTES, lambda _, picture: picture.size)


@dataclass(frozen=True, slots=True)
class Summary:
    """A parsed body, a picture's facts where its bytes were; the pictures by what stood there."""

    value: Any
    pictures: Mapping[str, Picture]
    mask: Callable[[str], str] = redact
    """What hides the credentials in a text."""

    def replace_pictures(self, value: Any) -> Any:
        """A value with a picture's facts in place of each picture, long texts cut."""
        if isinstance(value, str):
            picture = self.pictures.get(value)
            return picture.facts if picture else _summarize_text(value, self.mask)
        if isinstance(value, Mapping):
            return {redact(key): self._replace_value(key, child) for key, child in value.items()}
        if isinstance(value, list):
            return [self.replace_pictures(child) for child in value]
        return value

    def _replace_value(self, key: str, value: Any) -> Any:
        return REDACTED if is_secret_name(key[:MIN_BASE64_LENGTH]) else self.replace_pictures(value)

    def thumbnails(self) -> Iterator[bytes]:
        """The thumbnails there are, JPEG files of up to 128 pixels a side."""
        return (one.thumbnail for one in self.pictures.values() if one.thumbnail)


def summarize_body(
    raw: bytes, *, thumbnails: bool = True, mask: Callable[[str], str] = redact
) -> Summary:
    """The summary of a body; of one that is no JSON, or too much, the beginning as a text."""
    try:
        payload = parse_body(raw)
    except ApiError:
        return Summary(_excerpt(raw), {})
    pictures = dict(_pictures(payload.body, payload.media, thumbnails))
    value = Summary(None, pictures, mask).replace_pictures(payload.body)
    if len(raw) > MAX_JSON_LENGTH and len(json.dumps(value, ensure_ascii=False)) > MAX_JSON_LENGTH:
        value = _excerpt(raw)
    return Summary(value, pictures)


def _pictures(
    node: Any, media: Mapping[str, memoryview], thumbnails: bool
) -> Iterator[tuple[str, Picture]]:
    """What stands for each picture below a value, and the picture: a mark, or a short text."""
    for key, text in (item for _, part in objects(node) for item in part.items()):
        if isinstance(text, str) and key in KEYS:
            data = media.get(text) or memoryview(text.encode())
            picture = summarize_picture(data, thumbnail=thumbnails)
            if text in media or "mimeType" in picture.facts:
                yield text, picture


def _excerpt(raw: bytes) -> str:
    """The first characters, no further than where a credential might follow."""
    excerpt = raw[:EXCERPT]
    secret = SECRET_BYTES.search(excerpt)
    if secret:
        return excerpt[: secret.start()].decode(errors="replace") + REDACTED
    return excerpt.decode(errors="replace")


def _summarize_text(text: str, mask: Callable[[str], str]) -> Any:
    """A text; of a long one the beginning, or what there is to be told of base64."""
    if len(text) > MIN_BASE64_LENGTH and BASE64.fullmatch(text[:MIN_BASE64_LENGTH]):
        digest = sha256(text.encode(errors="replace")).hexdigest()
        return {"characters": len(text), "sha256": digest}
    return mask(text) if len(text) <= MAX_TEXT_LENGTH else f"{mask(text[:MAX_TEXT_LENGTH])}…"


def summarize_picture(text: memoryview, *, thumbnail: bool = True) -> Picture:
    """What is kept of a picture in base64."""
    try:
        data = pybase64.b64decode(text)
    except ValueError:
        return Picture({"characters": len(text)}, None)
    digest = sha256(data).hexdigest()
    return _PICTURES.get_or_create(
        (digest, thumbnail), lambda: _open_picture(data, digest, thumbnail=thumbnail)
    )


def _open_picture(data: bytes, digest: str, *, thumbnail: bool) -> Picture:
    facts = {"bytes": len(data), "sha256": digest}
    from PIL import Image

    from imagen_fake.imaging.files.codec import FORMATS

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            shape = {
                "mimeType": picture.get_format_mimetype(),
                "width": picture.width,
                "height": picture.height,
            }
            return Picture({**shape, **facts}, _thumbnail(picture) if thumbnail else None)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return Picture(facts, None)


def _thumbnail(picture: Any) -> bytes | None:
    if picture.width * picture.height > MAX_PIXELS:
        return None
    from imagen_fake.imaging.files.budget import PICTURES, THUMBNAIL

    picture.draft("RGB", (2 * THUMBNAIL_SIDE, 2 * THUMBNAIL_SIDE))
    with PICTURES.reserve(THUMBNAIL * picture.width * picture.height):
        # A gap of 1 takes half the time, and nobody sees it.
        picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), reducing_gap=1)
    file = BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=75)
    return file.getvalue()
