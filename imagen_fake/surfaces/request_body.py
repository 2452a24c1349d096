"""The body of a request, read within bounds."""

from io import BytesIO

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from imagen_fake.pipeline.errors import ApiError

MAX_LENGTH_DIGITS = 20
"""Digits of a size in bytes: no client sends more."""


async def receive_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The request body, once its last byte is there.

    Raises ApiError `body_too_large` if it is said to have more than `limit` bytes, before it comes,
    or once it has; ClientDisconnect if the client leaves before the last one.
    """
    if content_length(scope) > limit:
        raise ApiError("body_too_large", limit=limit)
    body = BytesIO()  # it grows without a copy, and gives what it holds without another
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        if body.tell() + len(chunk) > limit:
            raise ApiError("body_too_large", limit=limit)
        body.write(chunk)
        if not message.get("more_body", False):
            return body.getvalue()


def content_length(scope: Scope) -> int:
    """How many bytes a body is said to have by its head; 0 if that does not say."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and len(value) <= MAX_LENGTH_DIGITS:
            return int(value)
    return 0
