"""How a gRPC call ends: the message and metadata, or the status, that an answer becomes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.rpc import error_details_pb2  # noqa: F401 (details are found by their name)
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from imagen_fake import spec
from imagen_fake.pipeline.call import Fault
from imagen_fake.pipeline.errors import ApiError, status, without_frames
from imagen_fake.pipeline.respond import Answer
from imagen_fake.surfaces.model_paths import VERTEX
from imagen_fake.surfaces.predict_call import Header, header_text
from imagen_fake.surfaces.vertex_messages import reply as to_message
from imagen_fake.version import __version__

MAX_MESSAGE_BYTES = 1000
"""Of a message, in bytes: it is sent twice, and clients take few thousand bytes of trailers."""

Metadata = tuple[tuple[str, str | bytes], ...]


class GrpcReply(NamedTuple):
    """How a call ends, so many seconds after it was computed; without a message it fails."""

    code: grpc.StatusCode = grpc.StatusCode.OK
    details: str = ""
    message: bytes | None = None
    initial_metadata: Metadata = ()
    trailing_metadata: Metadata = ()
    seconds: float = 0.0


def success(descriptor: Descriptor, answer: Answer) -> GrpcReply:
    """The message of an answer, what goes wrong with it included."""
    serialized = to_message(descriptor, answer.body).SerializeToString()
    reply = GrpcReply(message=serialized, initial_metadata=tuple(_metadata(answer)))
    return _with_fault(reply, answer.outcome.fault, len(answer.body))


def failure(error: ApiError) -> GrpcReply:
    """The status of an error, in the service's shape."""
    error_status = refusal(without_frames(error))
    ended = rpc_status.to_status(error_status)
    reply = GrpcReply(
        ended.code, ended.details or "", trailing_metadata=tuple(ended.trailing_metadata or ())
    )
    return _with_fault(reply, error.outcome.fault, error_status.ByteSize())


def _with_fault(reply: GrpcReply, fault: Fault, length: int) -> GrpcReply:
    """What a fault makes of the reply to an answer of so many bytes: it is late, slow or broken.

    gRPC gives an answer to its caller only once it is whole, so a slow one comes when its last
    byte would. It hides its connections, so a broken one is told by the status that clients give
    it.
    """
    if fault.drop or fault.truncate is not None:
        reply = GrpcReply(grpc.StatusCode.UNAVAILABLE, "Connection reset by peer")
    elif fault.malformed:
        reply = GrpcReply(grpc.StatusCode.INTERNAL, "Failed parsing the response.")
    return reply._replace(seconds=fault.seconds(length))


def _metadata(answer: Answer) -> Iterator[tuple[str, str]]:
    """The fake's version, and the warnings of an answer."""
    yield "x-imagen-fake", __version__
    if answer.warnings:
        yield "x-imagen-fake-warnings", header_text(answer.warnings).decode()


def refusal(error: ApiError) -> Status:
    """The `google.rpc.Status` of an error: its canonical code, its message, its details."""
    error_status = status(error, spec.surface(VERTEX))
    code = spec.table("status_codes")["codes"][error_status["status"]]["grpc"]
    text = error_status["message"].encode()[:MAX_MESSAGE_BYTES].decode(errors="ignore")
    details = error_status.get("details", [])
    return json_format.ParseDict({"code": code, "message": text, "details": details}, Status())


def text_headers(metadata: Iterable[tuple[str, str | bytes]]) -> Iterator[Header]:
    """The texts among the metadata of a call, as headers."""
    for key, value in metadata:
        if isinstance(value, str):
            yield key.encode(), value.encode()
