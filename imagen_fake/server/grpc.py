"""The fake on a gRPC port. Import it only where one is asked for.

Importing it raises ConfigError without the packages of the extra `grpc`.
"""

from asyncio import (
    AbstractEventLoop,
    Event,
    Runner,
    all_tasks,
    current_task,
    get_running_loop,
    wait,
)
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from threading import Thread

from imagen_fake import spec
from imagen_fake.config import ConfigError
from imagen_fake.server.uvicorn_server import EventLoop
from imagen_fake.state.state import State

try:
    import grpc
    from grpc_health.v1 import health, health_pb2, health_pb2_grpc
    from grpc_reflection.v1alpha import reflection, reflection_pb2

    from imagen_fake.surfaces import vertex_grpc
    from imagen_fake.surfaces.vertex_messages import pool, services
    from imagen_fake.surfaces.worker import MAX_WORKERS
except ImportError:
    raise ConfigError("gRPC needs its packages: pip install 'imagen-fake[grpc]'.") from None

KeyAndChain = tuple[bytes, bytes]
"""A private key and its chain of certificates, both in PEM."""

MAX_STREAMS = 1000
"""How many calls one connection may have open at once; those beyond wait at the client."""

MAX_CALLS: int = spec.table("http_limits")["grpc"]["calls"]

SHUTDOWN_SECONDS = 2.0

OPTIONS = (
    ("grpc.max_send_message_length", -1),
    ("grpc.max_concurrent_streams", MAX_STREAMS),
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.so_reuseport", 0),
)
"""Clients may ping as often as they like; a port that is taken is an error, not shared."""


@contextmanager
def serve_grpc(
    state: State, host: str, port: int, key_and_chain: KeyAndChain | None = None
) -> Iterator[int]:
    """The port of a gRPC server that stops on leaving; port 0 takes a free one.

    It has an event loop in a thread of its own, which lets a program end that never leaves it, and
    speaks TLS if it is given a certificate. Raises ConfigError for a port or a certificate that
    cannot be used.
    """
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    started = Future[tuple[AbstractEventLoop, Event, int]]()

    async def run() -> None:
        async with _serving(state, address, key_and_chain) as bound_port:
            left = Event()
            started.set_result((get_running_loop(), left, bound_port))
            await left.wait()

    def run_in_thread() -> None:
        try:
            with Runner(loop_factory=EventLoop) as runner:
                runner.run(run())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = Thread(target=run_in_thread, name="grpc", daemon=True)
    thread.start()
    loop, left, bound_port = started.result()
    try:
        yield bound_port
    finally:
        loop.call_soon_threadsafe(left.set)
        thread.join()


@asynccontextmanager
async def _serving(
    state: State, address: str, key_and_chain: KeyAndChain | None
) -> AsyncIterator[int]:
    get_running_loop().set_default_executor(ThreadPoolExecutor(MAX_WORKERS, "grpc"))
    largest = vertex_grpc.largest_message(state.config)
    server = grpc.aio.server(
        options=(*OPTIONS, ("grpc.max_receive_message_length", largest)),
        maximum_concurrent_rpcs=MAX_CALLS,
    )
    server.add_generic_rpc_handlers(tuple(vertex_grpc.handlers(state)))
    health_servicer = await _add_health_and_reflection(server)
    bound_port = _listen(server, address, key_and_chain)
    await server.start()
    try:
        yield bound_port
    finally:
        await health_servicer.enter_graceful_shutdown()
        await server.stop(SHUTDOWN_SECONDS)
        await _calls_end()


async def _calls_end() -> None:
    """Let what the server has cancelled end: gRPC tells stderr of calls that a loop cancels."""
    calls = all_tasks() - {current_task()}
    if calls:
        await wait(calls, timeout=SHUTDOWN_SECONDS)


def _listen(server: grpc.aio.Server, address: str, key_and_chain: KeyAndChain | None) -> int:
    """The bound port. Raises ConfigError."""
    try:
        if key_and_chain is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, grpc.ssl_server_credentials([key_and_chain]))
    except RuntimeError:  # its text says no more; gRPC itself writes the cause to stderr
        hint = "it is taken (--grpc-port 0 takes a free one)"
        cause = hint if key_and_chain is None else f"{hint}, or the certificate is bad"
        raise ConfigError(f"gRPC cannot listen on {address}: {cause}.") from None


async def _add_health_and_reflection(server: grpc.aio.Server) -> health.aio.HealthServicer:
    names = [service.full_name for service in services()]
    health_servicer = health.aio.HealthServicer()
    for name in names:
        await health_servicer.set(name, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    descriptors = pool()
    for file in (health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR):
        descriptors.AddSerializedFile(file.serialized_pb)
    names += [health.SERVICE_NAME, reflection.SERVICE_NAME]
    reflection.enable_server_reflection(names, server, descriptors)
    return health_servicer
