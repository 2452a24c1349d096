"""The few places where Python's HTTP libraries open a connection, and what is put there instead.

VCR.py replaces whole classes of connections, and puts the real ones back for a moment whenever
one is made: calls of other threads go out to the network meanwhile. Methods stay replaced here.
"""

import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from socket import getdefaulttimeout
from typing import Any

from imagen_fake.testing import transports
from imagen_fake.testing.fake_socket import AsyncSocket, Socket, TLSSocket
from imagen_fake.testing.import_hook import when_loaded
from imagen_fake.testing.in_process import InProcess

Resolve = Callable[[str], InProcess | None]
"""The fake that answers for a host, or None."""

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
def patched(resolve: Resolve) -> Iterator[None]:
    """Patch every HTTP library that is or will be loaded: `resolve` decides who answers."""
    with ExitStack() as stack:
        done = set[tuple[type, str]]()

        def patch_module(module: Any) -> None:
            for owner, name, replacement in _patches(resolve, module):
                if (owner, name) not in done:
                    done.add((owner, name))
                    stack.callback(_restore(owner, name))
                    setattr(owner, name, replacement)

        with when_loaded(MODULES, patch_module):
            yield


def _restore(owner: type, name: str) -> Callable[[], None]:
    """What puts a method back; an inherited one is not made the class's own."""
    if name in vars(owner):
        return partial(setattr, owner, name, vars(owner)[name])
    return partial(delattr, owner, name)


def _patches(resolve: Resolve, module: Any) -> Iterator[Patch]:
    name = module.__name__
    if module is http.client:
        yield HTTPConnection, "putrequest", _putrequest(resolve, HTTPConnection.putrequest)
    for owner in (getattr(module, each) for each in CONNECTIONS.get(name, ())):
        yield owner, "connect", _connect(resolve, owner.connect)
    for owner in (getattr(module, each) for each in ASYNC_CONNECTIONS.get(name, ())):
        yield owner, "connect", _connect_async(resolve, owner.connect)
    if name in ("httpx", "httpx2"):
        yield from _httpx(resolve, module)
    if name == "aiohttp":
        connect = _aiohttp_connect(resolve, module, module.TCPConnector.connect)
        yield module.TCPConnector, "connect", connect


def _connect(resolve: Resolve, original: Method) -> Method:
    def connect(connection: Any) -> None:
        """Take a socket of ours for the service's hosts."""
        if not _use_fake_socket(resolve, connection):
            original(connection)

    return connect


def _connect_async(resolve: Resolve, original: Method) -> Method:
    async def connect(connection: Any) -> None:
        """Take a socket of ours for the service's hosts."""
        if _use_fake_socket(resolve, connection):
            connection.sock = AsyncSocket(connection.sock)
        else:
            await original(connection)

    return connect


def _use_fake_socket(resolve: Resolve, connection: Any) -> bool:
    """Give a connection to the service's hosts a stand-in socket; whether it is one."""
    host, port = _destination(connection)
    if (in_process := resolve(host)) is None:
        return False
    scheme, kind = ("https", TLSSocket) if connection.default_port == 443 else ("http", Socket)
    timeout = connection.timeout
    if not isinstance(timeout, int | float | None):
        timeout = getdefaulttimeout()
    connection.sock = kind(in_process, f"{scheme}://{host}:{port}", timeout)
    if hasattr(connection, "is_verified"):
        connection.is_verified = True  # else urllib3 warns of an insecure connection
    return True


def _putrequest(resolve: Resolve, original: Method) -> Method:
    def putrequest(connection: Any, *arguments: Any, **keywords: Any) -> None:
        """Do not use a connection that was opened before."""
        host, _ = _destination(connection)
        is_real = connection.sock is not None and not isinstance(connection.sock, Socket)
        if is_real and resolve(host):
            HTTPConnection.close(connection)  # urllib3's would forget the request, too
        original(connection, *arguments, **keywords)

    return putrequest


def _destination(connection: Any) -> tuple[str, int]:
    """The host and port of the request, also through a proxy."""
    if connection._tunnel_host:
        return connection._tunnel_host, connection._tunnel_port
    return connection.host, connection.port


def _httpx(resolve: Resolve, library: Any) -> Iterator[Patch]:
    original, original_async = (
        library.HTTPTransport.handle_request,
        library.AsyncHTTPTransport.handle_async_request,
    )

    def handle_request(transport: Any, request: Any) -> Any:
        """Answer for the service's hosts."""
        if in_process := resolve(request.url.host):
            return transports.ask(library, in_process, request)
        return original(transport, request)

    async def handle_async_request(transport: Any, request: Any) -> Any:
        """Answer for the service's hosts, while the event loop goes on."""
        if in_process := resolve(request.url.host):
            return await transports.ask_async(library, in_process, request)
        return await original_async(transport, request)

    yield library.HTTPTransport, "handle_request", handle_request
    yield library.AsyncHTTPTransport, "handle_async_request", handle_async_request


def _aiohttp_connect(resolve: Resolve, aiohttp: Any, original: Method) -> Method:
    import asyncio

    from imagen_fake.testing.asyncio_transport import AsyncioTransport

    async def connect(connector: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
        """Take a connection of ours for the service's hosts."""
        if (in_process := resolve(request.url.host)) is None:
            return await original(connector, request, *arguments, **keywords)
        loop = asyncio.get_running_loop()
        protocol = aiohttp.client_proto.ResponseHandler(loop)
        protocol.connection_made(AsyncioTransport(in_process, str(request.url.origin()), protocol))
        return aiohttp.connector.Connection(connector, request.connection_key, protocol, loop)

    return connect
