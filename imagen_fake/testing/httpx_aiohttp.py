"""httpx, aiohttp and websockets, which are handed whole requests, and what httpx connects with."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from imagen_fake.testing import transports
from imagen_fake.testing.http_client import Method, Patch, Wrap
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.routing import NetworkBlocked, Router


def wrap_httpx(router: Router, position: int = 1) -> tuple[Wrap, Wrap]:
    """What wraps a function that handles a request of httpx or httpx2, and one on event loops.

    `position` is the request's among the arguments.
    """

    def find(arguments: tuple[Any, ...]) -> tuple[Any, InProcess | None, Any]:
        request = arguments[position]
        url = request.url
        in_process = router.resolve(url.host, url.raw_path.decode("latin-1"))
        library = type(request).__mro__[-2].__module__.partition(".")[0]
        return sys.modules[library], in_process, request

    def wrap(original: Method) -> Method:
        def handle_request(*arguments: Any) -> Any:
            """Answer what is asked of the fake."""
            library, in_process, request = find(arguments)
            if in_process:
                return transports.ask(library, in_process, request)
            return original(*arguments)

        return handle_request

    def wrap_async(original: Method) -> Method:
        async def handle_async_request(*arguments: Any) -> Any:
            """Answer what is asked of the fake, while the event loop goes on."""
            library, in_process, request = find(arguments)
            if in_process:
                return await transports.ask_async(library, in_process, request)
            return await original(*arguments)

        return handle_async_request

    return wrap, wrap_async


def _httpx(router: Router, library: Any) -> Iterator[Patch]:
    wrap, wrap_async = wrap_httpx(router)
    yield library.HTTPTransport, "handle_request", wrap
    yield library.AsyncHTTPTransport, "handle_async_request", wrap_async


def _httpcore(router: Router, library: Any) -> Iterator[Patch]:
    """Mocks lie between httpx and this: here it is certain that a request goes out."""

    def check(request: Any) -> None:
        host, target = request.url.host.decode("latin-1"), request.url.target.decode("latin-1")
        router.check_departure(host, target, request.headers)

    def wrap(original: Method) -> Method:
        def send(connection: Any, request: Any) -> Any:
            """Send a request, unless it must not go out."""
            try:
                check(request)
            except NetworkBlocked:
                connection.close()  # else its place in the pool stays taken
                raise
            return original(connection, request)

        return send

    def wrap_async(original: Method) -> Method:
        async def send(connection: Any, request: Any) -> Any:
            """Send a request, unless it must not go out."""
            try:
                check(request)
            except NetworkBlocked:
                await connection.aclose()
                raise
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


def _websockets(router: Router, client: Any) -> Iterator[Patch]:
    """The fake has none; Gemini's Live API would take its token along."""

    def wrap(original: Method) -> Method:
        def __init__(connect: Any, uri: str, **keywords: Any) -> None:  # noqa: N807 (it is one)
            """Prepare to connect, unless it must not go out."""
            headers = client.Headers(keywords.get("additional_headers") or {})
            texts = [(b"", value.encode()) for _, value in headers.raw_items()]
            if not router.resolve("", uri):
                router.check_departure("", uri, texts)
            original(connect, uri, **keywords)

        return __init__

    yield client.connect, "__init__", wrap


PATCHES: dict[str, Callable[[Router, Any], Iterator[Patch]]] = {
    "httpx": _httpx,
    "httpx2": _httpx,
    "httpcore": _httpcore,
    "httpcore2": _httpcore,
    "aiohttp": _aiohttp,
    "websockets.asyncio.client": _websockets,
}
"""What is replaced in a module, by its name."""
