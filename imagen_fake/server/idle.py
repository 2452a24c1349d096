"""Returns freed memory to the system while the server is idle.

The allocator keeps what worker threads have freed, each thread its own: hundreds of megabytes after
pictures of 2048 pixels. Only a process that is the fake alone may be told to let go of it.
"""

import ctypes
import gc
import platform
from collections.abc import Callable
from threading import Thread

from imagen_fake.state.state import State

M_ARENA_MAX = -8
"""glibc's number of the option."""

MAX_ARENAS = 2
"""More of them keep more of what was freed, and the free end of all but the first stays."""

QUIET_TICKS = 20
"""How many looks in a row must find nothing new."""


class IdleWatcher:
    """Calls back once per idle period: after so many ticks without activity."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self._callback = callback
        self._last: object = None
        self._quiet_ticks = QUIET_TICKS

    def observe(self, activity: object) -> None:
        """Record a tick; `activity` differs from the last one if something happened."""
        if activity != self._last:
            self._last, self._quiet_ticks = activity, 0
        elif self._quiet_ticks <= QUIET_TICKS:
            self._quiet_ticks += 1
            if self._quiet_ticks == QUIET_TICKS:
                Thread(target=self._callback, name="imagen-fake-idle", daemon=True).start()


def activity_observer(watcher: IdleWatcher, state: State) -> Callable[[object], None]:
    """An observer of HTTP activity and of the journal, which has gRPC calls as well."""
    return lambda requests: watcher.observe((requests, state.journal.total))


def limit_arenas() -> None:
    """Limit glibc's arenas for future threads. Only for a dedicated process."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, MAX_ARENAS)


def release_memory() -> None:
    """Return freed memory to the system; needed with glibc alone."""
    gc.collect()
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
