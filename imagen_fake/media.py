"""The pictures a caller sends: from their place in a call to decoded pixels."""

from collections.abc import Mapping
from typing import Any

import pybase64
from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.call import Call
from imagen_fake.errors import ApiError
from imagen_fake.imaging.intake import BadPictureError, Limits, open_picture

MOST_PIXELS = 64_000_000
"""More are refused unread: 192 MB once decoded."""


def picture(call: Call, media: Mapping[str, Any]) -> Image:
    """The decoded picture that `bytesBase64Encoded` or `gcsUri` of a field holds: RGB, upright.

    Raises ApiError `picture_…` for what is no picture, too large or out of reach.
    """
    limits = _limits(call)
    try:
        return open_picture(_data(call, media), limits)
    except BadPictureError as error:
        raise ApiError(
            f"picture_{error.reason}",
            task=call.task,
            detail=error.detail,
            formats=", ".join(limits.formats),
            limit=limits.max_bytes,
        ) from None


def _limits(call: Call) -> Limits:
    """What the call's task takes."""
    schema = spec.task_schema(call.task)["$defs"]["media"]
    return Limits(
        formats=tuple(schema["x-formats"]["value"]),
        max_bytes=schema["x-max-bytes"]["value"],
        max_pixels=MOST_PIXELS,
    )


def _data(call: Call, media: Mapping[str, Any]) -> bytes:
    """The bytes of a picture as a file."""
    if "bytesBase64Encoded" not in media:
        raise ApiError("picture_uri", task=call.task, uri=media["gcsUri"])
    text = media["bytesBase64Encoded"]
    try:
        return pybase64.b64decode(call.media.get(text, text), validate=True)
    except ValueError:
        raise ApiError("picture_not_base64", task=call.task) from None
