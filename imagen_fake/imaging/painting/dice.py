"""A deterministic random stream: the same seed makes the same choices on every machine."""

import hashlib
from collections.abc import Sequence
from itertools import cycle
from typing import TypeVar

Item = TypeVar("Item")

ROLLS = 192  # choices before the stream repeats; a picture makes fewer


class Dice:
    """A stream of choices made from `seed`, with integers only."""

    __slots__ = ("_rolls",)

    def __init__(self, seed: bytes) -> None:
        stream = hashlib.shake_128(seed).digest(2 * ROLLS)
        self._rolls = cycle(memoryview(stream).cast("H").tolist())

    def below(self, limit: int) -> int:
        """Return an integer in [0, limit)."""
        return next(self._rolls) * limit >> 16

    def between(self, first: int, last: int) -> int:
        """Return an integer in [first, last]; `first` when the range is empty."""
        return first + self.below(max(1, last - first + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of `items`."""
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        """Return True `percent` times out of a hundred."""
        return self.below(100) < percent
