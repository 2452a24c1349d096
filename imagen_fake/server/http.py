"""The fake on a socket."""

import logging
import socket
import struct
from asyncio import CancelledError, Transport, create_task, sleep
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from signal import SIGINT
from threading import Thread
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake.app import create_app
from imagen_fake.config import Config, ConfigError
from imagen_fake.hosts import listens_on_loopback
from imagen_fake.middleware.cross_origin import TrustPolicy
from imagen_fake.server import signals, tls
from imagen_fake.server.expect import ExpectContinue
from imagen_fake.server.http_limits import LimitedProtocol
from imagen_fake.server.idle import IdleWatcher, activity_observer, limit_arenas, release_memory
from imagen_fake.server.sockets import listen
from imagen_fake.server.tls import Certificate
from imagen_fake.state.state import State
from imagen_fake.surfaces.faults import CONNECTION

STARTUP_SECONDS = 30.0
SHUTDOWN_SECONDS = 2.0

RESET = struct.pack("ii", 1, 0)
"""A socket that lingers for no time is reset when it is closed."""


class ClientConnection:
    """A client's connection as faults may close or reset it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.close = transport.close

    def abort(self) -> None:
        """Reset the connection, so that the client's read fails."""
        if self._transport.is_closing():  # the client was faster
            return
        wire = self._transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._transport.abort()


class FaultProtocol(LimitedProtocol):
    """uvicorn's HTTP protocol, with the connection as an ASGI extension for faults."""

    _extensions: dict[str, Any]
    _current_cycle: Any = None
    """The cycle that is being answered; others may wait behind it on the same connection."""

    def connection_made(self, transport: Any) -> None:
        """Create the extension through which faults reach the connection."""
        super().connection_made(transport)
        self.access_log = False
        self._extensions = {CONNECTION: ClientConnection(transport)}

    def on_message_begin(self) -> None:
        """Add the extension to the scope."""
        super().on_message_begin()
        self.scope["extensions"] = self._extensions

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._current_cycle = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Disconnect the request that is being answered; uvicorn does so for the last one alone."""
        super().connection_lost(exc)
        if self._current_cycle and not self._current_cycle.response_complete:
            self._current_cycle.disconnected = True
            self._current_cycle.message_event.set()


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

    A server that stops cancels calls whose connections it has ended: nobody waits for those.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(CancelledError, Exception):
            await app(scope, receive, send)

    return call


def serve(
    config: Config,
    host: str,
    port: int,
    ready: Callable[[str, int | None], None],
    certificate: Certificate | None = None,
    grpc_port: int | None = None,
    names: Sequence[str] = (),
) -> None:
    """Serve until a signal ends the process, over TLS with a certificate, gRPC on its own port.

    `ready` gets the URL and the port of gRPC once both listen. Port 0 takes a free one. `names`
    are hosts by which it may be called, beside those of the config. Raises SystemExit as shells
    do, unless it was interrupted; ConfigError if a port is taken.
    """
    limit_arenas()
    state = State(config)
    settings = _uvicorn_config(state, trust(config, host, names), certificate)
    with _grpc_port(state, host, grpc_port, certificate) as bound_grpc_port:
        sockets = listen(host, port)
        server = Server(settings, lambda url: ready(url, bound_grpc_port))
        server.on_activity = activity_observer(IdleWatcher(release_memory), state)
        signals.handle(server.stop)
        server.run(sockets)
    if server.stopped_by not in (None, SIGINT):
        raise SystemExit(128 + server.stopped_by)


def _grpc_port(
    state: State, host: str, port: int | None, certificate: Certificate | None
) -> AbstractContextManager[int | None]:
    if port is None:
        return nullcontext()
    from imagen_fake.server.grpc import serve_grpc

    key_and_chain = (
        (certificate.key.read_bytes(), certificate.chain.read_bytes()) if certificate else None
    )
    return serve_grpc(state, host, port, key_and_chain)


@contextmanager
def serve_in_thread(
    config: Config | None = None,
    host: str = "127.0.0.1",
    certificate: Certificate | None = None,
    state: State | None = None,
) -> Iterator[str]:
    """The URL of a fake that runs on a free port in a thread, and stops on leaving.

    Raises ConfigError for a host or a certificate that cannot be used.
    """
    started: Future[str] = Future()
    state = state or State(config)
    settings = _uvicorn_config(state, trust(state.config, host), certificate, EmbeddedConfig)
    server = Server(settings, started.set_result)
    sockets = listen(host, 0)

    def run() -> None:
        try:
            server.run(sockets)
        except BaseException as error:
            for opened in sockets:
                opened.close()
            if started.done():
                raise
            started.set_exception(error)

    thread = Thread(target=run, name="imagen-fake", daemon=True)
    with without_uvicorn_logs(thread):
        thread.start()
        try:
            yield started.result(STARTUP_SECONDS)
        finally:
            server.should_exit = True
            thread.join()


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


def trust(config: Config, host: str, names: Sequence[str] = ()) -> TrustPolicy:
    """Which pages and hosts a server that listens on a host takes. Raises ConfigError.

    Hosts are checked on loopback, where nobody calls it but by the names of this machine, and
    wherever the config names some.
    """
    loopback = listens_on_loopback(host)
    hosts = (*config.allow_hosts, *names, *([host] if loopback else []))
    checks_host = loopback or bool(config.allow_hosts)
    try:
        return TrustPolicy(config.allow_origins, hosts, checks_host=checks_host)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _uvicorn_config(
    state: State,
    trusted: TrustPolicy,
    certificate: Certificate | None,
    kind: type[uvicorn.Config] = uvicorn.Config,
) -> uvicorn.Config:
    """Raises ConfigError for a bad certificate."""
    if certificate:
        tls.check(certificate)
    return kind(
        ExpectContinue(suppress_errors(create_app(state=state, trust=trusted))),
        http=FaultProtocol,
        loop="imagen_fake.clock:new_event_loop",
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        timeout_keep_alive=75,
    )
