"""The fake without a socket: an application asked by functions, from any thread."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from errno import ECONNRESET
from functools import cached_property
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from anyio import fail_after, to_thread
from starlette.types import ASGIApp, Message

from imagen_fake.clock import EventLoop
from imagen_fake.middleware.cross_origin import IN_PROCESS
from imagen_fake.surfaces.faults import CONNECTION

GONE = "The fake has been closed."

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: the whole URL, headers as they are sent, the body in bytes."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: the headers in order and in lower case, the body in bytes."""

    status: int
    headers: Headers
    body: bytes
    whole: bool = True
    """Whether the body came to its end before the connection did."""

    def header(self, name: str) -> str | None:
        """The value of a header, the last one if it is repeated; None without it."""
        named = [value for key, value in self.headers if key.decode().lower() == name.lower()]
        return named[-1].decode("latin-1") if named else None


class InProcess:
    """An application on an event loop of its own, in a thread that ends with the process."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._lock = Lock()
        self._closed = self._hung_up = False

    def ask(self, request: Request, seconds: float | None = None) -> Response:
        """The answer, waited for.

        Raises ConnectionResetError where a connection is dropped or this is closed, TimeoutError
        if the answer takes more seconds.
        """
        coming = self.begin(request)
        try:
            return coming.result(seconds)
        finally:
            coming.cancel()

    async def ask_async(self, request: Request, seconds: float | None = None) -> Response:
        """The answer, as `ask` gives it, while the caller's event loop goes on."""
        coming = self.begin(request)
        try:
            with fail_after(seconds):
                return await _awaited(coming)
        finally:
            coming.cancel()

    def begin(self, request: Request) -> Future[Response]:
        """The answer to come; to wait for it in a coroutine, use `asyncio.wrap_future`."""
        with self._lock:
            if self._closed:
                raise reset(GONE)
            return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop)

    def close(self) -> None:
        """Drop the connections there are and stop the thread; nothing can be asked afterwards."""
        with self._lock:
            self._closed = True
            if "_loop" in self.__dict__ and not self._loop.is_closed():
                asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join()
                self._loop.close()

    async def _answer(self, request: Request) -> Response:
        try:
            return await answer(self._app, request)
        except asyncio.CancelledError:
            if self._hung_up:
                raise reset(GONE) from None
            raise

    async def _hang_up(self) -> None:
        self._hung_up = True
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = EventLoop()
        self._thread = Thread(target=loop.run_forever, name="imagen-fake", daemon=True)
        self._thread.start()
        return loop


async def _awaited(coming: Future[Response]) -> Response:
    """What another thread's event loop comes to; on any event loop, Trio's too."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return await to_thread.run_sync(coming.result, abandon_on_cancel=True)
    return await asyncio.wrap_future(coming)


class Connection:
    """What stands for a connection in process: it only remembers how it has ended."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self.was_reset = False

    def abort(self) -> None:
        """Reset the connection."""
        self.was_reset = True
        self._ended.set()

    def close(self) -> None:
        """End the connection; what was sent arrives."""
        self._ended.set()

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return not self._ended.is_set()

    async def gone(self) -> None:
        """Wait until it has ended."""
        await self._ended.wait()


def reset(text: str) -> ConnectionResetError:
    """The error of a connection that was reset, in these words."""
    return ConnectionResetError(ECONNRESET, text)


async def answer(app: ASGIApp, request: Request) -> Response:
    """What the application sends, its answer to an error of its own included.

    Raises ConnectionResetError where it resets the connection, or fails before its answer is whole.
    """
    connection, sent = Connection(), list[Message]()
    body = [{"type": "http.request", "body": request.body, "more_body": False}]

    async def receive() -> Message:
        if body:
            return body.pop()
        await connection.gone()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    failure = None
    try:
        await app(scope(request, connection), receive, send)
    except Exception as error:  # noqa: BLE001 (Starlette answers 500 and raises it for the server)
        failure = error
    if connection.was_reset:
        raise reset("The fake dropped the connection, as it was told to.")
    if not sent or (connection.open and (len(sent) < 2 or sent[-1].get("more_body", False))):
        raise reset("The fake failed to answer.") from failure
    start, *rest = sent
    came = b"".join(message.get("body", b"") for message in rest)
    if request.method == "HEAD":  # what a server does about it
        came = b""
    return Response(start["status"], tuple(start.get("headers", ())), came, connection.open)


def scope(request: Request, connection: Connection) -> dict[str, Any]:
    """The ASGI scope of a request."""
    parts = urlsplit(request.url)
    named = [(name.lower(), value) for name, value in request.headers]
    if not any(name == b"host" for name, _ in named):
        named.insert(0, (b"host", parts.netloc.encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme or "http",
        "server": (parts.hostname or "localhost", parts.port or 443),
        "client": ("127.0.0.1", 0),
        "root_path": "",
        "path": unquote(parts.path) or "/",
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": named,
        "extensions": {CONNECTION: connection, IN_PROCESS: {}},
    }
