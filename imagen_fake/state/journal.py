"""The last calls of a fake in order, bounded in number and bytes.

An entry keeps the request, not the pictures of its answer: they are rendered again when somebody
looks at them. Requests that are large, not reproducible, or have a credential in their body are
summarized at once instead.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, count
from threading import Lock
from time import time

from imagen_fake.clock import monotonic
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import redact_directives
from imagen_fake.pipeline.payload import cut_pictures
from imagen_fake.pipeline.redaction import SECRET_BYTES
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Called, RecordedRequest
from imagen_fake.state.head import Head
from imagen_fake.state.project_calls import ProjectCalls, Shed

log = logging.getLogger("imagen_fake")

MAX_CALLS = 1000
MAX_BYTES = 32 * 2**20

LARGE_SHARE = 1 / 8
"""The part of a full journal from which on the project that has most makes room for others."""

MAX_BODY_BYTES = 2**16
"""Bodies of more bytes are not kept."""

MAX_HEAD_BYTES = 2**14
"""Nor is a request whose path and headers have more."""


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

    A full one drops calls of the project that has most, so that no project loses any to another
    that makes many; of many projects with few calls each, the oldest.
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

    def add(
        self,
        request: RecordedRequest,
        answer: Answer,
        seconds: float,
        is_stale: Callable[[], bool] = lambda: False,
    ) -> Called | None:
        """The recorded call, None if its project was reset since; takes a while if it is heavy."""
        called = Called(time(), request, answer, seconds, self._clock())
        if request.heavy or _is_irreproducible(answer):
            self._summarize(called)
        elif len(answer.body) > MAX_BODY_BYTES:
            called.forget_answer()
        called.on_growth = self._account
        with self._lock:
            if is_stale():
                return None
            called.number = next(self._numbers)
            calls = self._projects.get(called.project) or ProjectCalls()
            self._projects[called.project] = calls
            self.size += calls.add(called)
            self._count += 1
            self._make_room()
        return called

    def __iter__(self) -> Iterator[Called]:
        return iter(self.of(None))

    def __len__(self) -> int:
        return self._count

    def of(self, project: str | None) -> list[Called]:
        """The calls of a project, the oldest first; all calls for None."""
        with self._lock:
            calls = chain.from_iterable(self._shares(project))
            return sorted(calls, key=lambda called: called.number)

    @property
    def shed(self) -> Shed:
        """How many calls were dropped, in part or whole, to stay within the limits."""
        figures = self._forgotten, *(calls.shed for calls in self._shares(None))
        return Shed(*map(sum, zip(*figures, strict=True)))

    def shed_of(self, project: str) -> Shed:
        """How many calls of a project were dropped, as long as it has any."""
        return next((calls.shed for calls in self._shares(project)), Shed())

    @property
    def total(self) -> int:
        """How many calls were recorded since it was cleared."""
        return len(self) + self.shed.calls

    def get(self, number: int) -> Called | None:
        """The call of that number; None if there is none, or it was dropped."""
        return next(filter(None, (calls.get(number) for calls in self._shares(None))), None)

    def clear(self, project: str | None = None) -> None:
        """Drop the calls of a project; or every call, and number from 1 again."""
        with self._lock:
            if project is None:
                self._reset()
            elif calls := self._projects.pop(project, None):
                self._count -= len(calls)
                self.size -= calls.size

    def _reset(self) -> None:
        self._projects: dict[str, ProjectCalls] = {}
        """Of projects that have calls."""
        self._forgotten = Shed()
        """What was dropped of projects that have none any more."""
        self._numbers = count(1)
        self._count = 0
        self.size = 0
        """About how many bytes the calls take."""

    def _shares(self, project: str | None) -> tuple[ProjectCalls, ...]:
        """The calls of each project, or of one."""
        if project is None:
            return tuple(self._projects.values())
        calls = self._projects.get(project)
        return (calls,) if calls else ()

    def _summarize(self, called: Called) -> None:
        try:
            called.summarize()
        except Exception:
            log.exception("a call of %s could not be summed up", called.path)
            called.shed_bodies()

    def _account(self, called: Called) -> None:
        """Add the present size of a call, and drop what exceeds the limits."""
        with self._lock:
            for calls in self._shares(called.project):
                self._change(calls, partial(calls.weigh, called))
            self._make_room()

    def _make_room(self) -> None:
        """Drop what exceeds the limits."""
        most_calls, most_bytes = self._limits
        while self.size > most_bytes:
            self._drop(lambda calls: calls.size, most_bytes, ProjectCalls.shed_part)
        while self._count > most_calls:
            self._drop(len, most_calls, ProjectCalls.drop)

    def _change(self, calls: ProjectCalls, change: Callable[[], None]) -> None:
        """Change the calls of a project, and count them anew."""
        length, size = len(calls), calls.size
        change()
        self._count += len(calls) - length
        self.size += calls.size - size

    def _drop(
        self,
        weight: Callable[[ProjectCalls], int],
        limit: int,
        shed: Callable[[ProjectCalls], None],
    ) -> None:
        """Let the project that has most shed something; where all have little, the oldest."""
        project, calls = max(self._projects.items(), key=lambda one: weight(one[1]))
        if weight(calls) <= limit * LARGE_SHARE:
            project, calls = min(self._projects.items(), key=lambda one: one[1].oldest)
        self._change(calls, partial(shed, calls))
        if not len(calls):
            del self._projects[project]
            self._forgotten = Shed(*map(sum, zip(self._forgotten, calls.shed, strict=True)))
