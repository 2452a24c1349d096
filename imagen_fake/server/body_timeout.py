"""A timeout for request bodies that grows with every byte received."""

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable

from imagen_fake import spec

_LIMITS = spec.table("http_limits")["body"]
MIN_SECONDS: float = _LIMITS["seconds"]

MIN_BYTES_PER_SECOND: float = _LIMITS["bytesPerSecond"]


class BodyTimeout:
    """Calls `too_slow` once a body has taken longer than it may.

    The time during which the server itself has paused reading does not count.
    """

    def __init__(
        self,
        loop: AbstractEventLoop,
        is_paused: Callable[[], bool],
        too_slow: Callable[[], object],
    ) -> None:
        self._loop, self._is_paused, self._too_slow = loop, is_paused, too_slow
        self._timer: TimerHandle | None = None
        self._end = 0.0

    def start(self) -> None:
        """Start the timer for a body."""
        self.stop()
        self._end = self._loop.time() + MIN_SECONDS
        self._timer = self._loop.call_at(self._end, self._look)

    def received(self, size: int) -> None:
        """Extend the timeout for so many bytes."""
        self._end += size / MIN_BYTES_PER_SECOND

    def stop(self) -> None:
        """Cancel the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        now = self._loop.time()
        if self._is_paused():
            self._end = max(self._end, now + MIN_SECONDS)
        if now >= self._end:
            self._too_slow()
        else:
            self._timer = self._loop.call_at(self._end, self._look)
