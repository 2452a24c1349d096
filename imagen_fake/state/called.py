"""One call as the journal keeps it: nothing but bytes, so that what it takes can be counted."""

import json
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, NamedTuple, Protocol

from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import redact_directives, with_outcome
from imagen_fake.pipeline.payload import PICTURE_KEYS
from imagen_fake.pipeline.redaction import masked, masked_error
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.head import LONGEST_VALUE, Head
from imagen_fake.state.summary import MOST, Summary, summed_up

OVERHEAD = 4096
"""About what a call takes in bytes beside its texts and pictures."""


class Origin(NamedTuple):
    """Whom a request asked, how to understand it, and how to answer the call once more."""

    surface: str
    model: str
    understand: Callable[[], Call] | None = None
    again: Callable[[Call], bytes] | None = None


class Asking(Protocol):
    """A request as a surface holds it: its beginning, and its body."""

    @property
    def head(self) -> Head:
        """Its beginning, as far as it is kept."""

    @property
    def raw(self) -> bytes:
        """Its body."""

    @property
    def heavy(self) -> bool:
        """Whether it `is_heavy` to enter."""

    @property
    def origin(self) -> Callable[[], Origin]:
        """What it comes to; asked when somebody looks at the call."""


class Part(NamedTuple):
    """Some of what is told of a call: a value as JSON, and JPEG files."""

    text: bytes = b"null"
    thumbnails: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self.text) + sum(map(len, self.thumbnails))


