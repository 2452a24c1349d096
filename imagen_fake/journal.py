"""What was asked: the last calls of a fake in order, bounded in number and bytes.

An entry keeps the call, not its pictures: the same call draws the same pictures, so they are
drawn again for who wants to look at them. Calls that are large, or that might draw others next
time, are summed up at once instead.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from threading import Lock, RLock
from typing import Any

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

SECRET = ("authorization", "cookie", "key", "token", "secret", "password", "credential")
"""What the name of a header has in it if its value is nobody's business."""

REDACTED = "(redacted)"


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came: seconds since 1970, where to, its headers, its body."""

    at: float
    method: str
    path: str
    headers: Sequence[tuple[bytes, bytes]]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a request asked, how to understand it, and how to answer the call once more."""

    surface: str
    model: str
    understand: Callable[[], Call] | None = None
    again: Callable[[Call], bytes] | None = None


class Called:
    """One call: what was asked, how it was understood, what was answered.

    Pictures in `body`, `instance` and `answer` are told by MIME type, pixels, bytes and SHA-256.
    """

    def __init__(
        self, number: int, received: Received, origin: Origin, made: Answer, seconds: float
    ) -> None:
        self.number = number
        self.surface = origin.surface
        self.model = origin.model
        self.at = received.at
        self.method = received.method
        self.path = received.path
        self.status = made.status
        self.warnings = made.warnings
        self.directives = made.forced
        self.seconds = seconds
        self._lock = RLock()
        self._received: Received | None = received
        self._origin: Origin | None = origin
        self._headers = received.headers
        self.heavy = len(received.raw) > LARGE or not _repeats(made, origin)
        self._made = made.body if self.heavy or len(made.body) <= LARGE else None
        self.size = OVERHEAD + len(received.raw) + len(self._made or b"")

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
        """Sum everything up and forget the bodies; how many bytes the entry takes then."""
        with self._lock:
            if self._received is not None:
                self.size = 2 * OVERHEAD + sum(map(len, self.thumbnails))
                if self._understood:
                    self.__dict__["_understood"] = replace(self._understood, media={})
                self._received = self._origin = self._made = None
            return self.size

    @cached_property
    def _understood(self) -> Call | None:
        with self._lock:
            if not self._origin or not self._origin.understand:
                return None
            try:
                return self._origin.understand()
            except ApiError:
                return None

    @cached_property
    def _summary(self) -> Summary:
        with self._lock:
            return summed_up(self._received.raw if self._received else b"")

    @cached_property
    def _answered(self) -> Summary:
        with self._lock:
            body, call = self._made, self._understood
            if body is None and call and self._origin and self._origin.again:
                body = self._origin.again(compelled(call, self.directives))
            return summed_up(body or b"")


def _repeats(made: Answer, origin: Origin) -> bool:
    """Whether the answer can be made again, or is small enough to be kept."""
    small = len(made.body) <= LARGE
    return small or (origin.again is not None and (made.lasts or bool(made.forced)))


class Journal:
    """The last calls of one fake, no more of them and no more bytes than the limits."""

    def __init__(self, calls: int = MOST_CALLS, limit: int = MOST_BYTES) -> None:
        self._limits = calls, limit
        self._called: deque[Called] = deque()
        self._sizes: dict[int, int] = {}
        self._lock = Lock()
        self._next = 1
        self.size = 0

    def add(self, received: Received, origin: Origin, made: Answer, seconds: float) -> None:
        """Enter a call; the oldest are forgotten where there are too many."""
        with self._lock:
            called = Called(self._next, received, origin, made, seconds)
            self._next += 1
            self._called.append(called)
            self.size += called.size
            self._sizes[called.number] = called.size
            self._trim()
        if called.heavy:
            _summing().submit(self._sum_up, called)

    def __iter__(self) -> Iterator[Called]:
        with self._lock:
            return iter(tuple(self._called))

    def __len__(self) -> int:
        return len(self._called)

    def get(self, number: int) -> Called | None:
        """The call of that number; None if it never was, or is forgotten."""
        return next((called for called in self if called.number == number), None)

    def clear(self) -> None:
        """Forget everything, and number calls from 1 again."""
        with self._lock:
            self._called.clear()
            self._sizes.clear()
            self.size, self._next = 0, 1

    def _sum_up(self, called: Called) -> None:
        size = called.sum_up()
        with self._lock:
            if self._sizes.get(called.number) is not None:
                self.size += size - self._sizes[called.number]
                self._sizes[called.number] = size
                self._trim()

    def _trim(self) -> None:
        calls, limit = self._limits
        while len(self._called) > calls or (self.size > limit and len(self._called) > 1):
            self.size -= self._sizes.pop(self._called.popleft().number)


@cache
def _summing() -> ThreadPoolExecutor:
    """One thread for what need not be done before the answer is sent."""
    return ThreadPoolExecutor(1, "imagen-fake-journal")
