"""A gRPC call answered in process: from bytes to bytes, as a server and a client's core would."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import grpc
from google.protobuf.descriptor import MethodDescriptor

from imagen_fake.state.state import State
from imagen_fake.surfaces.grpc_reply import GrpcReply, Metadata, text_headers
from imagen_fake.surfaces.vertex_grpc import Vertex, largest_message
from imagen_fake.surfaces.vertex_messages import services
from imagen_fake.testing.asgi import run
from imagen_fake.testing.function_call import Reply
from imagen_fake.testing.grpc_channel import Opening
from imagen_fake.testing.grpc_credentials import CredentialsError, granted, plugins
from imagen_fake.testing.in_process import InProcess, Pending

if TYPE_CHECKING:
    from imagen_fake.surfaces.predict_call import Header

KEY = re.compile(r"[0-9a-z_.-]+")
TEXT = re.compile(r"[\x20-\x7e]*")
"""What the core takes for a name and a text of metadata."""

INVALID = GrpcReply(grpc.StatusCode.INTERNAL, "Invalid metadata")
EXPIRED = GrpcReply(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")
INSECURE = GrpcReply(
    grpc.StatusCode.UNAUTHENTICATED,
    "Established channel does not have a sufficient security level to transfer call credential.",
)
OPENED_BEFORE = """\
The gRPC channel to {} was opened before imagen_fake.intercept() began, which cannot know the \
credentials that it has, and checks them (auth="issued"): make the client within.\
"""
NO_METHOD = GrpcReply(grpc.StatusCode.UNIMPLEMENTED, "Method not found!")


class Outgoing(NamedTuple):
    """What a client sends."""

    authority: str
    method: str
    """`/package.Service/Method`"""
    message: bytes
    metadata: Metadata
    credentials: Any
    """Those of this call, of gRPC's core, or None."""
    seconds: float | None
    """How long the client waits."""


class InvalidMetadataError(Exception):
    """The core does not send such metadata."""


def start(in_process: InProcess, opened: Opening | None, outgoing: Outgoing) -> Pending[GrpcReply]:
    """A call to be computed.

    Raises TypeError for metadata that is no text, RuntimeError where credentials are checked that
    an older channel has for itself.
    """
    for _, value in outgoing.metadata:
        if not isinstance(value, str | bytes):
            raise TypeError(f"Expected str, not {type(value)}")
    if opened is None and in_process.state.config.auth == "issued":
        raise RuntimeError(OPENED_BEFORE.format(outgoing.authority))
    call = GrpcCall(in_process.state, opened, outgoing)
    return in_process.pending(call.reply, call.cancel)


def failed(error: OSError) -> GrpcReply:
    """How a call ends that an error of `Pending.result` ends."""
    if isinstance(error, TimeoutError):
        return EXPIRED
    return GrpcReply(grpc.StatusCode.UNAVAILABLE, str(error))


def cancelled(details: str) -> GrpcReply:
    """How a call ends that its client has cancelled."""
    return GrpcReply(grpc.StatusCode.CANCELLED, details)


def debug_error_string(reply: GrpcReply) -> str:
    """What gRPC's core says to whoever debugs of a failure that it did not see before sending."""
    if reply.message is not None or reply is INVALID:
        return ""
    return f"{reply.code.name}:{reply.details}"


class GrpcCall:
    """One call of a method, computed when `reply` is called."""

    def __init__(self, state: State, opened: Opening | None, outgoing: Outgoing) -> None:
        self._state, self._outgoing = state, outgoing
        self._opened = opened
        self._memory = state.snapshot()
        self._headers: Sequence[Header] = ()

    def reply(self) -> Reply[GrpcReply]:
        """How the call ends. Raises TimeoutError if its credentials come too late."""
        try:
            reply = self._reply()
        except InvalidMetadataError:
            reply = INVALID
        except CredentialsError as error:
            details = f"Getting metadata from plugin failed with error: {error}"
            reply = GrpcReply(grpc.StatusCode.UNAVAILABLE, details)
        return Reply(reply, reply.seconds)

    def cancel(self) -> None:
        """Record the call as cancelled; nothing it has not begun is done."""
        self._memory.cancel()
        self._respond()

    def _reply(self) -> GrpcReply:
        opened, outgoing = self._opened, self._outgoing
        if outgoing.seconds is not None and outgoing.seconds <= 0:
            return EXPIRED
        metadata = tuple(valid(outgoing.metadata))
        granting = (*(opened.plugins if opened else ()), *plugins(outgoing.credentials))
        if granting and opened and not opened.is_secure:
            return INSECURE
        more = granted(granting, outgoing.authority, outgoing.method, outgoing.seconds)
        self._headers = list(text_headers((*metadata, *valid(more))))
        if excess := exceeds(outgoing.message, largest_message(self._state.config)):
            return GrpcReply(grpc.StatusCode.RESOURCE_EXHAUSTED, f"SERVER: {excess}")
        reply = self._respond()
        if opened and (excess := exceeds(reply.message or b"", opened.max_message)):
            details = f"Stream removed (CLIENT: {excess})"
            code = grpc.StatusCode.RESOURCE_EXHAUSTED
            return reply._replace(code=code, details=details, message=None)
        return reply

    def _respond(self) -> GrpcReply:
        if (method := methods().get(self._outgoing.method)) is None:
            return NO_METHOD
        vertex = Vertex(self._state)
        message, memory = self._outgoing.message, self._memory
        return run(vertex.respond(method, message, self._headers, memory))


def valid(metadata: Iterable[tuple[str, str | bytes]]) -> Iterator[tuple[str, str | bytes]]:
    """Metadata as it arrives. Raises InvalidMetadataError."""
    for key, value in metadata:
        if not KEY.fullmatch(key):
            raise InvalidMetadataError(key)
        if key.endswith("-bin"):
            yield key, value.encode() if isinstance(value, str) else value
            continue
        text = value if isinstance(value, str) else value.decode("latin-1")
        if not TEXT.fullmatch(text):
            raise InvalidMetadataError(key)
        yield key, text


def exceeds(message: bytes, limit: int) -> str:
    """The core's words for a message of more bytes than a limit; empty if none are, or it is -1."""
    if 0 <= limit < len(message):
        return f"Received message larger than max ({len(message)} vs. {limit})"
    return ""


@cache
def methods() -> dict[str, MethodDescriptor]:
    """The methods that are answered, by the paths they have."""
    return {
        f"/{service.full_name}/{method.name}": method
        for service in services()
        for method in service.methods
    }
