"""The pictures a caller sends: from their place in a call to decoded pixels."""

from collections.abc import Mapping
from typing import Any

import pybase64
from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.call import Call
from imagen_fake.cloud import fetch
from imagen_fake.errors import ApiError
from imagen_fake.imaging.intake import BadPictureError, Limits, open_picture

MOST_PIXELS = 64_000_000
"""More are refused unread: 192 MB once decoded."""

MOST_BYTES = 128 * 2**20
"""No larger object is read, even where only its size as a PNG is limited."""


def picture(call: Call, media: Mapping[str, Any], mode: str = "RGB") -> Image:
    """The decoded picture that `bytesBase64Encoded` or `gcsUri` of a field holds, upright.

    The mode is RGB or L. Raises ApiError `picture_…` for what is no picture or too large,
    `storage_…` for what is out of reach.
    """
    limits = _limits(call)
    try:
        return open_picture(_data(call, media, limits), limits, mode)
    except BadPictureError as error:
        raise ApiError(
            f"picture_{error.reason}",
            task=call.task,
            detail=error.detail,
            formats=", ".join(limits.formats),
            limit=limits.max_bytes,
        ) from None


def _limits(call: Call) -> Limits:
    """What the call's task takes; where sources contradict each other, less of it when strict."""
    schema = spec.task_schema(call.task)["$defs"]["media"]
    size = schema["x-max-bytes"]
    return Limits(
        formats=tuple(schema["x-formats"]["value"]),
        max_bytes=size["strict"] if call.strict and "strict" in size else size["value"],
        max_pixels=MOST_PIXELS,
        as_png=size.get("as") == "PNG",
    )


def _data(call: Call, media: Mapping[str, Any], limits: Limits) -> bytes:
    """The bytes of a picture as a file."""
    if "bytesBase64Encoded" not in media:
        return fetch(call, media["gcsUri"], MOST_BYTES if limits.as_png else limits.max_bytes)
    text = media["bytesBase64Encoded"]
    try:
        return pybase64.b64decode(call.media.get(text, text), validate=True)
    except ValueError:
        raise ApiError("picture_not_base64", task=call.task) from None
