"""uvicorn as a server that stops quietly, alone in its process or in another program's."""

import asyncio
import logging
import socket
import sys
from asyncio import CancelledError, create_task, sleep
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imagen_fake.clock import monotonic
from imagen_fake.server import signals

SHUTDOWN_SECONDS = 2.0

if sys.platform == "win32":
    Loop = asyncio.ProactorEventLoop
else:
    Loop = asyncio.SelectorEventLoop


class EventLoop(Loop):
    """Python's own event loop, by this clock."""

    def time(self) -> float:
        """Seconds by which its timers go."""
        return monotonic()


def new_event_loop() -> asyncio.AbstractEventLoop:
    """An event loop for a server: uvloop's, which reads no clock of Python's, if it is there."""
    try:
        import uvloop
    except ImportError:
        return EventLoop()
    return uvloop.new_event_loop()


class EmbeddedConfig(uvicorn.Config):
    """Settings of a server in another program's process: its loggers stay as they are."""

    def configure_logging(self) -> None:
        """Configure nothing."""


class Server(uvicorn.Server):
    """A uvicorn server that reports its URL once it listens, and stops quietly."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self.stopped_by: int | None = None
        self.on_activity: Callable[[object], None] = lambda _: None

    def stop(self, number: int) -> None:
        """Stop because of a signal, ignoring further ones."""
        signals.ignore()
        self.stopped_by, self.should_exit = number, True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Report the activity so far, every tenth of a second."""
        self.on_activity((self.server_state.total_requests, len(self.server_state.tasks)))
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then report the URL."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._ready(url(host, port, "https" if self.config.is_ssl else "http"))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for requests to finish, then cancel the rest."""
        ending = create_task(self._end_calls())
        await super().shutdown(sockets)
        ending.cancel()

    async def _end_calls(self) -> None:
        await sleep(SHUTDOWN_SECONDS)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await sleep(0.1)  # now every call has been told that its client is gone
        for task in list(self.server_state.tasks):
            task.cancel()


def suppress_errors(app: ASGIApp) -> ASGIApp:
    """The application without the exceptions that it has already answered and logged.

    A stopping server cancels requests whose connections it has closed.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(CancelledError, Exception):
            await app(scope, receive, send)

    return call


class ExpectContinue:
    """Closes the connection of a client that got its response in place of `100 Continue`.

    Whether its body follows all the same is the client's choice (RFC 9110, 10.1.1), so that nobody
    knows where the next request begins.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application; uvicorn sends `100 Continue` when the body is first read."""
        headers = scope.get("headers", ())
        if not any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in headers
        ):
            await self._app(scope, receive, send)
            return
        continued = False

        async def receiving() -> Message:
            nonlocal continued
            continued = True
            return await receive()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not continued:
                closing = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": closing}
            await send(message)

        await self._app(scope, receiving, sending)


@contextmanager
def without_uvicorn_logs(thread: Thread) -> Iterator[None]:
    """Filter uvicorn's lifecycle messages of a thread out of the process's logs."""

    def is_wanted(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or record.thread != thread.ident

    logger = logging.getLogger("uvicorn.error")
    logger.addFilter(is_wanted)
    try:
        yield
    finally:
        logger.removeFilter(is_wanted)


def url(host: str, port: int, scheme: str = "http") -> str:
    """`http://…` of an address; a wildcard address as one that can be called."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"{scheme}://[{address}]:{port}" if ":" in address else f"{scheme}://{address}:{port}"
