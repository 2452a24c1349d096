"""The parts of a recorded call that are made when somebody looks at them."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import with_outcome
from imagen_fake.pipeline.payload import PICTURE_KEYS
from imagen_fake.pipeline.redaction import redact, redact_error
from imagen_fake.state.summary import MAX_JSON_LENGTH, Summary, summarize_body

EVENT = b"data: "
"""How a server-sent event begins."""


class Origin(NamedTuple):
    """Surface, model, and callbacks that re-parse the request and re-render the call."""

    surface: str
    model: str
    understand: Callable[[], Call] | None = None
    redraw: Callable[[Call], bytes] | None = None


class Part(NamedTuple):
    """A part of a recorded call: a value as JSON, and thumbnails as JPEG."""

    text: bytes = b"null"
    thumbnails: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self.text) + sum(map(len, self.thumbnails))


class RecordedAnswer(NamedTuple):
    """What is kept of an answer: its status, the directives, the body unless it was dropped."""

    status: int
    directives: Mapping[str, Any]
    body: bytes | None


def body_part(summary: Summary) -> Part:
    """The body of a request or an answer."""
    return Part(json.dumps(summary.value).encode(), tuple(summary.thumbnails()))


def call_part(origin: Origin, summary: Summary) -> Part:
    """Task, prompt, instance and parameters; of a large call only task and prompt."""
    call = _understand(origin)
    if call is None:
        return Part()
    fields = {"task": call.task, "prompt": summary.replace_pictures(call.prompt)}
    parts = {"instance": call.instance, "parameters": call.parameters}
    text = json.dumps(fields | summary.replace_pictures(parts)).encode()
    return Part(text if len(text) <= MAX_JSON_LENGTH else json.dumps(fields).encode())


def answer_part(origin: Origin, answer: RecordedAnswer) -> Part:
    """The body of an answer, rendered again if it was dropped; events of a stream as a list."""
    body = answer.body
    if body is None and origin.redraw and (call := _understand(origin)):
        body = origin.redraw(with_outcome(call, answer.directives))
    body = _events_as_array(body or b"")
    # Any text but the fake's own errors may be a caller's.
    own = answer.status >= 400 and not answer.directives.get("error", ("", ""))[1]
    return body_part(summarize_body(body, mask=redact_error if own else redact))


def make_part(name: str, raw: bytes, origin: Origin, answer: RecordedAnswer) -> Part:
    """The part of that name: `body`, `call` or `answer`."""
    if name == "body":
        return body_part(summarize_body(raw))
    if name == "call":
        pictures = any(key in raw for key in PICTURE_KEYS)
        summary = summarize_body(raw, thumbnails=False) if pictures else Summary(None, {})
        return call_part(origin, summary)
    return answer_part(origin, answer)


def _understand(origin: Origin) -> Call | None:
    """The call of a request; None if it is invalid."""
    try:
        return origin.understand() if origin.understand else None
    except ApiError:
        return None


def _events_as_array(body: bytes) -> bytes:
    """Server-sent events as an array of JSON; any other body as it is."""
    if not body.startswith(EVENT):
        return body
    return b"[%b]" % b",".join(body.removeprefix(EVENT).rstrip().split(b"\r\n\r\n" + EVENT))
