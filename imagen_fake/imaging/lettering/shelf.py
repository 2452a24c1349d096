"""A shelf of drawn things, bounded in bytes, for drawings whose sizes differ a thousandfold."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Drawn = TypeVar("Drawn")


class Shelf(Generic[Drawn]):
    """The most recently used drawings, at most `capacity` bytes of them; safe between threads."""

    def __init__(self, capacity: int, weigh: Callable[[Drawn], int]) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._held: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def take(self, key: Hashable, draw: Callable[[], Drawn]) -> Drawn:
        """Return what is kept under `key`, else what `draw` makes, and keep it."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        drawn = draw()
        self._keep(key, drawn)
        return drawn

    def _keep(self, key: Hashable, drawn: Drawn) -> None:
        with self._lock:
            if key in self._held:
                return
            self._held[key] = drawn
            self._bytes += self._weigh(drawn)
            while self._bytes > self._capacity:
                self._bytes -= self._weigh(self._held.popitem(last=False)[1])
