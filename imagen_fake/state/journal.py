"""What was asked: the last calls of a fake in order, bounded in number and bytes.

An entry keeps the call, not its pictures: the same call draws the same pictures, so they are
drawn again for who wants to look at them. Calls that are large, or that might draw others next
time, are summed up at once instead, as are those with a credential in their body.
"""

import logging
from collections.abc import Iterator
from itertools import count
from threading import Lock
from time import time
from typing import NamedTuple

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import redact_directives
from imagen_fake.pipeline.payload import without_pictures
from imagen_fake.pipeline.redaction import SECRET_BYTES
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Asking, Called
from imagen_fake.state.head import Head

log = logging.getLogger("imagen_fake")

MOST_CALLS = 1000
MOST_BYTES = 32 * 2**20

LARGE = 2**16
"""Bodies of more bytes are not kept."""

LONG = 2**14
"""Nor is a request whose path and headers have more."""


class Shed(NamedTuple):
    """Of how many calls a journal that was full has forgotten the bodies, the thumbnails, all."""

    bodies: int
    thumbnails: int
    calls: int


def is_heavy(head: Head, raw: bytes) -> bool:
    """Whether a call is summed up when it is entered, which takes a while, whatever the answer.

    A request with a credential is: it would be kept otherwise.
    """
    if len(raw) > LARGE or head.sent > LONG or head.secret:
        return True
    try:
        text, _ = without_pictures(raw)
    except ApiError:
        return True
    return SECRET_BYTES.search(text) is not None


def _cannot_be_made_again(made: Answer) -> bool:
    """Whether an answer is too large to keep and may differ next time, or has a secret forced."""
    return (len(made.body) > LARGE and not made.reproducible) or (
        redact_directives(made.outcome.directives) != made.outcome.directives
    )


class Journal:
    """The last calls of one fake, no more of them and no more bytes than the limits.

    Where it is full it sheds the bodies of the oldest calls first, then thumbnails, then calls.
    """

    def __init__(self, calls: int = MOST_CALLS, limit: int = MOST_BYTES) -> None:
        self._limits = calls, limit
        self._lock = Lock()
        self._forget()

    def add(self, asking: Asking, made: Answer, seconds: float) -> None:
        """Enter a call; takes a while where it is heavy."""
        called = Called(time(), asking, made, seconds)
        if asking.heavy or _cannot_be_made_again(made):
            self._sum_up(called)
        elif len(made.body) > LARGE:
            called.forget_answer()
        called.grown = self._count
        with self._lock:
            called.number = next(self._numbers)
            self._entries[called.number] = called
            self._bodies[called.number] = self._pictures[called.number] = None
            self._sizes[called.number] = 0
        self._count(called)

    def __iter__(self) -> Iterator[Called]:
        with self._lock:
            return iter([*self._entries.values()])

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def shed(self) -> Shed:
        """Of how many calls something was forgotten to stay within the limits."""
        return Shed(*self._shed)

    @property
    def entered(self) -> int:
        """How many calls were entered since it was cleared."""
        return len(self._entries) + self._shed[2]

    def get(self, number: int) -> Called | None:
        """The call of that number; None if it never was, or is forgotten."""
        return self._entries.get(number)

    def clear(self) -> None:
        """Forget everything, and number calls from 1 again."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        self._entries: dict[int, Called] = {}
        self._sizes: dict[int, int] = {}
        self._bodies: dict[int, None] = {}
        self._pictures: dict[int, None] = {}
        self._shed = [0, 0, 0]
        self._numbers = count(1)
        self.size = 0
        """About how many bytes the entries take."""

    def _sum_up(self, called: Called) -> None:
        try:
            called.sum_up()
        except Exception:
            log.exception("a call of %s could not be summed up", called.path)
            called.shed_bodies()

    def _count(self, called: Called) -> None:
        """Take account of what a call takes now, and shed what is too much."""
        with self._lock:
            self._weigh(called)
            while self.size > self._limits[1] and (number := _first(self._bodies)):
                del self._bodies[number]
                self._entries[number].shed_bodies()
                self._shed[0] += 1
                self._weigh(self._entries[number])
            while self.size > self._limits[1] and (number := _first(self._pictures)):
                del self._pictures[number]
                self._shed[1] += self._entries[number].shed_thumbnails()
                self._weigh(self._entries[number])
            while self.size > self._limits[1] or len(self._entries) > self._limits[0]:
                self._drop()

    def _weigh(self, called: Called) -> None:
        if self._entries.get(called.number) is called:
            size = called.size
            self.size += size - self._sizes[called.number]
            self._sizes[called.number] = size

    def _drop(self) -> None:
        number = next(iter(self._entries))
        del self._entries[number]
        self.size -= self._sizes.pop(number)
        self._bodies.pop(number, None)
        self._pictures.pop(number, None)
        self._shed[2] += 1


def _first(numbers: dict[int, None]) -> int | None:
    """The oldest number; None if there is none."""
    return next(iter(numbers), None)
