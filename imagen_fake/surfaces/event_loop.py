"""Run blocking work in a thread, or in place where no event loop runs."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar, TypeVarTuple

from anyio import to_thread

Result = TypeVar("Result")
Args = TypeVarTuple("Args")

FAULTS = "imagen_fake.faults"
"""The ASGI extension of who applies faults itself: a list that takes those of an answer."""

SYNCHRONOUS: ContextVar[bool] = ContextVar("imagen_fake_synchronous", default=False)
"""Whether no event loop runs, so that blocking work is done in the caller's thread."""


async def run_off_loop(work: Callable[[*Args], Result], *args: *Args) -> Result:
    """The result of blocking work, which runs in a thread if there is an event loop."""
    return work(*args) if SYNCHRONOUS.get() else await to_thread.run_sync(work, *args)
