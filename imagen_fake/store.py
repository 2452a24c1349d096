"""A least-recently-used cache that is bounded in bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LRUCache(Generic[Key, Value]):
    """Values by key, at most `limit` bytes of them; safe between threads.

    `size_of(key, value)` gives the bytes an entry counts as, by default 1; it is called when the
    entry is stored. Storing evicts the least recently used entries until the rest fits. A value
    larger than `limit` is not stored, and evicts nothing; with `keep_newest` it is stored alone.
    """

    def __init__(
        self,
        limit: int,
        size_of: Callable[[Key, Value], int] = lambda _key, _value: 1,
        *,
        keep_newest: bool = False,
    ) -> None:
        self._limit = limit
        self._size_of = size_of
        self._keep_newest = keep_newest
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """How many bytes the entries count as."""
        return self._size

    def get(self, key: Key) -> Value | None:
        """The value under `key`, which becomes the most recently used; None if there is none."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Key, value: Value) -> None:
        """Store a value in place of the one under `key`, as the most recently used."""
        size = self._size_of(key, value)
        with self._lock:
            self._size -= self._entries.pop(key, (None, 0))[1]
            if size > self._limit and not self._keep_newest:
                return
            while self._entries and self._size + size > self._limit:
                self._size -= self._entries.popitem(last=False)[1][1]
            self._entries[key] = value, size
            self._size += size

    def get_or_create(self, key: Key, create: Callable[[], Value]) -> Value:
        """The value under `key`, else what `create()` returns, which is stored.

        `create` runs without the lock: threads that miss at the same time each call it.
        """
        value = self.get(key)
        if value is None:
            value = create()
            self.put(key, value)
        return value

    def clear(self) -> None:
        """Remove every entry."""
        with self._lock:
            self._entries.clear()
            self._size = 0
