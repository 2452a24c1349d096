"""httpx and aiohttp, which are handed whole requests, and what httpx opens connections with."""

from collections.abc import Callable, Iterator
from typing import Any

from imagen_fake.testing import transports
from imagen_fake.testing.http_client import Method, Patch
from imagen_fake.testing.routing import Router


def _httpx(router: Router, library: Any) -> Iterator[Patch]:
    def wrap(original: Method) -> Method:
        def handle_request(transport: Any, request: Any) -> Any:
            """Answer what is asked of the fake."""
            if in_process := resolve_httpx(router, request):
                return transports.ask(library, in_process, request)
            return original(transport, request)

        return handle_request

    def wrap_async(original: Method) -> Method:
        async def handle_async_request(transport: Any, request: Any) -> Any:
            """Answer what is asked of the fake, while the event loop goes on."""
            if in_process := resolve_httpx(router, request):
                return await transports.ask_async(library, in_process, request)
            return await original(transport, request)

        return handle_async_request

    yield library.HTTPTransport, "handle_request", wrap
    yield library.AsyncHTTPTransport, "handle_async_request", wrap_async


def resolve_httpx(router: Router, request: Any) -> Any:
    """The fake that answers a request of httpx."""
    return router.resolve(request.url.host, request.url.raw_path.decode("latin-1"))


def _httpcore(router: Router, library: Any) -> Iterator[Patch]:
    """Mocks lie between httpx and this: here it is certain that a request goes out."""

    def check(request: Any) -> None:
        host, target = request.url.host.decode("latin-1"), request.url.target.decode("latin-1")
        router.check_departure(host, target, request.headers)

    def wrap(original: Method) -> Method:
        def send(connection: Any, request: Any) -> Any:
            """Send a request, unless it must not go out."""
            check(request)
            return original(connection, request)

        return send

    def wrap_async(original: Method) -> Method:
        async def send(connection: Any, request: Any) -> Any:
            """Send a request, unless it must not go out."""
            check(request)
            return await original(connection, request)

        return send

    yield library.HTTPConnection, "_connect", wrap
    yield library.AsyncHTTPConnection, "_connect", wrap_async
    for kind in ("HTTP11Connection", "HTTP2Connection"):
        if not hasattr(getattr(library, kind), "handle_request"):
            continue  # HTTP/2 without its extra
        yield getattr(library, kind), "handle_request", wrap
        yield getattr(library, f"Async{kind}"), "handle_async_request", wrap_async


def _aiohttp(router: Router, aiohttp: Any) -> Iterator[Patch]:
    import asyncio

    from imagen_fake.testing.asyncio_transport import AsyncioTransport

    def wrap(original: Method) -> Method:
        async def connect(connector: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
            """Take a connection of ours for what is asked of the fake."""
            host, target = request.url.host, request.url.raw_path_qs
            if (in_process := router.resolve(host, target)) is None:
                headers = [(name.encode(), text.encode()) for name, text in request.headers.items()]
                router.check_departure(host, target, headers)
                return await original(connector, request, *arguments, **keywords)
            loop = asyncio.get_running_loop()
            protocol = aiohttp.client_proto.ResponseHandler(loop)
            transport = AsyncioTransport(in_process, str(request.url.origin()), protocol)
            protocol.connection_made(transport)
            return aiohttp.connector.Connection(connector, request.connection_key, protocol, loop)

        return connect

    yield aiohttp.TCPConnector, "connect", wrap


PATCHES: dict[str, Callable[[Router, Any], Iterator[Patch]]] = {
    "httpx": _httpx,
    "httpx2": _httpx,
    "httpcore": _httpcore,
    "httpcore2": _httpcore,
    "aiohttp": _aiohttp,
}
"""What is replaced in a module, by its name."""
