"""How much memory decoded pictures may take in this process, over all that work at once."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

BYTES = 2**30

DECODING = 16
"""Bytes for each pixel while a picture is read, whatever becomes of it."""

THUMBNAIL = 12
"""Bytes for each pixel while a picture is scaled down."""


class OverBudgetError(ValueError):
    """More bytes are asked for than there are in all."""


class Budget:
    """Bytes that are lent in the order in which they are asked for; who must, waits.

    Whoever has some must not ask for more: two of them might wait for each other.
    """

    def __init__(self, limit: int = BYTES) -> None:
        self._limit = limit
        self._reserved = 0
        self._waiting: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def reserve(self, amount: int) -> Iterator[None]:
        """Have so many bytes meanwhile. Raises OverBudgetError for more than there ever are."""
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


PICTURES = Budget()
"""What all decoded pictures of the process have together."""
