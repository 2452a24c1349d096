"""Event loops that go by the fake's own clock."""

import asyncio
import sys

from imagen_fake.clock import monotonic

if sys.platform == "win32":
    Loop = asyncio.ProactorEventLoop
else:
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
