"""The recorded calls of one project, and what was dropped of them."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from imagen_fake.state.called import Called


class Shed(NamedTuple):
    """How many calls a full journal has dropped: their bodies, their thumbnails, all of them."""

    bodies: int = 0
    thumbnails: int = 0
    calls: int = 0


class ProjectCalls:
    """Calls in order. Dropped are bodies of the oldest calls first, then thumbnails, then calls."""

    def __init__(self) -> None:
        self.size = 0
        """About how many bytes they take."""
        self._calls: dict[int, Called] = {}
        self._sizes: dict[int, int] = {}
        self._unshed = deque[Called](), deque[Called]()
        self._shed = [0, 0, 0]

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Called]:
        return iter(self._calls.values())

    @property
    def oldest(self) -> int:
        """The number of the oldest call."""
        return next(iter(self._calls))

    @property
    def shed(self) -> Shed:
        """How many calls were dropped, in part or whole."""
        return Shed(*self._shed)

    def get(self, number: int) -> Called | None:
        """The call of that number."""
        return self._calls.get(number)

    def add(self, called: Called) -> int:
        """Add a call that has its number; about how many bytes it takes."""
        size = called.size
        self._calls[called.number], self._sizes[called.number] = called, size
        self.size += size
        for unshed in self._unshed:
            unshed.append(called)
        return size

    def weigh(self, called: Called) -> None:
        """Count the bytes that a call takes now."""
        if self._calls.get(called.number) is called:
            size = called.size
            self.size += size - self._sizes[called.number]
            self._sizes[called.number] = size

    def shed_part(self) -> None:
        """Drop the oldest body there is, else the oldest thumbnails, else the oldest call."""
        for step, shed in enumerate((Called.shed_bodies, Called.shed_thumbnails)):
            if self._unshed[step]:
                oldest = self._unshed[step].popleft()
                self._shed[step] += shed(oldest)
                self.weigh(oldest)
                return
        self.drop()

    def drop(self) -> None:
        """Drop the oldest call."""
        number = self.oldest
        oldest = self._calls.pop(number)
        self.size -= self._sizes.pop(number)
        for unshed in self._unshed:
            if unshed and unshed[0] is oldest:
                unshed.popleft()
        self._shed[2] += 1
