"""The fake on a gRPC port. Import it only where one is asked for.

Importing it raises ConfigError without the packages of the extra `grpc`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from imagen_fake.config import ConfigError
from imagen_fake.state import State

try:
    import grpc
    from grpc_health.v1 import health, health_pb2, health_pb2_grpc
    from grpc_reflection.v1alpha import reflection, reflection_pb2

    from imagen_fake.surfaces import vertex_grpc
    from imagen_fake.surfaces.vertex_messages import pool, services
except ImportError:
    raise ConfigError("gRPC needs its packages: pip install 'imagen-fake[grpc]'.") from None

KeyAndChain = tuple[bytes, bytes]
"""A private key and its chain of certificates, both in PEM."""

MOST_CALLS = 32
"""How many calls are held at once; who reads the reflection may hold one all the time."""

FAREWELL = 2.0
"""How many seconds calls may take to end once the server stops."""

OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),
)
"""Messages of any size; a port that is taken is an error, not shared."""


@contextmanager
def serving(
    state: State, host: str, port: int, certified: KeyAndChain | None = None
) -> Iterator[int]:
    """The port of a gRPC server that stops on leaving; port 0 takes a free one.

    It speaks TLS if it is given a certificate. Raises ConfigError for a port or a certificate
    that cannot be used.
    """
    server = grpc.server(ThreadPoolExecutor(MOST_CALLS, "grpc"), options=OPTIONS)
    server.add_generic_rpc_handlers(tuple(vertex_grpc.handlers(state)))
    alive = _tell_of(server)
    taken = _listen(server, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", certified)
    server.start()
    try:
        yield taken
    finally:
        alive.enter_graceful_shutdown()
        server.stop(FAREWELL).wait()


def _listen(server: grpc.Server, address: str, certified: KeyAndChain | None) -> int:
    """The port that was opened. Raises ConfigError."""
    try:
        if certified is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, grpc.ssl_server_credentials([certified]))
    except RuntimeError:  # its text says no more; gRPC itself writes the cause to stderr
        cause = "it is taken" if certified is None else "it is taken, or the certificate is bad"
        raise ConfigError(f"gRPC cannot listen on {address}: {cause}.") from None


def _tell_of(server: grpc.Server) -> health.HealthServicer:
    """Add the services by which a client asks what is served, and whether it is."""
    names = [service.full_name for service in services()]
    alive = health.HealthServicer()
    for name in names:
        alive.set(name, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(alive, server)
    described = pool()
    for file in (health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR):
        described.AddSerializedFile(file.serialized_pb)
    names += [health.SERVICE_NAME, reflection.SERVICE_NAME]
    reflection.enable_server_reflection(names, server, described)
    return alive
