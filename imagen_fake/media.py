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


def picture(call: Call, name: str) -> Image:
    """The decoded picture in a field of the instance, in RGB and upright.

    Raises ApiError `picture_…` for what is no picture, too large or out of reach.
    """
    field: Mapping[str, Any] = call.instance[name]
    schema = spec.task_schema(call.task)["$defs"]["instance"]["properties"][name]
    limits = Limits(
        formats=tuple(schema["x-formats"]["value"]),
        max_bytes=schema["x-max-bytes"]["value"],
        max_pixels=MOST_PIXELS,
    )
    try:
        return open_picture(_data(call, field), limits)
    except BadPictureError as error:
        raise ApiError(
            f"picture_{error.reason}",
            task=call.task,
            detail=error.detail,
            formats=", ".join(limits.formats),
            limit=limits.max_bytes,
        ) from None


def _data(call: Call, field: Mapping[str, Any]) -> bytes:
    """The bytes of a picture as a file."""
    if "bytesBase64Encoded" not in field:
        raise ApiError("picture_uri", task=call.task, uri=field["gcsUri"])
    text = field["bytesBase64Encoded"]
    try:
        return pybase64.b64decode(call.media.get(text, text), validate=True)
    except ValueError:
        raise ApiError("picture_not_base64", task=call.task) from None
