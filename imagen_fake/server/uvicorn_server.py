"""uvicorn as a server that stops quietly, alone in its process or in another program's."""

import logging
import socket
from asyncio import CancelledError, create_task, sleep
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake.server import signals

SHUTDOWN_SECONDS = 2.0


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
