"""Whole HTTP requests, ready to be sent."""

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from itertools import count
from typing import Any

RECEIVED = "/received"
"""Where the bare server reads the whole body."""

SUBJECTS = ("a red apple", "two cats", "a lighthouse at dusk", "an old bicycle", "a paper boat")
PLACES = ("in a field", "by the sea", "on a table", "under snow", "in watercolour", "")


def path_of(model: str) -> str:
    """Where a model's predictions are asked for."""
    return f"/v1/projects/p/locations/us-central1/publishers/google/models/{model}:predict"


PATH = path_of("imagen-4.0-generate-001")


def post(path: str, body: Any) -> bytes:
    """A POST request with a JSON body."""
    text = json.dumps(body).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(text)}\r\n\r\n"
    ).encode() + text


def get(path: str) -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def predict(prompt: str, path: str = PATH, **parameters: Any) -> bytes:
    """A generate request; one picture of 1024x1024 pixels unless the parameters say otherwise."""
    parameters = {"sampleCount": 1, **parameters}
    return post(path, {"instances": [{"prompt": prompt}], "parameters": parameters})


def unseen(path: str = PATH, **parameters: Any) -> Iterator[bytes]:
    """Generate requests without end, no two alike."""
    for number in count():
        subject = SUBJECTS[number % len(SUBJECTS)]
        place = PLACES[number % len(PLACES)]
        yield predict(f"{subject} {place}, number {number}", path, **parameters)


HEALTH = get("/_fake/health")
CONSTANT = post("/", {})


def numbered(body: Any, number: int) -> Any:
    """A body whose prompts and pictures (PNG) are nobody else's: a comment differs in each."""
    if isinstance(body, list):
        return [numbered(child, number) for child in body]
    if not isinstance(body, dict):
        return body
    return {key: _numbered(key, child, number) for key, child in body.items()}


def _numbered(key: str, child: Any, number: int) -> Any:
    if key == "prompt":
        return f"{child}, number {number}"
    if key == "bytesBase64Encoded":
        return base64.b64encode(_commented(base64.b64decode(child), number)).decode()
    return numbered(child, number)


def _commented(png: bytes, number: int) -> bytes:
    """A PNG with a comment before its end."""
    chunk = b"tEXtComment\0%d" % number
    length, check = len(chunk) - 4, zlib.crc32(chunk)
    return png[:-12] + struct.pack(f">I{len(chunk)}sI", length, chunk, check) + png[-12:]


def media(picture: bytes) -> dict[str, str]:
    """A picture as a request holds it."""
    return {"bytesBase64Encoded": base64.b64encode(picture).decode()}


def edit(raw: bytes, mask: bytes, prompt: str) -> Any:
    """The body of an insertion into a picture where a mask is set."""
    references = [
        {"referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1, "referenceImage": media(raw)},
        {
            "referenceType": "REFERENCE_TYPE_MASK",
            "referenceId": 2,
            "referenceImage": media(mask),
            "maskImageConfig": {"maskMode": "MASK_MODE_USER_PROVIDED", "dilation": 0.01},
        },
    ]
    return {
        "instances": [{"prompt": prompt, "referenceImages": references}],
        "parameters": {"editMode": "EDIT_MODE_INPAINT_INSERTION", "sampleCount": 1},
    }
