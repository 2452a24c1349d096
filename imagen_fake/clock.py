"""The fake's own clock, by which delays end, quotas are counted and durations are told.

Tests set Python's clocks: freezegun stops `time.monotonic` as well, and with it every event loop.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from functools import partial

monotonic: Callable[[], float]
"""Seconds since a moment that never changes, whatever clocks a test has set."""

# freezegun looks for functions of `time` in all modules, but not into a partial.
if sys.platform == "win32":
    monotonic = partial(time.monotonic)
    Loop = asyncio.ProactorEventLoop
else:
    monotonic = partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    Loop = asyncio.SelectorEventLoop


class EventLoop(Loop):
    """Python's own event loop, by this clock."""

    def time(self) -> float:
        """Seconds by which its timers go."""
        return monotonic()


def new_event_loop() -> asyncio.AbstractEventLoop:
    """An event loop for a server: uvloop's, which reads no clock of Python's, if it is there."""
    try:
        import uvloop
    except ImportError:
        return EventLoop()
    return uvloop.new_event_loop()
