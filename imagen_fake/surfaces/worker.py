"""Blocking work in a thread, or in place where no event loop runs."""

import os
from asyncio import CancelledError, ensure_future
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.types import Receive

from imagen_fake.state.snapshot import Snapshot
from imagen_fake.surfaces.faults import wait_for_disconnect

Result = TypeVar("Result")
Args = TypeVarTuple("Args")

MAX_WORKERS = 4
"""Each may hold the pixels of a few pictures."""

_LIMITER: RunVar[CapacityLimiter] = RunVar("imagen_fake_workers")

SYNCHRONOUS: ContextVar[bool] = ContextVar("imagen_fake_synchronous", default=False)
"""Whether no event loop runs, so that blocking work is done in the caller's thread."""


async def run_off_loop(work: Callable[[*Args], Result], *args: *Args) -> Result:
    """The result of blocking work, which runs in a thread if there is an event loop."""
    return work(*args) if SYNCHRONOUS.get() else await to_thread.run_sync(work, *args)


async def run_in_worker(memory: Snapshot, receive: Receive, work: Callable[[], Result]) -> Result:
    """The result of `work` in a thread; `memory` is cancelled if the client disconnects.

    No more calls run at once than there are processors.
    """
    if SYNCHRONOUS.get():
        return work()
    watcher = ensure_future(_cancel_on_disconnect(receive, memory))
    try:
        return await to_thread.run_sync(work, limiter=limiter())
    except CancelledError:
        memory.cancel()
        raise
    finally:
        watcher.cancel()


async def _cancel_on_disconnect(receive: Receive, memory: Snapshot) -> None:
    """Cancel a call once its client has disconnected."""
    await wait_for_disconnect(receive)
    memory.cancel()


def limiter() -> CapacityLimiter:
    """The limiter of this event loop; one cannot be shared between event loops."""
    try:
        return _LIMITER.get()
    except LookupError:
        new_limiter = CapacityLimiter(min(MAX_WORKERS, max(2, os.cpu_count() or 1)))
        _LIMITER.set(new_limiter)
        return new_limiter
