"""The fake on a socket."""

import socket
import struct
import sys
from asyncio import Transport
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from queue import SimpleQueue
from signal import SIGTERM, signal
from threading import Thread
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.faults import CONNECTION
from imagen_fake.state import State
from imagen_fake.tls import Certificate

STARTUP = 30.0
"""How many seconds a server in a thread may take to listen."""


RESET = struct.pack("ii", 1, 0)
"""A socket that lingers for no time is reset when it is closed."""


class Connection:
    """One connection of a client, for faults that end it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.close = transport.close

    def abort(self) -> None:
        """Reset the connection: the client reads no end, but an error."""
        wire = self._transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._transport.abort()


class Protocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with the connection within the reach of faults."""

    _offered: dict[str, Any]

    def connection_made(self, transport: Any) -> None:
        """Note the connection."""
        super().connection_made(transport)
        self._offered = {CONNECTION: Connection(transport)}

    def on_message_begin(self) -> None:
        """Offer the connection as an extension."""
        super().on_message_begin()
        self.scope["extensions"] = self._offered


class Server(uvicorn.Server):
    """A uvicorn server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell the URL."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._ready(url(host, port, "https" if self.config.is_ssl else "http"))


def serve(
    config: Config,
    host: str,
    port: int,
    ready: Callable[[str, int | None], None],
    certificate: Certificate | None = None,
    grpc_port: int | None = None,
) -> None:
    """Serve until interrupted, over TLS with a certificate, gRPC on a port of its own.

    `ready` gets the URL and the port of gRPC once both listen. Port 0 takes a free one. Exits the
    process with a message if the port is taken. Raises ConfigError.
    """
    state = State(config)
    with (
        suppress(KeyboardInterrupt),
        exiting_when_terminated(),
        _serving_grpc(state, host, grpc_port, certificate) as taken,
    ):
        Server(_settings(state, host, port, certificate), lambda url: ready(url, taken)).run()


def _serving_grpc(
    state: State, host: str, port: int | None, certificate: Certificate | None
) -> AbstractContextManager[int | None]:
    """The port of gRPC, None if nobody asked for one."""
    if port is None:
        return nullcontext()
    from imagen_fake.grpc_server import serving

    certified = (
        (certificate.key.read_bytes(), certificate.chain.read_bytes()) if certificate else None
    )
    return serving(state, host, port, certified)


@contextmanager
def serving(
    config: Config | None = None,
    host: str = "127.0.0.1",
    certificate: Certificate | None = None,
    state: State | None = None,
) -> Iterator[str]:
    """The URL of a fake that runs on a free port in a thread, and stops on leaving."""
    urls: SimpleQueue[str] = SimpleQueue()
    state = state or State(config)
    server = Server(_settings(state, host, 0, certificate), urls.put)
    thread = Thread(target=server.run, name="imagen-fake", daemon=True)
    thread.start()
    try:
        yield urls.get(timeout=STARTUP)
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def exiting_when_terminated() -> Iterator[None]:
    """Let SIGTERM end the process as an interrupt does, so that temporary folders are removed."""
    before = signal(SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal(SIGTERM, before)


def url(host: str, port: int, scheme: str = "http") -> str:
    """`http://…` of an address; a wildcard address as one that can be called."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"


def _settings(
    state: State, host: str, port: int, certificate: Certificate | None
) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(state=state),
        host=host,
        port=port,
        http=Protocol,
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
