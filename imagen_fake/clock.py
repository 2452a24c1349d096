"""The fake's own clock, by which delays end, quotas are counted and durations are told.

Tests set Python's clocks: freezegun stops `time.monotonic` as well, and with it every event loop.
"""

import sys
import time
from collections.abc import Callable
from functools import partial

monotonic: Callable[[], float]
"""Seconds since a moment that never changes, whatever clocks a test has set."""

# freezegun looks for functions of `time` in all modules, but not into a partial.
if sys.platform == "win32":
    monotonic = partial(time.monotonic)
else:
    monotonic = partial(time.clock_gettime, time.CLOCK_MONOTONIC)

MAX_STEP = 10**9
"""Of a manual clock, in seconds."""


class QuotaClock:
    """The time in seconds by two clocks: the machine's, and one that only `advance` moves."""

    def __init__(self) -> None:
        self.manual = 0.0

    def now(self, name: str) -> float:
        """Seconds by the `real` or the `manual` clock, since a moment that never changes."""
        return self.manual if name == "manual" else monotonic()

    def elapsed(self) -> float:
        """Seconds by both clocks together: what was waited for, or moved on instead."""
        return monotonic() + self.manual

    def advance(self, seconds: float) -> float:
        """Move the manual clock on; what it shows then.

        Raises ValueError for less than 0 seconds, and for more than thirty years.
        """
        if not 0 <= seconds <= MAX_STEP:
            raise ValueError(f"A clock is moved on by 0 to {MAX_STEP} seconds at once.")
        self.manual += seconds
        return self.manual
