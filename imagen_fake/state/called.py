"""A recorded call. It holds bytes only, so that its size is known."""

import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Protocol

from imagen_fake.pipeline.force import redact_directives
from imagen_fake.pipeline.redaction import redact
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.head import MAX_VALUE_LENGTH, Head
from imagen_fake.state.parts import (
    Origin,
    Part,
    RecordedAnswer,
    answer_part,
    body_part,
    call_part,
    make_part,
)
from imagen_fake.state.summary import summarize_body
from imagen_fake.state.trace import trace

OVERHEAD = 4096
"""About what a call takes in bytes beside its texts and pictures."""


class RecordedRequest(Protocol):
    """A request that the journal can record."""

    @property
    def head(self) -> Head:
        """Method, path and headers."""

    @property
    def raw(self) -> bytes:
        """The body."""

    @property
    def heavy(self) -> bool:
        """Whether recording it takes a while: `is_heavy`."""

    @property
    def origin(self) -> Callable[[], Origin]:
        """Gives the origin when the recorded call is looked at."""


class Called:
    """A recorded call: the request, the canonical call, the answer.

    In `body`, `instance` and `answer` a picture is replaced by its MIME type, size in pixels and
    bytes, and SHA-256. A full journal drops these, then the thumbnails: they are empty or None.
    """

    def __init__(
        self,
        at: float,
        request: RecordedRequest,
        answer: Answer,
        seconds: float,
        ended: float = 0.0,
    ) -> None:
        self.number = 0
        self.at = at
        """Seconds since 1970."""
        self.seconds, self.status = seconds, answer.status
        self.method, self.path = request.head[:2]
        self.headers = dict(request.head.headers)
        self.project = request.head.project
        """The project that the header X-Imagen-Fake-Project or the path names; empty without."""
        self.credential = request.head.credential
        """A digest that tells credentials apart; empty without one."""
        self.trace = trace(request.raw, answer, ended, seconds)
        self.warnings = answer.warnings
        self.directives = redact_directives(answer.outcome.directives)
        self._raw: bytes = request.raw
        self._answer_body: bytes | None = answer.body
        self._origin: Callable[[], Origin] | None = request.origin
        self._target: tuple[str, str] | None = None
        self._parts: dict[str, Part] = {}
        self._lock = Lock()
        self._fixed = OVERHEAD + request.head.size + sum(map(len, answer.warnings))
        self._fixed += len(str(answer.outcome.directives)) if answer.outcome else 0
        self.on_growth: Callable[[Called], None] | None = None
        """Called when the call takes more memory."""

    def __repr__(self) -> str:
        return f"<call {self.number} on {self.surface}: {self.model} -> {self.status}>"

    @property
    def surface(self) -> str:
        """The surface of the request; empty if no route matched."""
        return self._surface_and_model()[0]

    @property
    def model(self) -> str:
        """The id of the model in the request."""
        return self._surface_and_model()[1]

    @property
    def task(self) -> str | None:
        """The task of the call; None if the request was invalid."""
        task: str | None = self._call_fields.get("task")
        return task

    @property
    def prompt(self) -> str:
        """The first 10,000 characters of the prompt."""
        return str(self._call_fields.get("prompt", ""))

    @property
    def instance(self) -> Mapping[str, Any]:
        """The instance in canonical spelling; empty if the request was invalid."""
        instance: Mapping[str, Any] = self._call_fields.get("instance", {})
        return instance

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters in canonical spelling, with defaults; empty if the request was invalid."""
        parameters: Mapping[str, Any] = self._call_fields.get("parameters", {})
        return parameters

    @property
    def body(self) -> Any:
        """The body as it was sent, parsed; a text if it is no JSON."""
        return json.loads(self._part("body").text)

    @property
    def raw(self) -> bytes:
        """The body as it was sent; empty once it was summarized or dropped."""
        return self._raw

    @property
    def answer(self) -> Any:
        """The body of the answer, parsed."""
        return json.loads(self._part("answer").text)

    @property
    def thumbnails(self) -> tuple[bytes, ...]:
        """JPEG files of up to 128 pixels a side: pictures of the request, then of the answer."""
        return (*self._part("body").thumbnails, *self._part("answer").thumbnails)

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        with self._lock:
            bodies = len(self._raw) + len(self._answer_body or b"") + self._fixed
            return bodies + sum(part.size for part in self._parts.values())

    def forget_answer(self) -> None:
        """Drop the body of the answer; it can be rendered again."""
        self._answer_body = None

    def summarize(self) -> None:
        """Summarize the bodies and drop them."""
        if self._origin is None:
            return
        origin, summary = self._origin(), summarize_body(self._raw)
        parts = {
            "body": body_part(summary),
            "call": call_part(origin, summary),
            "answer": answer_part(origin, self._answer),
        }
        self._close()
        with self._lock:
            self._parts = parts

    def shed_bodies(self) -> bool:
        """Drop everything but the thumbnails, which there always is."""
        self._close()
        with self._lock:
            self._parts.pop("call", None)
            for name, part in self._parts.items():
                self._parts[name] = Part(thumbnails=part.thumbnails)
        return True

    def shed_thumbnails(self) -> bool:
        """Drop the thumbnails, too; whether there were any."""
        with self._lock:
            had_thumbnails = any(part.thumbnails for part in self._parts.values())
            self._parts = {}
        return had_thumbnails

    def _close(self) -> None:
        """Drop the bodies and the origin."""
        self._surface_and_model()
        with self._lock:
            self._raw, self._answer_body, self._origin = b"", None, None

    def _surface_and_model(self) -> tuple[str, str]:
        with self._lock:
            origin = self._origin
        if self._target is None:
            surface, model, *_ = origin() if origin else ("", "")
            self._target = surface, redact(model[:MAX_VALUE_LENGTH])
        return self._target

    @property
    def _answer(self) -> RecordedAnswer:
        return RecordedAnswer(self.status, self.directives, self._answer_body)

    @property
    def _call_fields(self) -> Mapping[str, Any]:
        fields: Mapping[str, Any] = json.loads(self._part("call").text)
        return fields or {}

    def _part(self, name: str) -> Part:
        """A part, made on first use; empty once the call was shed."""
        with self._lock:
            part, raw, origin = self._parts.get(name), self._raw, self._origin
        if part is None and origin is not None:
            part = make_part(name, raw, origin(), self._answer)
            with self._lock:
                if self._origin is None:
                    return self._parts.get(name, part)
                self._parts[name] = part
            if self.on_growth:
                self.on_growth(self)
        return part or Part()
