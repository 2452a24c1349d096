"""What was asked: the last calls of a fake in order, bounded in number and bytes.

An entry keeps the call, not its pictures: the same call draws the same pictures, so they are
drawn again for who wants to look at them. Calls that are large, or that might draw others next
time, are summed up at once instead.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from threading import Lock, RLock
from time import time
from typing import Any, NamedTuple, Protocol, TypeVar

from imagen_fake.call import Call
from imagen_fake.errors import ApiError
from imagen_fake.forced import compelled
from imagen_fake.respond import Answer
from imagen_fake.summary import Summary, summed_up

MOST_CALLS = 1000
MOST_BYTES = 32 * 2**20
OVERHEAD = 4096
"""About what an entry costs in bytes beside its bodies and thumbnails."""

LARGE = 2**16
"""Bodies of more bytes are not kept."""

SECRET = ("auth", "cookie", "key", "token", "secret", "password", "credential")
"""What the name of a header has in it if its value is nobody's business."""

REDACTED = "(redacted)"

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a request asked, how to understand it, and how to answer the call once more."""

    surface: str
    model: str
    understand: Callable[[], Call] | None = None
    again: Callable[[Call], bytes] | None = None


class Asking(Protocol):
    """A request on its way, as a surface holds it: its ASGI scope and its body."""

    scope: Mapping[str, Any]
    raw: bytes

    def origin(self) -> Origin:
        """What the request comes to."""


class Noted(NamedTuple):
    """What is noted of a call at once; the seconds of `at` since 1970."""

    number: int
    at: float
    asking: Asking
    status: int
    warnings: tuple[str, ...]
    directives: Mapping[str, Any]
    body: bytes | None
    seconds: float


class Called:
    """One call: what was asked, how it was understood, what was answered.

    Pictures in `body`, `instance` and `answer` are told by MIME type, pixels, bytes and SHA-256.
    """

    def __init__(self, noted: Noted) -> None:
        origin, scope = noted.asking.origin(), noted.asking.scope
        self.number, self.at, _, self.status, self.warnings, self.directives, *_ = noted
        self.seconds = noted.seconds
        self.surface, self.model = origin.surface, origin.model
        self.method, self.path = str(scope["method"]), str(scope["path"])
        self._headers = scope["headers"]
        self._lock = RLock()
        self._seen: dict[str, Any] = {}
        self._raw: bytes | None = noted.asking.raw
        self._made = noted.body
        self._origin: Origin | None = origin

    def __repr__(self) -> str:
        return f"<call {self.number} on {self.surface}: {self.model} -> {self.status}>"

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers by name in lower case; credentials are redacted."""
        told = {name.decode("latin-1").lower(): value for name, value in self._headers}
        return {
            name: REDACTED if any(word in name for word in SECRET) else value.decode("latin-1")
            for name, value in told.items()
        }

    @property
    def task(self) -> str | None:
        """The task that was asked for; None if the request was not understood."""
        return self._understood.task if self._understood else None

    @property
    def prompt(self) -> str:
        """The words of the caller."""
        return self._understood.prompt if self._understood else ""

    @property
    def instance(self) -> Mapping[str, Any]:
        """The instance in canonical spelling; empty if the request was not understood."""
        return self._summary.replaced(self._understood.instance) if self._understood else {}

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters in canonical spelling, defaults filled; empty if not understood."""
        return self._understood.parameters if self._understood else {}

    @property
    def body(self) -> Any:
        """The body as it was sent, parsed; a text if it is no JSON."""
        return self._summary.value

    @property
    def answer(self) -> Any:
        """The body of the answer, parsed."""
        return self._answered.value

    @property
    def thumbnails(self) -> tuple[bytes, ...]:
        """JPEG files of up to 128 pixels a side: of what came in, then of what went out."""
        return (*self._summary.thumbnails(), *self._answered.thumbnails())

    def sum_up(self) -> int:
        """Sum everything up and forget the bodies; about how many bytes are left."""
        with self._lock:
            taken = self._summary.size + self._answered.size
            if self._understood:
                kept = replace(self._understood, media={}, instance=self.instance)
                self._seen["understood"] = kept
            self._raw = self._origin = self._made = None
            return taken

    @property
    def _understood(self) -> Call | None:
        return self._once("understood", self._understand)

    @property
    def _summary(self) -> Summary:
        return self._once("summary", lambda: summed_up(self._raw or b""))

    @property
    def _answered(self) -> Summary:
        return self._once("answered", self._answer)

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        """What is made once, whichever thread asks for it first.

        `cached_property` has a lock of its own before Python 3.12, for all calls there are: who
        reads a call and who sums it up would wait for each other.
        """
        with self._lock:
            if name not in self._seen:
                self._seen[name] = make()
            made: Made = self._seen[name]
            return made

    def _understand(self) -> Call | None:
        if not self._origin or not self._origin.understand:
            return None
        try:
            return self._origin.understand()
        except ApiError:
            return None

    def _answer(self) -> Summary:
        body, call = self._made, self._understood
        if body is None and call and self._origin and self._origin.again:
            body = self._origin.again(compelled(call, self.directives))
        return summed_up(body or b"")


class Journal:
    """The last calls of one fake, no more of them and no more bytes than the limits."""

    def __init__(self, calls: int = MOST_CALLS, limit: int = MOST_BYTES) -> None:
        self._limits = calls, limit
        self._entries: dict[int, Noted | Called] = {}
        self._sizes: dict[int, int] = {}
        self._lock = Lock()
        self._next = 1
        self.size = 0
        """About how many bytes the entries take."""

    def add(self, asking: Asking, made: Answer, seconds: float) -> None:
        """Enter a call; the oldest are forgotten where there are too many."""
        large = len(made.body) > LARGE
        heavy = len(asking.raw) > LARGE or (large and not made.repeats)
        body = made.body if heavy or not large else None
        size = OVERHEAD + len(asking.raw) + len(body or b"")
        with self._lock:
            number = self._next
            self._next += 1
            self._entries[number] = Noted(
                number, time(), asking, made.status, made.warnings, made.forced, body, seconds
            )
            self._sizes[number] = size
            self.size += size
            if len(self._entries) > self._limits[0] or self.size > self._limits[1]:
                self._trim()
        if heavy:
            _summing().submit(self._sum_up, number)

    def __iter__(self) -> Iterator[Called]:
        with self._lock:
            return iter([self._called(number) for number in self._entries])

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, number: int) -> Called | None:
        """The call of that number; None if it never was, or is forgotten."""
        with self._lock:
            return self._called(number) if number in self._entries else None

    def clear(self) -> None:
        """Forget everything, and number calls from 1 again."""
        with self._lock:
            self._entries.clear()
            self._sizes.clear()
            self.size, self._next = 0, 1

    def _called(self, number: int) -> Called:
        entry = self._entries[number]
        if isinstance(entry, Noted):
            entry = self._entries[number] = Called(entry)
        return entry

    def _sum_up(self, number: int) -> None:
        called = self.get(number)
        if called is None:
            return
        size = 2 * OVERHEAD + called.sum_up()
        with self._lock:
            if self._entries.get(number) is called:
                self.size += size - self._sizes[number]
                self._sizes[number] = size

    def _trim(self) -> None:
        calls, limit = self._limits
        while len(self._entries) > calls or (self.size > limit and len(self._entries) > 1):
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self.size -= self._sizes.pop(oldest)


@cache
def _summing() -> ThreadPoolExecutor:
    """One thread for what need not be done before the answer is sent."""
    return ThreadPoolExecutor(1, "imagen-fake-journal")
