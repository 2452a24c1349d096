"""The memory budget of decoded pictures in this process."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

BYTES = 2**30

DECODING = 16  # bytes for each pixel while a picture is read, whatever becomes of it
THUMBNAIL = 12  # bytes for each pixel while a picture is scaled down


class OverBudgetError(ValueError):
    """More bytes are requested than the whole budget."""


class Budget:
    """Bytes reserved first come, first served; a request waits until there is room.

    Whoever holds a reservation must not request another: two could deadlock.
    """

    def __init__(self, limit: int = BYTES) -> None:
        self._limit = limit
        self._reserved = 0
        self._waiting: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def reserve(self, amount: int) -> Iterator[None]:
        """Hold so many bytes within the context. Raises OverBudgetError beyond the budget."""
        if amount > self._limit:
            raise OverBudgetError(f"{amount} of {self._limit} bytes")
        self._take(amount)
        try:
            yield
        finally:
            with self._changed:
                self._reserved -= amount
                self._changed.notify_all()

    def _take(self, amount: int) -> None:
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                self._changed.wait_for(
                    lambda: self._waiting[0] is ticket and self._reserved + amount <= self._limit
                )
                self._reserved += amount
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()


PICTURES = Budget()  # what all decoded pictures of the process have together
