"""The last calls of a fake in order, bounded in number and bytes.

An entry keeps the request, not the pictures of its answer: they are rendered again when somebody
looks at them. Requests that are large, not reproducible, or have a credential in their body are
summarized at once instead.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from itertools import count
from threading import Lock
from time import time
from typing import NamedTuple

from imagen_fake.clock import monotonic
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import redact_directives
from imagen_fake.pipeline.payload import cut_pictures
from imagen_fake.pipeline.redaction import SECRET_BYTES
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Called, RecordedRequest
from imagen_fake.state.head import Head

log = logging.getLogger("imagen_fake")

MAX_CALLS = 1000
MAX_BYTES = 32 * 2**20

MAX_BODY_BYTES = 2**16
"""Bodies of more bytes are not kept."""

MAX_HEAD_BYTES = 2**14
"""Nor is a request whose path and headers have more."""


class Shed(NamedTuple):
    """How many calls a full journal has dropped: their bodies, their thumbnails, all of them."""

    bodies: int
    thumbnails: int
    calls: int


def is_heavy(head: Head, raw: bytes) -> bool:
    """Whether a call is summarized when it is recorded, which takes a while.

    So that no credential is kept, a request with one is.
    """
    if len(raw) > MAX_BODY_BYTES or head.raw_size > MAX_HEAD_BYTES or head.has_secret:
        return True
    try:
        text, _ = cut_pictures(raw)
    except ApiError:
        return True
    return SECRET_BYTES.search(text) is not None


def _is_irreproducible(answer: Answer) -> bool:
    """Whether an answer is too large to keep and not reproducible, or has a forced secret."""
    return (len(answer.body) > MAX_BODY_BYTES and not answer.reproducible) or (
        redact_directives(answer.outcome.directives) != answer.outcome.directives
    )


class Journal:
    """The last calls of one fake, bounded in number and bytes.

    A full one drops the bodies of the oldest calls first, then thumbnails, then calls.
    """

    def __init__(
        self,
        calls: int = MAX_CALLS,
        limit: int = MAX_BYTES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._limits, self._clock = (calls, limit), clock
        self._lock = Lock()
        self._reset()

    def add(self, request: RecordedRequest, answer: Answer, seconds: float) -> None:
        """Record a call; takes a while if it is heavy."""
        called = Called(time(), request, answer, seconds, self._clock())
        if request.heavy or _is_irreproducible(answer):
            self._summarize(called)
        elif len(answer.body) > MAX_BODY_BYTES:
            called.forget_answer()
        called.on_growth = self._account
        with self._lock:
            called.number = next(self._numbers)
            self._entries[called.number] = called
            self._sizes[called.number] = 0
            for unshed in self._unshed:
                unshed.append(called)
        self._account(called)

    def __iter__(self) -> Iterator[Called]:
        with self._lock:
            return iter([*self._entries.values()])

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def shed(self) -> Shed:
        """How many calls were dropped, in part or whole, to stay within the limits."""
        return Shed(*self._shed)

    @property
    def total(self) -> int:
        """How many calls were recorded since it was cleared."""
        return len(self._entries) + self._shed[2]

    def get(self, number: int) -> Called | None:
        """The call of that number; None if there is none, or it was dropped."""
        return self._entries.get(number)

    def clear(self) -> None:
        """Drop every call, and number from 1 again."""
        with self._lock:
            self._reset()

    def _reset(self) -> None:
        self._entries: dict[int, Called] = {}
        self._sizes: dict[int, int] = {}
        self._unshed = deque[Called](), deque[Called]()
        self._shed = [0, 0, 0]
        self._numbers = count(1)
        self.size = 0
        """About how many bytes the entries take."""

    def _summarize(self, called: Called) -> None:
        try:
            called.summarize()
        except Exception:
            log.exception("a call of %s could not be summed up", called.path)
            called.shed_bodies()

    def _account(self, called: Called) -> None:
        """Add the present size of a call, and drop what exceeds the limits."""
        with self._lock:
            self._weigh(called)
            if self.size > self._limits[1]:
                self._shed_parts()
            while self.size > self._limits[1] or len(self._entries) > self._limits[0]:
                self._drop()

    def _shed_parts(self) -> None:
        for step, shed in enumerate((Called.shed_bodies, Called.shed_thumbnails)):
            while self.size > self._limits[1] and self._unshed[step]:
                oldest = self._unshed[step].popleft()
                self._shed[step] += shed(oldest)
                self._weigh(oldest)

    def _weigh(self, called: Called) -> None:
        if self._entries.get(called.number) is called:
            size = called.size
            self.size += size - self._sizes[called.number]
            self._sizes[called.number] = size

    def _drop(self) -> None:
        number = next(iter(self._entries))
        oldest = self._entries.pop(number)
        self.size -= self._sizes.pop(number)
        for unshed in self._unshed:
            if unshed and unshed[0] is oldest:
                unshed.popleft()
        self._shed[2] += 1
