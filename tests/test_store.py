from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from imagen_fake.store import LRUCache

KEYS = st.integers(0, 8)
SIZES = st.integers(0, 12)


def length(_: object, value: bytes) -> int:
    return len(value)


class Model(RuleBasedStateMachine):
    """The cache beside a plain list of its entries, the least recently used first."""

    @initialize(limit=st.integers(1, 20), keep_newest=st.booleans())
    def start(self, limit: int, keep_newest: bool) -> None:
        self.limit = limit
        self.keep_newest = keep_newest
        self.cache: LRUCache[int, bytes] = LRUCache(limit, length, keep_newest=keep_newest)
        self.entries: list[tuple[int, bytes]] = []

    def expected(self, key: int) -> bytes | None:
        """Read the list as the cache is to be read: what is used moves to the end."""
        value = dict(self.entries).get(key)
        if value is not None:
            self.entries.remove((key, value))
            self.entries.append((key, value))
        return value

    def store(self, key: int, value: bytes) -> None:
        self.entries = [entry for entry in self.entries if entry[0] != key]
        if len(value) > self.limit:
            self.entries = [(key, value)] if self.keep_newest else self.entries
            return
        self.entries.append((key, value))
        while sum(len(kept) for _, kept in self.entries) > self.limit:
            del self.entries[0]

    @rule(key=KEYS, size=SIZES)
    def put(self, key: int, size: int) -> None:
        self.cache.put(key, bytes(size))
        self.store(key, bytes(size))

    @rule(key=KEYS)
    def get(self, key: int) -> None:
        assert self.cache.get(key) == self.expected(key)

    @rule(key=KEYS, size=SIZES)
    def get_or_create(self, key: int, size: int) -> None:
        expected = self.expected(key)
        assert self.cache.get_or_create(key, lambda: bytes(size)) == (
            bytes(size) if expected is None else expected
        )
        if expected is None:
            self.store(key, bytes(size))

    @rule()
    def clear(self) -> None:
        self.cache.clear()
        self.entries = []

    @invariant()
    def it_holds_what_the_list_holds(self) -> None:
        assert len(self.cache) == len(self.entries)
        assert self.cache.size == sum(len(value) for _, value in self.entries)

    @invariant()
    def it_holds_no_more_than_its_limit_except_one_newest_entry(self) -> None:
        assert self.cache.size <= self.limit or (self.keep_newest and len(self.cache) == 1)


TestModel = Model.TestCase


def test_the_least_recently_used_is_evicted_first() -> None:
    cache: LRUCache[str, bytes] = LRUCache(2, length)
    for key in "aba":
        cache.get_or_create(key, lambda: b"x")
    cache.put("c", b"x")
    assert [cache.get(key) for key in "abc"] == [b"x", None, b"x"]


@pytest.mark.parametrize("keep_newest", [False, True])
def test_a_value_beyond_the_limit_is_stored_alone_or_not_at_all(keep_newest: bool) -> None:
    cache: LRUCache[str, bytes] = LRUCache(10, length, keep_newest=keep_newest)
    cache.put("a", b"x")
    cache.put("b", bytes(11))
    assert (cache.get("a"), cache.get("b")) == (
        (None, bytes(11)) if keep_newest else (b"x", None)
    )  # fmt: skip


def test_a_value_is_created_once() -> None:
    cache: LRUCache[str, list[int]] = LRUCache(100, lambda _, value: len(value))
    assert cache.get_or_create("a", lambda: [1]) is cache.get_or_create("a", lambda: [2])


def test_without_sizes_the_limit_counts_entries() -> None:
    cache: LRUCache[int, int] = LRUCache(3)
    for number in range(5):
        cache.put(number, number)
    assert [cache.get(number) for number in range(5)] == [None, None, 2, 3, 4]


def test_an_entry_counts_as_what_it_was_when_it_was_stored() -> None:
    cache: LRUCache[str, list[int]] = LRUCache(100, lambda _, value: len(value))
    value = [1, 2]
    cache.put("a", value)
    value.append(3)
    cache.put("a", [])
    assert cache.size == 0


USES: list[Callable[[LRUCache[int, bytes], int], object]] = [
    lambda cache, number: cache.put(number % 7, bytes(number % 5)),
    lambda cache, number: cache.get(number % 7),
    lambda cache, number: cache.get_or_create(number % 7, lambda: bytes(number % 5)),
    lambda cache, number: cache.clear() if number % 50 == 0 else None,
]


@given(st.integers(1, 12))
def test_threads_leave_the_sum_of_the_sizes_right(limit: int) -> None:
    cache: LRUCache[int, bytes] = LRUCache(limit, length)
    start = Barrier(4)

    def use(thread: int) -> None:
        start.wait()
        for number in range(100):
            USES[(thread + number) % len(USES)](cache, number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    values = [value for value in map(cache.get, range(7)) if value is not None]
    assert len(cache) == len(values)
    assert cache.size == sum(map(len, values)) <= limit


def test_threads_that_create_the_same_value_count_it_once() -> None:
    cache: LRUCache[str, bytes] = LRUCache(8, length)
    start = Barrier(8)

    def create() -> bytes:
        start.wait()
        return bytes(4)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cache.get_or_create("a", create), range(8)))
    assert (len(cache), cache.size) == (1, 4)
