"""Transports of httpx and httpx2 that call the fake in process."""

from collections.abc import AsyncIterator, Iterator
from functools import cache
from importlib import import_module
from typing import Any, Literal

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response

Library = Literal["httpx", "httpx2"]


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
    try:
        answer = in_process.ask(_to_request(request), _timeout(request))
    except OSError as error:
        raise _failure(library, error, request) from error
    return _to_response(library, request, answer)


async def ask_async(library: Any, in_process: InProcess, request: Any) -> Any:
    """What `ask` gives, while the caller's event loop goes on."""
    await request.aread()
    try:
        answer = await in_process.ask_async(_to_request(request), _timeout(request))
    except OSError as error:
        raise _failure(library, error, request) from error
    return _to_response(library, request, answer)


def _to_request(request: Any) -> Request:
    headers = tuple(request.headers.raw)
    return Request(request.method, str(request.url), headers, request.content)


def _timeout(request: Any) -> float | None:
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return seconds


def _to_response(library: Any, request: Any, answer: Response) -> Any:
    stream = library.ByteStream(answer.body)
    if not answer.complete:
        stream = _stream_class(library)(request, answer)
    return library.Response(
        answer.status,
        headers=list(answer.headers),
        stream=stream,
        extensions={"http_version": b"HTTP/1.1"},
    )


class TruncatedStream:
    """A response body, sync and async, that ends early; `library` is httpx or httpx2."""

    library: Any

    def __init__(self, request: Any, answer: Response) -> None:
        self._request = request
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield self._answer.body
        raise self._failure()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._answer.body
        raise self._failure()

    def _failure(self) -> Exception:
        """The error that h11 raises in the library."""
        received, announced = len(self._answer.body), self._answer.header("content-length")
        detail = f"received {received} bytes, expected {announced}"
        failure: Exception = self.library.RemoteProtocolError(
            f"peer closed connection without sending complete message body ({detail})",
            request=self._request,
        )
        return failure


@cache
def _stream_class(library: Any) -> Any:
    bases = (TruncatedStream, library.SyncByteStream, library.AsyncByteStream)
    return type("CutStream", bases, {"library": library})


def _failure(library: Any, error: OSError, request: Any) -> Exception:
    kind = library.ReadTimeout if isinstance(error, TimeoutError) else library.ReadError
    failure: Exception = kind(str(error), request=request)
    return failure
