"""The fake on sockets."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from errno import EADDRINUSE
from signal import SIGINT
from socket import AI_PASSIVE, SOCK_STREAM, create_server, getaddrinfo, socket
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from imagen_fake.app import create_app
from imagen_fake.config import Config, ConfigError
from imagen_fake.forwarding.upstream import Upstream
from imagen_fake.hosts import listens_on_loopback
from imagen_fake.middleware.cross_origin import TrustPolicy
from imagen_fake.server import signals, tls
from imagen_fake.server.http_limits import LimitedProtocol
from imagen_fake.server.idle import IdleWatcher, activity_observer, limit_arenas, release_memory
from imagen_fake.server.tls import Certificate
from imagen_fake.server.uvicorn_server import (
    EmbeddedConfig,
    ExpectContinue,
    Server,
    suppress_errors,
    without_uvicorn_logs,
)
from imagen_fake.state.state import State

STARTUP_SECONDS = 30.0
BACKLOG = 2048


def serve(
    config: Config,
    host: str,
    port: int,
    ready: Callable[[str, int | None], None],
    certificate: Certificate | None = None,
    grpc_port: int | None = None,
    names: Sequence[str] = (),
    received: Sequence[int] = (),
    forward: Upstream | None = None,
) -> None:
    """Serve until a signal ends the process, over TLS with a certificate, gRPC on its own port.

    `ready` gets the URL and the port of gRPC once both listen. Port 0 takes a free one. `names`
    are hosts by which it may be called, beside those of the config; `received` are signals noted
    until it can be stopped by one. What the fake does not answer goes on to `forward`. Raises
    SystemExit as shells do, unless it was interrupted; ConfigError if a port is taken.
    """
    limit_arenas()
    state = State(config)
    app = create_app(state=state, trust=trust(config, host, names), forward=forward)
    settings = _uvicorn_config(app, certificate)
    with optional_grpc(state, host, grpc_port, certificate) as bound_grpc_port:
        sockets = listen(host, port)
        if forward:
            forward.check_differs(host, sockets[0].getsockname()[1])
        server = Server(settings, lambda url: ready(url, bound_grpc_port))
        server.on_activity = activity_observer(IdleWatcher(release_memory), state)
        signals.handle(server.stop)
        if received:
            raise SystemExit(128 + received[0])
        server.run(sockets)
    if server.stopped_by not in (None, SIGINT):
        raise SystemExit(128 + server.stopped_by)


def optional_grpc(
    state: State, host: str, port: int | None, certificate: Certificate | None
) -> AbstractContextManager[int | None]:
    """A gRPC server, whose port it gives; None without a port."""
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
    port: int = 0,
    forward: Upstream | None = None,
) -> Iterator[str]:
    """The URL of a fake that runs in a thread, and stops on leaving; port 0 is a free one.

    What it does not answer goes on to `forward`.
    Raises ConfigError for a host, a port or a certificate that cannot be used.
    """
    started: Future[str] = Future()
    state = state or State(config)
    app = create_app(state=state, trust=trust(state.config, host), forward=forward)
    settings = _uvicorn_config(app, certificate, EmbeddedConfig)
    server = Server(settings, started.set_result)
    sockets = listen(host, port)

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
    app: ASGIApp,
    certificate: Certificate | None,
    kind: type[uvicorn.Config] = uvicorn.Config,
) -> uvicorn.Config:
    """Raises ConfigError for a bad certificate."""
    if certificate:
        tls.check_certificate(certificate)
    return kind(
        ExpectContinue(suppress_errors(app)),
        http=LimitedProtocol,
        loop="imagen_fake.server.uvicorn_server:new_event_loop",
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


def listen(host: str, port: int) -> list[socket]:
    """Sockets on every address of a host that this machine has; port 0: on a free port of one.

    An empty host is every address of the machine. Raises ConfigError if there is none, for what is
    no port, or if the port is taken on one of them.
    """
    if port not in range(2**16):
        raise ConfigError(f"A port is a whole number from 0 to 65535, not {port!r:.80}.")
    opened: list[socket] = []
    try:
        infos = getaddrinfo(host or None, port, type=SOCK_STREAM, flags=AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(infos):
            try:
                opened.append(create_server(address, family=family, backlog=BACKLOG))
            except OSError as error:
                failure = error
                if error.errno == EADDRINUSE:
                    raise
            else:
                if port == 0:
                    return opened
        if not opened:
            raise failure
    except (OSError, ValueError) as error:  # a host may be no name at all
        for opened_socket in opened:
            opened_socket.close()
        raise ConfigError(_message(host, port, error)) from None
    return opened


def _message(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == EADDRINUSE:
        return f"Port {port} of {host or 'this machine'} is taken; --port 0 takes a free one."
    cause = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"Nothing can listen on {host!r}, port {port}: {cause}."
