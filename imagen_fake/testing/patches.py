"""The few places where Python's HTTP libraries open a connection, and what is put there instead.

VCR.py replaces whole classes of connections, and puts the real ones back for a moment whenever
one is made: calls of other threads go out to the network meanwhile. Methods stay replaced here.
"""

import asyncio
import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from socket import getdefaulttimeout
from typing import Any
from unittest.mock import patch

from imagen_fake.testing import transports
from imagen_fake.testing.connections import Transport
from imagen_fake.testing.fake_socket import AsyncSocket, Socket, connected
from imagen_fake.testing.import_hook import when_loaded
from imagen_fake.testing.in_process import InProcess

To = Callable[[str], InProcess | None]
"""Who answers for a host."""

Method = Callable[..., Any]
Patch = tuple[type, str, Method]

CONNECTIONS = {
    "http.client": ("HTTPConnection", "HTTPSConnection"),
    "urllib3.connection": ("HTTPConnection", "HTTPSConnection"),
    "httplib2": ("HTTPConnectionWithTimeout", "HTTPSConnectionWithTimeout"),
}
"""Classes of connections that open a socket in their own way, by their modules."""

ASYNC_CONNECTIONS = {
    "urllib3._async.connection": ("AsyncHTTPConnection", "AsyncHTTPSConnection"),
}
"""The same on event loops: niquests brings another urllib3, which has them."""

MODULES = (*CONNECTIONS, *ASYNC_CONNECTIONS, "httpx", "httpx2", "aiohttp")


@contextmanager
def patched(to: To) -> Iterator[None]:
    """Let `to` say whether a call goes out, in every HTTP library that is or will be loaded."""
    with ExitStack() as stack:
        done = set[tuple[type, str]]()

        def patch_module(module: Any) -> None:
            for owner, name, replacement in _patches(to, module):
                if (owner, name) not in done:
                    done.add((owner, name))
                    stack.enter_context(patch.object(owner, name, replacement))

        with when_loaded(MODULES, patch_module):
            yield


def _patches(to: To, module: Any) -> Iterator[Patch]:
    name = module.__name__
    if module is http.client:
        yield HTTPConnection, "putrequest", _putrequest(to, HTTPConnection.putrequest)
    for owner in (getattr(module, each) for each in CONNECTIONS.get(name, ())):
        yield owner, "connect", _connect(to, owner.connect)
    for owner in (getattr(module, each) for each in ASYNC_CONNECTIONS.get(name, ())):
        yield owner, "connect", _connect_async(to, owner.connect)
    if name in ("httpx", "httpx2"):
        yield from _httpx(to, module)
    if name == "aiohttp":
        connect = _aiohttp_connect(to, module, module.TCPConnector.connect)
        yield module.TCPConnector, "connect", connect


def _connect(to: To, real: Method) -> Method:
    def connect(connection: Any) -> None:
        """Take a socket of ours for the service's hosts."""
        if not _connected(to, connection):
            real(connection)

    return connect


def _connect_async(to: To, real: Method) -> Method:
    async def connect(connection: Any) -> None:
        """Take a socket of ours for the service's hosts."""
        if _connected(to, connection):
            connection.sock = AsyncSocket(connection.sock)
        else:
            await real(connection)

    return connect


def _connected(to: To, connection: Any) -> bool:
    """Give a connection a socket of ours if it is one to the service's hosts; whether it is."""
    host, port = _goal(connection)
    if (in_process := to(host)) is None:
        return False
    scheme = "https" if connection.default_port == 443 else "http"
    connection.sock = connected(in_process, f"{scheme}://{host}:{port}", _seconds(connection))
    if hasattr(connection, "is_verified"):
        connection.is_verified = True  # else urllib3 warns of an insecure connection
    return True


def _putrequest(to: To, real: Method) -> Method:
    def putrequest(connection: Any, *arguments: Any, **named: Any) -> None:
        """Do not use a connection that was opened before."""
        host, _ = _goal(connection)
        if connection.sock is not None and not isinstance(connection.sock, Socket) and to(host):
            HTTPConnection.close(connection)  # urllib3's would forget the request, too
        real(connection, *arguments, **named)

    return putrequest


def _seconds(connection: Any) -> float | None:
    """How long an answer is waited for; without a number, as long as for any socket."""
    given = connection.timeout
    return given if isinstance(given, int | float | None) else getdefaulttimeout()


def _goal(connection: Any) -> tuple[str, int]:
    """The host and port that are meant, be it through a proxy."""
    if connection._tunnel_host:
        return connection._tunnel_host, connection._tunnel_port
    return connection.host, connection.port


def _httpx(to: To, library: Any) -> Iterator[Patch]:
    real, real_async = (
        library.HTTPTransport.handle_request,
        library.AsyncHTTPTransport.handle_async_request,
    )

    def handle_request(transport: Any, request: Any) -> Any:
        """Answer for the service's hosts."""
        if in_process := to(request.url.host):
            return transports.ask(library, in_process, request)
        return real(transport, request)

    async def handle_async_request(transport: Any, request: Any) -> Any:
        """Answer for the service's hosts, while the event loop goes on."""
        if in_process := to(request.url.host):
            return await transports.ask_async(library, in_process, request)
        return await real_async(transport, request)

    yield library.HTTPTransport, "handle_request", handle_request
    yield library.AsyncHTTPTransport, "handle_async_request", handle_async_request


def _aiohttp_connect(to: To, aiohttp: Any, real: Method) -> Method:
    async def connect(connector: Any, request: Any, *arguments: Any, **named: Any) -> Any:
        """Take a connection of ours for the service's hosts."""
        if (in_process := to(request.url.host)) is None:
            return await real(connector, request, *arguments, **named)
        loop = asyncio.get_running_loop()
        protocol = aiohttp.client_proto.ResponseHandler(loop)
        protocol.connection_made(Transport(in_process, str(request.url.origin()), protocol))
        return aiohttp.connector.Connection(connector, request.connection_key, protocol, loop)

    return connect
