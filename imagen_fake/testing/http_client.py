"""http.client and the libraries that are built upon it or alike: urllib3, httplib2, niquests.

Some open a connection before they have a request. So a connection to one of Google's hosts gets a
stand-in for its socket, and a real one as soon as a request is put on it that is for somebody else.
A connection that was used for others is closed before a request of ours.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from socket import getdefaulttimeout
from typing import Any

from imagen_fake.testing.fake_socket import AsyncSocket, Socket, TLSSocket
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.routing import NetworkBlocked, Router

Method = Callable[..., Any]
Wrap = Callable[[Any], Any]
Patch = tuple[Any, str, Wrap]
"""A class or module, the name of what is replaced in it, and what wraps the original."""

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

BASES = {"http.client": "HTTPConnection", "urllib3.backend.hface": "HfaceBackend"}
"""Their bases, which write requests."""

ASYNC_BASES = {"urllib3.backend._async.hface": "AsyncHfaceBackend"}

MODULES = (*CONNECTIONS, *ASYNC_CONNECTIONS, *BASES, *ASYNC_BASES)

GOES_ON = "_imagen_fake_goes_on"
"""The attribute of a connection that is to be opened for real, since its request is not ours."""

REQUEST = "_imagen_fake_request"
"""The attribute of a connection that has the host and the target of its last request."""


def patches(router: Router, module: Any) -> Iterator[Patch]:
    """What is replaced in a module."""
    name = module.__name__
    for owner in CONNECTIONS.get(name, ()):
        yield _class(module, owner), "connect", lambda original: _connect(router, original)
    if name in ASYNC_CONNECTIONS:
        plain, tls = (_class(module, owner) for owner in ASYNC_CONNECTIONS[name])
        yield plain, "connect", lambda original: _connect_async(router, original)
        yield tls, "connect", lambda original: _connect_async(router, original)
        yield plain, "request", lambda original: _request_async(router, plain.__base__, original)
    if name in BASES:
        base = _class(module, BASES[name])
        yield base, "putrequest", lambda original: _putrequest(router, base, original)
        yield base, "putheader", lambda original: _putheader(router, original)
    if name in ASYNC_BASES:
        base = _class(module, ASYNC_BASES[name])
        yield base, "putheader", lambda original: _putheader(router, original)


def _class(module: Any, name: str) -> Any:
    """A class of a module; beneath the one that VCR.py has put in its place."""
    current = getattr(module, name)
    return getattr(current, "_baseclass", current)


def _connect(router: Router, original: Method) -> Method:
    def connect(connection: Any) -> None:
        """Take a stand-in for the service's hosts."""
        if not _connect_in_process(router, connection):
            with _going_on(connection):
                original(connection)

    return connect


def _connect_async(router: Router, original: Method) -> Method:
    async def connect(connection: Any) -> None:
        """Take a stand-in for the service's hosts."""
        if not _connect_in_process(router, connection):
            with _going_on(connection):
                await original(connection)

    return connect


def _connect_in_process(router: Router, connection: Any) -> bool:
    """Give a connection a stand-in, if it may be one of ours; whether it has one."""
    host, _ = _destination(connection)
    if GOES_ON in vars(connection):
        router.check_departure(*vars(connection).get(REQUEST, (host, None)))
        return False
    in_process = router.stand_in(host)
    if in_process is None:
        router.check_departure(host)
        return False
    _attach(connection, in_process)
    return True


@contextmanager
def _going_on(connection: Any) -> Iterator[None]:
    """Have a connection opened for real, by its base classes' methods, too."""
    vars(connection)[GOES_ON] = True
    try:
        yield
    finally:
        vars(connection).pop(GOES_ON, None)


def _attach(connection: Any, in_process: InProcess) -> None:
    """Give a connection a stand-in for a socket."""
    host, port = _destination(connection)
    scheme, kind = ("https", TLSSocket) if connection.default_port == 443 else ("http", Socket)
    timeout = connection.timeout
    if not isinstance(timeout, int | float | None):
        timeout = getdefaulttimeout()
    sock = kind(in_process, f"{scheme}://{host}:{port}", timeout)
    is_async = type(connection).__name__.startswith("Async")
    connection.sock = AsyncSocket(sock) if is_async else sock
    if hasattr(connection, "is_verified"):
        connection.is_verified = True  # else urllib3 warns of an insecure connection


def _putrequest(router: Router, base: Any, original: Method) -> Method:
    def putrequest(
        connection: Any, method: str, url: str, *arguments: Any, **keywords: Any
    ) -> None:
        """Change the socket, if it is not what this request needs."""
        in_process = _resolve(router, connection, url)
        if _needs_other_socket(connection, in_process):
            if connection.sock is not None:
                base.close(connection)  # urllib3's own would forget the proxy, too
            _prepare(connection, in_process)
        original(connection, method, url, *arguments, **keywords)

    return putrequest


def _request_async(router: Router, base: Any, original: Method) -> Method:
    async def request(
        connection: Any, method: str, url: str, *arguments: Any, **keywords: Any
    ) -> Any:
        """Change the socket, if it is not what this request needs."""
        in_process = _resolve(router, connection, url)
        if _needs_other_socket(connection, in_process):
            if connection.sock is not None:
                await base.close(connection)
            _prepare(connection, in_process)
        return await original(connection, method, url, *arguments, **keywords)

    return request


def _resolve(router: Router, connection: Any, url: str) -> InProcess | None:
    """The fake that answers a request; raises NetworkBlocked for one that must not go out."""
    host, _ = _destination(connection)
    vars(connection)[REQUEST] = host, url
    in_process = router.resolve(host, url)
    if in_process is None:
        is_open = connection.sock is not None  # else `connect` checks the rest
        (router.check_departure if is_open else router.check_credentials)(host, url)
    return in_process


def _needs_other_socket(connection: Any, in_process: InProcess | None) -> bool:
    is_stand_in = isinstance(connection.sock, Socket | AsyncSocket)
    return connection.sock is None or is_stand_in is (in_process is None)


def _prepare(connection: Any, in_process: InProcess | None) -> None:
    """Give a connection a stand-in for the next request, or a real one once it is sent."""
    connection.sock = None
    if in_process is None:
        vars(connection)[GOES_ON] = True
    else:
        _attach(connection, in_process)


def _putheader(router: Router, original: Method) -> Method:
    def putheader(connection: Any, header: Any, *values: Any) -> None:
        """Write a header, unless it is a credential of the fake's for somebody else."""
        request = vars(connection).get(REQUEST)
        if request and not isinstance(connection.sock, Socket | AsyncSocket):
            host, target = request
            texts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
            try:
                router.check_credentials(host, target, [(b"", text) for text in texts])
            except NetworkBlocked:
                _forget_request(connection)
                raise
        original(connection, header, *values)

    return putheader


def _forget_request(connection: Any) -> None:
    """Leave nothing of a request that was begun, so that the connection may be used again."""
    vars(connection).pop(GOES_ON, None)
    vars(connection).get("_buffer", []).clear()  # http.client would send it with the next request
    if not iscoroutinefunction(connection.close):
        connection.close()


def _destination(connection: Any) -> tuple[str, int]:
    """The host and port of the request, also through a proxy."""
    if connection._tunnel_host:
        return connection._tunnel_host, connection._tunnel_port
    return connection.host, connection.port
