"""A call of a model as a function call: in the caller's thread, without an event loop."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from imagen_fake.clock import monotonic
from imagen_fake.middleware.repeated_headers import reject_repeated
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import predict, refuse
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.state.state import State
from imagen_fake.surfaces.answer_headers import Header, answer_headers
from imagen_fake.surfaces.model_paths import ModelCall, match
from imagen_fake.testing.messages import Response

log = logging.getLogger("imagen_fake")

MIDDLEWARE = frozenset({b"content-encoding", b"origin"})
"""Headers that the application's middleware answers to."""

Scope = Mapping[str, Any]


class Reply(NamedTuple):
    """A response, its delay in seconds, and whether the connection is dropped instead."""

    response: Response
    seconds: float = 0.0
    dropped: bool = False


class FunctionCall:
    """One call of a model, computed when `reply` is called."""

    def __init__(
        self, state: State, scope: Scope, body: bytes, call: ModelCall, memory: Snapshot
    ) -> None:
        self._state, self._scope, self._body = state, scope, body
        self._call, self._memory = call, memory

    def reply(self) -> Reply:
        """The answer, a refusal included; a bug of the fake is the service's 500."""
        try:
            answer = self._answer()
        except Exception as error:
            log.exception("%s %s failed", self._scope["method"], self._scope["path"])
            self._state.note_error(error)
            answer = self._call.refuse(ApiError("internal"))
        seconds = monotonic() - self._memory.started
        return apply_fault(answer, answer_headers(answer, self._call.surface, seconds))

    def cancel(self) -> None:
        """Record the call as cancelled; nothing it has not begun is done."""
        self._memory.cancel()
        refuse(self._call, ApiError("cancelled"), self._memory)

    def _answer(self) -> Answer:
        call, memory = self._call, self._memory
        try:
            call.authorize(self._state.access, self._scope)
            call.receive(_check_length(self._body, memory.config.max_body_bytes))
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
        reject_repeated(headers)
    except ApiError:
        return False
    return all(name not in MIDDLEWARE for name, _ in headers)


def apply_fault(answer: Answer, headers: list[Header]) -> Reply:
    """The reply that an answer with a fault makes."""
    fault = answer.outcome.fault
    body = fault.announced_body(answer.body)
    sent = body[: fault.bytes_sent(len(body))]
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    response = Response(answer.status, headers, sent, len(sent) == len(body))
    return Reply(response, fault.seconds(len(body)), fault.drop)


def _check_length(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise ApiError("body_too_large", limit=limit)
    return body
