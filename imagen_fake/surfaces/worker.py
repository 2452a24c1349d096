"""Work off the event loop, for somebody who may leave meanwhile."""

import os
from asyncio import CancelledError, ensure_future
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.types import Receive

from imagen_fake.state.snapshot import Snapshot
from imagen_fake.surfaces.event_loop import SYNCHRONOUS
from imagen_fake.surfaces.faults import gone

Made = TypeVar("Made")

MOST_WORKERS = 4
"""Each may hold the pixels of a few pictures."""

_LIMITER: RunVar[CapacityLimiter] = RunVar("imagen_fake_workers")


async def in_worker(memory: Snapshot, receive: Receive, work: Callable[[], Made]) -> Made:
    """Work done in a thread; no more of it at once than there are processors.

    The memory is told when the client leaves meanwhile.
    """
    if SYNCHRONOUS.get():
        return work()
    leaving = ensure_future(_watch(receive, memory))
    try:
        return await to_thread.run_sync(work, limiter=limiter())
    except CancelledError:  # who asks waits no longer
        memory.cancel()
        raise
    finally:
        leaving.cancel()


async def _watch(receive: Receive, memory: Snapshot) -> None:
    """Tell the memory of a call that its client has left, once it has."""
    await gone(receive)
    memory.cancel()


def limiter() -> CapacityLimiter:
    """The limiter of this event loop; waiting in one for another's leads nowhere."""
    try:
        return _LIMITER.get()
    except LookupError:
        made = CapacityLimiter(min(MOST_WORKERS, max(2, os.cpu_count() or 1)))
        _LIMITER.set(made)
        return made