class Called:
    """One call: what was asked, how it was understood, what was answered.

    Pictures in `body`, `instance` and `answer` are told by MIME type, pixels, bytes and SHA-256.
    A journal that is full sheds these, then the thumbnails: they are empty, or None, then.
    """

    def __init__(self, at: float, asking: Asking, made: Answer, seconds: float) -> None:
        self.number = 0
        self.at = at
        """Seconds since 1970."""
        self.seconds, self.status = seconds, made.status
        self.method, self.path, self.headers = asking.head[:3]
        self.warnings, self.directives = made.warnings, redact_directives(made.outcome.directives)
        self._raw: bytes = asking.raw
        self._made: bytes | None = made.body
        self._origin: Callable[[], Origin] | None = asking.origin
        self._asked: tuple[str, str] | None = None
        self._parts: dict[str, Part] = {}
        self._lock = Lock()
        self._fixed = OVERHEAD + asking.head.size + sum(map(len, made.warnings))
        self._fixed += len(str(made.outcome.directives)) if made.outcome else 0
        self.grown: Callable[[Called], None] | None = None
        """Is called whenever more is kept of the call."""

    def __repr__(self) -> str:
        return f"<call {self.number} on {self.surface}: {self.model} -> {self.status}>"

    @property
    def surface(self) -> str:
        """The surface that was asked; empty where no route took the call."""
        return self._named()[0]

    @property
    def model(self) -> str:
        """The id of the model that was asked."""
        return self._named()[1]

    @property
    def task(self) -> str | None:
        """The task that was asked for; None if the request was not understood."""
        task: str | None = self._understood.get("task")
        return task

    @property
    def prompt(self) -> str:
        """The words of the caller, the first 10,000 characters of them."""
        return str(self._understood.get("prompt", ""))

    @property
    def instance(self) -> Mapping[str, Any]:
        """The instance in canonical spelling; empty if the request was not understood."""
        instance: Mapping[str, Any] = self._understood.get("instance", {})
        return instance

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters in canonical spelling, defaults filled; empty if not understood."""
        parameters: Mapping[str, Any] = self._understood.get("parameters", {})
        return parameters

    @property
    def body(self) -> Any:
        """The body as it was sent, parsed; a text if it is no JSON."""
        return json.loads(self._part("asked", self._ask).text)

    @property
    def answer(self) -> Any:
        """The body of the answer, parsed."""
        return json.loads(self._part("answered", self._answer).text)

    @property
    def thumbnails(self) -> tuple[bytes, ...]:
        """JPEG files of up to 128 pixels a side: of what came in, then of what went out."""
        asked, answered = self._part("asked", self._ask), self._part("answered", self._answer)
        return (*asked.thumbnails, *answered.thumbnails)

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        with self._lock:
            kept = len(self._raw) + len(self._made or b"") + self._fixed
            return kept + sum(part.size for part in self._parts.values())

    def forget_answer(self) -> None:
        """Keep the answer no longer: it can be made again."""
        self._made = None

    def sum_up(self) -> None:
        """Sum everything up and forget the bodies."""
        if self._origin is None:
            return
        origin, summary = self._origin(), summed_up(self._raw)
        parts = {
            "asked": _part_of(summary),
            "understood": _understood(origin, summary),
            "answered": self._answer(self._raw, origin),
        }
        self._close()
        with self._lock:
            self._parts = parts

    def shed_bodies(self) -> None:
        """Forget everything but the thumbnails that there are."""
        self._close()
        with self._lock:
            self._parts.pop("understood", None)
            for name, part in self._parts.items():
                self._parts[name] = Part(thumbnails=part.thumbnails)

    def shed_thumbnails(self) -> bool:
        """Forget the thumbnails, too; whether there were any."""
        with self._lock:
            shed = any(part.thumbnails for part in self._parts.values())
            self._parts = {}
        return shed

    def _close(self) -> None:
        """Forget what more could be made of."""
        self._named()
        with self._lock:
            self._raw, self._made, self._origin = b"", None, None

    def _named(self) -> tuple[str, str]:
        with self._lock:
            origin = self._origin
        if self._asked is None:
            surface, model, *_ = origin() if origin else ("", "")
            self._asked = surface, masked(model[:LONGEST_VALUE])
        return self._asked

    @property
    def _understood(self) -> Mapping[str, Any]:
        understood: Mapping[str, Any] = json.loads(self._part("understood", self._understand).text)
        return understood or {}

    def _part(self, name: str, make: Callable[[bytes, Origin], Part]) -> Part:
        """A part, made when it is first asked for; nothing once the call was shed."""
        with self._lock:
            part, raw, origin = self._parts.get(name), self._raw, self._origin
        if part is None and origin is not None:
            part = make(raw, origin())
            with self._lock:
                if self._origin is None:
                    return self._parts.get(name, part)
                self._parts[name] = part
            if self.grown:
                self.grown(self)
        return part or Part()

    def _ask(self, raw: bytes, _: Origin) -> Part:
        return _part_of(summed_up(raw))

    def _understand(self, raw: bytes, origin: Origin) -> Part:
        pictured = any(key in raw for key in PICTURE_KEYS)
        return _understood(
            origin, summed_up(raw, thumbnails=False) if pictured else Summary(None, {})
        )

    @property
    def _mask(self) -> Callable[[str], str]:
        """What hides credentials in the answer: all but an error's own text may be a caller's."""
        own = self.status >= 400 and not self.directives.get("error", ("", ""))[1]
        return masked_error if own else masked

    def _answer(self, _: bytes, origin: Origin) -> Part:
        body = self._made
        if body is None and origin.again and (call := _call(origin)):
            body = origin.again(with_outcome(call, self.directives))
        return _part_of(summed_up(body or b"", mask=self._mask))


def _understood(origin: Origin, summary: Summary) -> Part:
    """What a request was understood as; of one that is too much the task and the prompt."""
    call = _call(origin)
    if call is None:
        return Part()
    told = {"task": call.task, "prompt": summary.replaced(call.prompt)}
    parts = {"instance": call.instance, "parameters": call.parameters}
    text = json.dumps(told | summary.replaced(parts)).encode()
    return Part(text if len(text) <= MOST else json.dumps(told).encode())


def _call(origin: Origin) -> Call | None:
    """The call that a request makes; None if it was refused."""
    try:
        return origin.understand() if origin.understand else None
    except ApiError:
        return None


def _part_of(summary: Summary) -> Part:
    return Part(json.dumps(summary.value).encode(), tuple(summary.thumbnails()))
