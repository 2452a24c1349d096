"""Memory that nobody needs any more, handed back while nothing is asked.

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

ARENAS = 2
"""More of them keep more of what was freed, and the free end of all but the first stays."""

QUIET = 20
"""How many looks in a row must find nothing new."""


class Idle:
    """Does something once each time that it has been quiet for a while."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._seen: object = None
        self._quiet = QUIET

    def look(self, activity: object) -> None:
        """Take a look at what changes whenever something happens."""
        if activity != self._seen:
            self._seen, self._quiet = activity, 0
        elif self._quiet <= QUIET:
            self._quiet += 1
            if self._quiet == QUIET:
                Thread(target=self._work, name="imagen-fake-idle", daemon=True).start()


def looking(idle: Idle, state: State) -> Callable[[object], None]:
    """How to look at what was asked over HTTP, and at the calls of every door, gRPC included."""
    return lambda asked: idle.look((asked, state.journal.entered))


def share_arenas() -> None:
    """Let threads to come share the allocator's arenas; for a process that is the fake alone."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def hand_back() -> None:
    """Give the system what this process has freed; other systems than Linux take it themselves."""
    gc.collect()
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
