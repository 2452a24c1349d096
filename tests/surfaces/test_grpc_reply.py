"""What an error becomes: on the wire, `test_vertex_grpc.py` asks for it."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

import grpc
from google.protobuf import json_format
from google.rpc.status_pb2 import Status

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.surfaces.grpc_reply import failure, refusal, text_headers
from tests.sweep import sweep

VERTEX = spec.surface("vertex")
KNOWN = spec.read("errors.json")["errors"]


def named(template: Any) -> Iterator[str]:
    """The words that are to be filled in, in every string below a template."""
    if isinstance(template, str):
        yield from (name for _, name, _, _ in Formatter().parse(template) if name)
    elif isinstance(template, list | dict):
        for part in template.values() if isinstance(template, dict) else template:
            yield from named(part)


def filled(error_id: str) -> ApiError:
    known = KNOWN[error_id]
    words = {*named(known["message"]), *named(known.get("details"))} - {"failed", "message"}
    return ApiError(error_id, **{word: "1" if word == "seconds" else "x" for word in words})


@sweep("error_id", KNOWN)
def test_every_error_has_its_canonical_code_and_the_words_of_rest(error_id: str) -> None:
    error = filled(error_id)
    made = refusal(error)
    number, _ = grpc.StatusCode[KNOWN[error_id]["status"]].value
    assert (made.code, made.message) == (number, status(error, VERTEX)["message"])


@sweep("error_id", [name for name, known in KNOWN.items() if "details" in known])
def test_details_come_as_rest_has_them(error_id: str) -> None:
    error = filled(error_id)
    reply = failure(error)
    (serialized,) = (value for _, value in reply.trailing_metadata if isinstance(value, bytes))
    details = [json_format.MessageToDict(one) for one in Status.FromString(serialized).details]
    assert details == status(error, VERTEX)["details"]


def test_metadata_in_bytes_is_no_header() -> None:
    metadata = (("x-imagen-fake", "error=503"), ("trace-bin", b"1"))
    assert list(text_headers(metadata)) == [(b"x-imagen-fake", b"error=503")]
