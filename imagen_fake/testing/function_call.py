"""A call of a model as a function call: in the caller's thread, without an event loop."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from imagen_fake.clock import monotonic
from imagen_fake.middleware.single_headers import reject_repeated
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import answer, refuse
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
    """A response, how many seconds late it is, and whether the connection drops in its place."""

    response: Response
    seconds: float = 0.0
    dropped: bool = False


class FunctionCall:
    """One call of a model, computed by whoever asks for the `reply`."""

    def __init__(
        self, state: State, scope: Scope, body: bytes, call: ModelCall, memory: Snapshot
    ) -> None:
        self._state, self._scope, self._body = state, scope, body
        self._call, self._memory = call, memory

    def reply(self) -> Reply:
        """The answer, a refusal included; a bug of the fake is the service's 500."""
        try:
            made = self._answer()
        except Exception as error:
            log.exception("%s %s failed", self._scope["method"], self._scope["path"])
            self._state.note_error(error)
            made = self._call.refuse(ApiError("internal"))
        seconds = monotonic() - self._memory.started
        return reply(made, answer_headers(made, self._call.surface, seconds))

    def cancel(self) -> None:
        """Note that nobody waits any more."""
        self._memory.leave()
        refuse(self._call, ApiError("cancelled"), self._memory)

    def _answer(self) -> Answer:
        call, memory = self._call, self._memory
        try:
            call.admit(self._state.access, self._scope)
            call.receive(_within(self._body, memory.config.max_body_bytes))
        except ApiError as error:
            return refuse(call, error, memory)
        return answer(call, memory)


def function_call(state: State, scope: Scope, body: bytes) -> FunctionCall | None:
    """A plain request at the path of a model; None for all that the application must answer."""
    found = match(scope["path"]) if scope["method"] == "POST" else None
    if found is None or not _is_plain(scope["headers"]):
        return None
    endpoint, parameters = found
    memory = state.snapshot()
    return FunctionCall(state, scope, body, endpoint.call(memory, scope, parameters), memory)


def _is_plain(headers: Iterable[Header]) -> bool:
    """Whether no middleware has anything to do: no page asks, no header is wrong or compresses."""
    try:
        reject_repeated(headers)
    except ApiError:
        return False
    return all(name not in MIDDLEWARE for name, _ in headers)


def reply(made: Answer, headers: list[Header]) -> Reply:
    """An answer with its headers, and what its fault makes of both."""
    fault = made.outcome.fault
    body = fault.body(made.body)
    sent = body[: fault.sent(len(body))]
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    response = Response(made.status, headers, sent, len(sent) == len(body))
    return Reply(response, fault.seconds(len(body)), fault.drop)


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise ApiError("body_too_large", limit=limit)
    return body
