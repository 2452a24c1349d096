"""Work off the event loop, for somebody who may leave meanwhile."""

import os
from asyncio import CancelledError, ensure_future
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.types import Receive

from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Asking
from imagen_fake.state.journal import is_heavy
from imagen_fake.state.state import Caller
from imagen_fake.surfaces.faults import gone

Made = TypeVar("Made")

MOST_WORKERS = 4
"""Each may hold the pixels of a few pictures."""

_LIMITER: RunVar[CapacityLimiter] = RunVar("imagen_fake_workers")


class Entered(Asking, Protocol):
    """A request that somebody made."""

    caller: Caller


async def in_worker(caller: Caller, receive: Receive, work: Callable[[], Made]) -> Made:
    """Work done in a thread; no more of it at once than there are processors.

    Raises ApiError `cancelled` if the caller has left before it begins.
    """

    def begun() -> Made:
        caller.proceed()
        return work()

    leaving = ensure_future(_watch(receive, caller))
    try:
        return await to_thread.run_sync(begun, limiter=_limiter())
    except CancelledError:  # who asks in process waits no longer
        caller.leave()
        raise
    finally:
        leaving.cancel()


async def enter(order: Entered, made: Answer, seconds: float) -> None:
    """Enter a call into the journal of its time; off the event loop where that takes long."""
    journal = order.caller.generation.journal
    heavy = is_heavy(order, made)
    add = partial(journal.add, order, made, seconds, heavy=heavy)
    if heavy:
        await to_thread.run_sync(add, limiter=_limiter())
    else:
        add()


async def _watch(receive: Receive, caller: Caller) -> None:
    """Tell a caller that its client has left, once it has."""
    await gone(receive)
    caller.leave()


def _limiter() -> CapacityLimiter:
    """The limiter of this event loop; waiting in one for another's leads nowhere."""
    try:
        return _LIMITER.get()
    except LookupError:
        limiter = CapacityLimiter(min(MOST_WORKERS, max(2, os.cpu_count() or 1)))
        _LIMITER.set(limiter)
        return limiter
