"""What is done where an event loop runs, and where the application is driven without one."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar, TypeVarTuple

from anyio import to_thread

Made = TypeVar("Made")
Given = TypeVarTuple("Given")

SYNCHRONOUS: ContextVar[bool] = ContextVar("imagen_fake_synchronous", default=False)
"""Whether no event loop runs: whatever would wait for one is done in the caller's thread."""


async def off_loop(work: Callable[[*Given], Made], *given: *Given) -> Made:
    """Work done in a thread, so that the event loop goes on."""
    return work(*given) if SYNCHRONOUS.get() else await to_thread.run_sync(work, *given)
