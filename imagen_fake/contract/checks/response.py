"""The parts of a response: its JSON, its predictions, its decoded pictures."""

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
from imagen_fake.contract.picture_file import open_picture

MAX_DEPTH = 100
"""The most levels of JSON that are read; validators take no more than 255."""

SURROGATE = re.compile("[\ud800-\udfff]")

CACHE_SIZE = 8
"""The number of answers that stay parsed and decoded: every check reads the same one."""


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """One picture of an answer: its index, its stated MIME type, its file, its pixels.

    There is no image where the file cannot be decoded.
    """

    index: int
    mime_type: str | None
    data: bytes
    image: Image.Image | None


def json_body(response: Response) -> Any:
    """The JSON of an answer; None if it is none.

    None, too, if no validator takes it: nested too deep, or with half a surrogate pair in it.
    """
    return parse_json(response.body)


def error_object(response: Response) -> Mapping[str, Any]:
    """The error of an answer; empty where there is none."""
    body = json_body(response)
    if not isinstance(body, dict):
        return {}
    error = body if "statusCode" in body else body.get("error")  # the former is AI/ML API's
    return error if isinstance(error, dict) else {}


def predictions(exchange: Exchange) -> Sequence[Any]:
    """The predictions of an answer, or the data of one at `images/generations`."""
    return _elements(json_body(exchange.response))


def picture_predictions(exchange: Exchange) -> Sequence[Any]:
    """The elements that are a picture, linked to or not."""
    keys = {*spec.picture_keys(), "gcsUri", "url"}
    return [one for one in predictions(exchange) if isinstance(one, dict) and keys & one.keys()]


def filter_reasons(exchange: Exchange) -> list[str]:
    """The reasons why pictures are missing."""
    return [
        str(one["raiFilteredReason"])
        for one in predictions(exchange)
        if isinstance(one, dict) and "raiFilteredReason" in one
    ]


def decoded_pictures(exchange: Exchange) -> Sequence[DecodedPicture]:
    """Every picture that the answer itself holds, decoded."""
    return _decode_pictures(exchange.response.body)


def value_at(node: Any, *path: str | int) -> Any:
    """The value at a place of a JSON value; None where there is none."""
    for step in path:
        if isinstance(node, dict):
            node = node.get(str(step))
        elif isinstance(node, list) and str(step).isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


@lru_cache(maxsize=CACHE_SIZE)
def parse_json(body: bytes) -> Any:
    """The JSON of a body; None as `json_body` says."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed if _is_sound(parsed, MAX_DEPTH) else None


def _is_sound(node: Any, levels: int) -> bool:
    """Whether a value has no more levels, and can be encoded."""
    if isinstance(node, str):
        return node.isascii() or not SURROGATE.search(node)
    if isinstance(node, dict):
        return _is_sound([*node, *node.values()], levels)
    if isinstance(node, list):
        return levels > 0 and all(_is_sound(child, levels - 1) for child in node)
    return True


@lru_cache(maxsize=CACHE_SIZE)
def _decode_pictures(body: bytes) -> Sequence[DecodedPicture]:
    parsed = parse_json(body)
    files = [
        (index, one.get("mimeType", one.get("mime_type")), one[key])
        for index, one in enumerate(_elements(parsed))
        if isinstance(one, dict)
        for key in spec.picture_keys()
        if isinstance(one.get(key), str)
    ]
    return [_decoded_picture(*file) for file in files]


def _elements(parsed: Any) -> Sequence[Any]:
    elements = parsed.get("predictions", parsed.get("data")) if isinstance(parsed, dict) else None
    return elements if isinstance(elements, list) else ()


def _decoded_picture(index: int, mime_type: str | None, text: str) -> DecodedPicture:
    try:
        data = pybase64.b64decode(text, validate=True)
    except ValueError:
        return DecodedPicture(index, mime_type, b"", None)
    return DecodedPicture(index, mime_type, data, open_picture(data))
