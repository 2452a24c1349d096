"""The fake without a socket: asked by function calls, from any thread and any event loop."""

from collections.abc import Iterator
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Protocol

from imagen_fake.clock import monotonic
from imagen_fake.state.state import State
from imagen_fake.testing.function_call import Reply, function_call
from imagen_fake.testing.messages import Request, Response, reset, scope

if TYPE_CHECKING:
    from starlette.types import ASGIApp

GONE = "The fake has been closed."
DROPPED = "The fake dropped the connection, as it was told to."

STEP = 0.05
"""Seconds after which a coroutine that waits for a late answer looks whether the fake is closed."""


class Call(Protocol):
    """A request that is computed in the thread of whoever asks for the reply."""

    def reply(self) -> Reply:
        """What is answered."""

    def cancel(self) -> None:
        """Note that nobody waits any more."""


class Pending:
    """A request in flight: `compute` does the work, `result` waits for an answer that is late."""

    def __init__(self, call: Call, closed: Event) -> None:
        self._call, self._closed = call, closed
        self._reply: Reply | None = None
        self._failure: OSError | None = None
        self._due = 0.0

    def compute(self) -> None:
        """Do the work, in this thread. What it raises, `result` does."""
        try:
            self._reply = self._call.reply()
        except OSError as error:
            self._failure = error
        else:
            self._due = monotonic() + self._reply.seconds

    async def compute_async(self) -> None:
        """Do the work in a thread of the running event loop, asyncio's or Trio's."""
        from anyio import to_thread

        from imagen_fake.surfaces.worker import limiter

        try:
            await to_thread.run_sync(self.compute, limiter=limiter(), abandon_on_cancel=True)
        except BaseException:
            self._call.cancel()
            raise

    def result(self, seconds: float | None = None) -> Response:
        """The answer, waited for no longer than so many seconds.

        Raises TimeoutError, and ConnectionResetError where the connection is dropped or closed.
        """
        wait, late = self._wait(seconds)
        if wait and self._closed.wait(wait):
            raise reset(GONE)
        return self._arrived(late)

    async def result_async(self, seconds: float | None = None) -> Response:
        """The answer, as `result` gives it, while the event loop goes on."""
        from anyio import sleep

        wait, late = self._wait(seconds)
        for step in _steps(wait):
            await sleep(step)
            if self._closed.is_set():
                raise reset(GONE)
        return self._arrived(late)

    def _wait(self, seconds: float | None) -> tuple[float, bool]:
        """How many seconds are to be waited, and whether that is too short for the answer."""
        left = max(0.0, self._due - monotonic())
        late = seconds is not None and seconds < left
        return (max(0.0, seconds) if late and seconds is not None else left), late

    def _arrived(self, late: bool) -> Response:
        if late:
            raise TimeoutError("timed out")
        if self._reply is None or self._reply.dropped:
            raise self._failure or reset(DROPPED)
        return self._reply.response


class InProcess:
    """A fake that answers in the caller's thread, or in a thread of the caller's event loop."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._closed = Event()

    def ask(self, request: Request, seconds: float | None = None) -> Response:
        """The answer.

        Raises ConnectionResetError where a connection is dropped or this is closed, TimeoutError
        if the answer takes more seconds.
        """
        start, pending = monotonic(), self.begin(request)
        pending.compute()
        return pending.result(_left(seconds, start))

    async def ask_async(self, request: Request, seconds: float | None = None) -> Response:
        """The answer, as `ask` gives it, while the caller's event loop goes on."""
        start, pending = monotonic(), self.begin(request)
        await pending.compute_async()
        return await pending.result_async(_left(seconds, start))

    def begin(self, request: Request) -> Pending:
        """A request to be computed."""
        asked = scope(request)
        call = function_call(self._state, asked, request.body)
        if call is None:
            from imagen_fake.testing.asgi import ApplicationCall

            return Pending(ApplicationCall(self._app, asked, request.body), self._closed)
        return Pending(call, self._closed)

    def close(self) -> None:
        """Drop the connections that wait for a late answer."""
        self._closed.set()

    @cached_property
    def _app(self) -> "ASGIApp":
        """What answers all but calls of models; those need none of its imports."""
        from imagen_fake.app import create_app

        return create_app(state=self._state)


def _left(seconds: float | None, start: float) -> float | None:
    return None if seconds is None else seconds - (monotonic() - start)


def _steps(seconds: float) -> Iterator[float]:
    """Short times that make up a longer one."""
    while seconds > 0:
        yield min(seconds, STEP)
        seconds -= STEP
