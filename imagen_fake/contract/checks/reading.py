"""An answer as a reader sees it: its JSON, its elements, its decoded pictures."""

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pybase64
from PIL import Image

from imagen_fake import spec
from imagen_fake.contract.exchange import Exchange, Response
from imagen_fake.imaging.files.codec import FORMATS

DEEPEST = 100
"""How many levels of JSON are read; validators take no more than 255."""

SURROGATE = re.compile("[\ud800-\udfff]")

KEPT = 8
"""How many answers stay parsed and decoded: every check reads the same one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of an answer: its number, its MIME type as said, its file, its pixels.

    There is no image where the file cannot be decoded.
    """

    index: int
    mime_type: str | None
    data: bytes
    image: Image.Image | None


def said(response: Response) -> Any:
    """The JSON of an answer; None if it is none.

    None, too, if no validator takes it: nested too deep, or with half a surrogate pair in it.
    """
    return _parsed(response.body)


def error(response: Response) -> Mapping[str, Any]:
    """The error of an answer; empty where there is none."""
    body = said(response)
    if not isinstance(body, dict):
        return {}
    found = body if "statusCode" in body else body.get("error")  # the former is AI/ML API's
    return found if isinstance(found, dict) else {}


def elements(exchange: Exchange) -> Sequence[Any]:
    """The predictions of an answer, or the data of one at `images/generations`."""
    return _elements(said(exchange.response))


def shown(exchange: Exchange) -> Sequence[Any]:
    """The elements that are a picture, linked to or not."""
    keys = {*spec.picture_keys(), "gcsUri", "url"}
    return [one for one in elements(exchange) if isinstance(one, dict) and keys & one.keys()]


def notices(exchange: Exchange) -> list[str]:
    """The reasons why pictures are missing."""
    return [
        str(one["raiFilteredReason"])
        for one in elements(exchange)
        if isinstance(one, dict) and "raiFilteredReason" in one
    ]


def pictures(exchange: Exchange) -> Sequence[Shown]:
    """Every picture that the answer itself holds, decoded."""
    return _decoded(exchange.response.body)


def opened(data: bytes) -> Image.Image | None:
    """A decoded picture; None for what is none."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return image


@lru_cache(maxsize=KEPT)
def _parsed(body: bytes) -> Any:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed if _is_sound(parsed, DEEPEST) else None


def _is_sound(node: Any, levels: int) -> bool:
    """Whether a value has no more levels, and can be encoded."""
    if isinstance(node, str):
        return node.isascii() or not SURROGATE.search(node)
    if isinstance(node, dict):
        return _is_sound([*node, *node.values()], levels)
    if isinstance(node, list):
        return levels > 0 and all(_is_sound(child, levels - 1) for child in node)
    return True


@lru_cache(maxsize=KEPT)
def _decoded(body: bytes) -> Sequence[Shown]:
    parsed = _parsed(body)
    files = [
        (index, one.get("mimeType", one.get("mime_type")), one[key])
        for index, one in enumerate(_elements(parsed))
        if isinstance(one, dict)
        for key in spec.picture_keys()
        if isinstance(one.get(key), str)
    ]
    return [_shown(*file) for file in files]


def _elements(parsed: Any) -> Sequence[Any]:
    found = parsed.get("predictions", parsed.get("data")) if isinstance(parsed, dict) else None
    return found if isinstance(found, list) else ()


def _shown(index: int, mime_type: str | None, text: str) -> Shown:
    try:
        data = pybase64.b64decode(text, validate=True)
    except ValueError:
        return Shown(index, mime_type, b"", None)
    return Shown(index, mime_type, data, opened(data))
