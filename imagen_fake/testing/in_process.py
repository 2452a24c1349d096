"""The fake without a socket: called as a function, from any thread and any event loop."""

from collections.abc import Callable
from functools import cached_property, partial
from threading import Event, Lock, Thread, current_thread
from typing import TYPE_CHECKING, Any, Generic
from weakref import WeakSet

from imagen_fake.clock import monotonic
from imagen_fake.state.state import State
from imagen_fake.testing.function_call import Reply, ResponseT, function_call
from imagen_fake.testing.messages import DROPPED, Request, Response, connection_reset, scope

if TYPE_CHECKING:
    from starlette.types import ASGIApp

CLOSED = "The fake has been closed."

THREADS_END = 2.0
"""How many seconds the threads of calls may take to end: callbacks of users run there."""


class Pending(Generic[ResponseT]):
    """A request in flight: `compute` does the work, `result` waits for an answer that is late.

    `reply` computes the response; `cancel` is called where nobody waits for it any more.
    """

    def __init__(
        self,
        register: Callable[["Pending[Any]"], None],
        reply: Callable[[], Reply[ResponseT]],
        cancel: Callable[[], object],
    ) -> None:
        self._register, self._compute_reply, self._cancel = register, reply, cancel
        self._closed = Event()
        self._reply: Reply[ResponseT] | None = None
        self._failure: OSError | None = None
        self._started = monotonic()
        self._computing = 0.0
        """The seconds that the client waited until the answer was computed."""
        self._due = 0.0

    def compute(self) -> None:
        """Compute the reply in this thread. An OSError is raised by `result`."""
        try:
            self._reply = self._compute_reply()
        except OSError as error:
            self._failure = error
        else:
            self._due = monotonic() + self._reply.delay
        self._computing = monotonic() - self._started

    async def compute_async(self) -> None:
        """Compute the reply in a worker thread of the running event loop, asyncio or Trio."""
        from anyio import CancelScope, to_thread

        from imagen_fake.surfaces.worker import limiter

        try:
            await to_thread.run_sync(self.compute, limiter=limiter(), abandon_on_cancel=True)
        except BaseException:
            with CancelScope(shield=True):  # a large body takes a while to be recorded
                await to_thread.run_sync(self._cancel)
            raise

    def result(self, seconds: float | None = None) -> ResponseT:
        """The answer, waited for no longer than so many seconds.

        Raises TimeoutError, and ConnectionResetError where the connection is dropped or closed.
        """
        wait, times_out = self._wait(seconds)
        return self._response(times_out, closes=wait > 0 and self._closed.wait(wait))

    async def result_async(self, seconds: float | None = None) -> ResponseT:
        """The answer, as `result` gives it, while the event loop goes on."""
        wait, times_out = self._wait(seconds)
        return self._response(times_out, closes=wait > 0 and await self._closes_within(wait))

    def close(self) -> None:
        """Wait no longer."""
        self._closed.set()

    def abandon(self) -> None:
        """Cancel the request, and wait no longer."""
        self._cancel()
        self.close()

    async def _closes_within(self, seconds: float) -> bool:
        """Whether it is closed within so many seconds, by a clock that no test has stopped."""
        from anyio import CapacityLimiter, to_thread

        wait = partial(self._closed.wait, seconds)
        try:
            return await to_thread.run_sync(
                wait, limiter=CapacityLimiter(1), abandon_on_cancel=True
            )
        except BaseException:
            self.close()  # the thread ends with it
            raise

    def _wait(self, seconds: float | None) -> tuple[float, bool]:
        """The seconds to wait, and whether a byte comes later than that.

        A slow body comes in pieces, for none of which a client waits long, but for the chunks of
        a stream between which there is a pause.
        """
        remaining = max(0.0, self._due - monotonic())
        patience = float("inf") if seconds is None else max(0.0, seconds - self._computing)
        transfer, pause = (self._reply.transfer, self._reply.pause) if self._reply else (0.0, 0.0)
        times_out = patience < max(remaining, pause) or patience <= 0.0
        wait = patience if times_out else remaining + transfer
        if wait:
            self._register(self)
        return wait, times_out

    def _response(self, times_out: bool, *, closes: bool) -> ResponseT:
        if closes:
            raise connection_reset(CLOSED)
        if times_out:
            raise TimeoutError("timed out")
        if self._reply is None or self._reply.dropped:
            raise self._failure or connection_reset(DROPPED)
        return self._reply.response


class InProcess:
    """A fake that answers in the caller's thread, or in a thread of the caller's event loop."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._pending = WeakSet[Pending[Any]]()
        self._threads = WeakSet[Thread]()
        self._closed = False
        self._lock = Lock()

    def ask(self, request: Request, seconds: float | None = None) -> Response:
        """The answer.

        Raises ConnectionResetError where a connection is dropped or this is closed, TimeoutError
        if the answer takes more seconds.
        """
        pending = self.start(request)
        pending.compute()
        return pending.result(seconds)

    async def ask_async(self, request: Request, seconds: float | None = None) -> Response:
        """The answer, as `ask` gives it, while the caller's event loop goes on."""
        pending = self.start(request)
        await pending.compute_async()
        return await pending.result_async(seconds)

    def start(self, request: Request) -> Pending[Response]:
        """A request to be computed."""
        asgi_scope = scope(request)
        call = function_call(self.state, asgi_scope, request.body)
        if call:
            return self.pending(call.reply, call.cancel)
        from imagen_fake.testing.asgi import application_reply

        reply = partial(application_reply, self._app, asgi_scope, request.body)
        return self.pending(reply, lambda: None)  # the application runs to its end

    def pending(
        self, reply: Callable[[], Reply[ResponseT]], cancel: Callable[[], object]
    ) -> Pending[ResponseT]:
        """A request of any kind to be computed, as `Pending` describes it."""
        return Pending(self._register, reply, cancel)

    def in_thread(self, work: Callable[[], object]) -> None:
        """Do some work in a thread that `close` waits for."""
        thread = Thread(target=work, name="imagen_fake", daemon=True)
        self._threads.add(thread)
        thread.start()

    def close(self) -> None:
        """Drop the connections that wait for a late answer."""
        with self._lock:
            self._closed = True
            pending = [*self._pending]
        for each in pending:
            each.close()
        for thread in [*self._threads]:
            if thread is not current_thread():
                thread.join(THREADS_END)

    def _register(self, pending: Pending[Any]) -> None:
        """Remember a request that waits for its answer."""
        with self._lock:
            self._pending.add(pending)
            if self._closed:
                pending.close()

    @cached_property
    def _app(self) -> "ASGIApp":
        """What answers all but calls of models; those need none of its imports."""
        from imagen_fake.app import create_app

        return create_app(state=self.state)
