"""A call of a model as a function call: in the caller's thread, without an event loop."""

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from imagen_fake.clock import monotonic
from imagen_fake.middleware.guards import check_headers
from imagen_fake.pipeline.call import Fault
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import predict, refuse
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.state.state import State
from imagen_fake.surfaces.model_paths import ModelCall, match
from imagen_fake.surfaces.predict_call import Header, answer_headers
from imagen_fake.testing.messages import Response

log = logging.getLogger("imagen_fake")

MIDDLEWARE = frozenset({b"content-encoding", b"origin"})
"""Headers that the application's middleware answers to."""

FRAMING = frozenset({b"content-length", b"transfer-encoding"})

Scope = Mapping[str, Any]


ResponseT = TypeVar("ResponseT")


class Reply(NamedTuple, Generic[ResponseT]):
    """A response, and what goes wrong: seconds before it and in it, the connection dropped.

    `pause` is the longest time between two of its bytes.
    """

    response: ResponseT
    delay: float = 0.0
    transfer: float = 0.0
    pause: float = 0.0
    dropped: bool = False


class FunctionCall:
    """One call of a model, computed when `reply` is called."""

    def __init__(
        self, state: State, scope: Scope, body: bytes, call: ModelCall, memory: Snapshot
    ) -> None:
        self._state, self._scope, self._body = state, scope, body
        self._call, self._memory = call, memory
        self._unreceived = Lock()

    def reply(self) -> Reply[Response]:
        """The answer, a refusal included; a bug of the fake is the service's 500."""
        try:
            answer = self._answer()
        except Exception as error:
            log.exception("%s %s failed", self._scope["method"], self._scope["path"])
            self._state.note_error(error, self._call.head.project)
            answer = self._call.refuse(ApiError("internal"))
        seconds = monotonic() - self._memory.started
        leading = self._call.leading_headers
        headers = [*leading, *answer_headers(answer, self._call.surface, seconds)]
        response = Response(answer.status, headers, answer.body, chunks=answer.chunks)
        return apply_fault(response, answer.outcome.fault)

    def cancel(self) -> None:
        """Record the call as cancelled; nothing it has not begun is done."""
        self._memory.cancel()
        with suppress(ApiError):  # it is recorded with its body, if that may be read
            self._receive()
        refuse(self._call, ApiError("cancelled"), self._memory)

    def _receive(self) -> None:
        """Give the call its body, once. Raises ApiError."""
        if self._unreceived.acquire(blocking=False):
            self._call.authorize(self._state.access, self._scope)
            limit = self._memory.config.max_body_bytes
            if len(self._body) > limit:
                raise ApiError("body_too_large", limit=limit)
            self._call.receive(self._body)

    def _answer(self) -> Answer:
        call, memory = self._call, self._memory
        try:
            self._receive()
        except ApiError as error:
            return refuse(call, error, memory)
        return predict(call, memory)


def function_call(state: State, scope: Scope, body: bytes) -> FunctionCall | None:
    """The call that a plain request to a model is; None for what the application must answer."""
    matched = match(scope["path"]) if scope["method"] == "POST" else None
    if matched is None or not _is_plain(scope["headers"]):
        return None
    endpoint, parameters = matched
    memory = state.snapshot()
    return FunctionCall(state, scope, body, endpoint.call(memory, scope, parameters), memory)


def _is_plain(headers: Iterable[Header]) -> bool:
    """Whether no middleware applies: no `Origin`, no content coding, no repeated header."""
    try:
        check_headers(headers)
    except ApiError:
        return False
    return all(name not in MIDDLEWARE for name, _ in headers)


def apply_fault(response: Response, fault: Fault) -> Reply[Response]:
    """The reply that a response with a fault makes; how it is framed is announced here."""
    body, chunks = fault.announced_body(response.body), response.chunks
    sent = body[: fault.bytes_sent(len(body), chunks)]
    headers = [header for header in response.headers if header[0] not in FRAMING]
    framing = (
        (b"transfer-encoding", b"chunked") if chunks else (b"content-length", b"%d" % len(body))
    )
    sent_response = Response(
        response.status, [*headers, framing], sent, len(sent) == len(body), chunks
    )
    transfer = fault.transfer_seconds(len(body), chunks)
    longest = fault.pause_seconds(fault.pauses(len(body), chunks))
    return Reply(sent_response, fault.delay, transfer, longest, fault.drop)
