"""Transports of httpx and httpx2 that call the fake in process."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, Literal

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response

Library = Literal["httpx", "httpx2"]

CHUNKED = "incomplete chunked read"


def transport(
    config: Config | None = None, *, state: State | None = None, library: Library = "httpx"
) -> Any:
    """A transport for `Client` and `AsyncClient` of a library, with a fake of its own behind it.

    Whatever host is called, the fake answers. Calls from several threads and event loops are
    answered. Raises ImportError without the library, ConfigError.
    """
    return _transport_class(library)(state or State(config))


class InProcessTransport:
    """A transport, sync and async. `library` is the module of httpx or of httpx2."""

    library: Any

    def __init__(self, state: State) -> None:
        self._state = state
        self._in_process = InProcess(state)

    def handle_request(self, request: Any) -> Any:
        """The fake's answer to a request of the library's."""
        return ask(self.library, self._in_process, request)

    async def handle_async_request(self, request: Any) -> Any:
        """The fake's answer to a request of the library's, while the event loop goes on."""
        return await ask_async(self.library, self._in_process, request)

    def close(self) -> None:
        """Drop the open connections; the next call opens new ones."""
        self._in_process.close()
        self._in_process = InProcess(self._state)

    async def aclose(self) -> None:
        """Do what `close` does."""
        self.close()


@cache
def _transport_class(library: Library) -> Any:
    module = import_module(library)
    bases = (InProcessTransport, module.BaseTransport, module.AsyncBaseTransport)
    return type("Transport", bases, {"library": module, "__doc__": InProcessTransport.__doc__})


def ask(library: Any, in_process: InProcess, request: Any) -> Any:
    """The answer as a response of httpx or httpx2. Raises the library's own errors."""
    request.read()
    with _errors(library, request):
        answer = in_process.ask(_to_request(request), _timeout(request))
    content = None if answer.complete else _truncated(library, request, answer)
    return _to_response(library, answer, content)


async def ask_async(library: Any, in_process: InProcess, request: Any) -> Any:
    """What `ask` gives, while the caller's event loop goes on."""
    await request.aread()
    with _errors(library, request):
        answer = await in_process.ask_async(_to_request(request), _timeout(request))
    content = None if answer.complete else _truncated_async(library, request, answer)
    return _to_response(library, answer, content)


def _to_request(request: Any) -> Request:
    headers = tuple(request.headers.raw)
    return Request(request.method, str(request.url), headers, request.content)


def _timeout(request: Any) -> float | None:
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return seconds


def _to_response(library: Any, answer: Response, content: Any) -> Any:
    """The response, with a content in place of its body if there is one."""
    return library.Response(
        answer.status,
        headers=list(answer.headers),
        content=content,
        stream=None if content else library.ByteStream(answer.body),
        extensions={"http_version": b"HTTP/1.1"},
    )


def _truncated(library: Any, request: Any, answer: Response) -> Iterator[bytes]:
    """A body that ends early, with the error that h11 raises in the library."""
    yield answer.body
    received, announced = len(answer.body), answer.header("content-length")
    missing = f"received {received} bytes, expected {announced}" if announced else CHUNKED
    raise library.RemoteProtocolError(
        f"peer closed connection without sending complete message body ({missing})",
        request=request,
    )


async def _truncated_async(library: Any, request: Any, answer: Response) -> AsyncIterator[bytes]:
    for piece in _truncated(library, request, answer):
        yield piece


@contextmanager
def _errors(library: Any, request: Any) -> Iterator[None]:
    """Raise the library's own errors for those of sockets."""
    try:
        yield
    except OSError as error:
        kind = library.ReadTimeout if isinstance(error, TimeoutError) else library.ReadError
        raise kind(str(error), request=request) from error
