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
