"""Stand-ins for a connected socket: plain, TLS, and for urllib3-future's event loops."""

import ssl
from collections.abc import Callable, Iterable, Mapping
from errno import EBADF, EOPNOTSUPP, EPIPE
from io import BufferedReader, BytesIO
from os import strerror
from socket import AF_INET, IPPROTO_TCP, MSG_PEEK, SOCK_STREAM, socket
from typing import Any, Self
from urllib.parse import urlsplit

from imagen_fake.testing.connections import RequestParser, serialize_response
from imagen_fake.testing.in_process import InProcess, Pending
from imagen_fake.testing.messages import Response

Buffer = bytes | bytearray | memoryview


class Socket:
    """A socket connected to `origin`, `http://…` without a path; `timeout` is in seconds.

    It has every method of a socket. Those that make no sense on a connection that is there, or
    need a descriptor, raise OSError.
    """

    family, type, proto = AF_INET, SOCK_STREAM, IPPROTO_TCP
    makefile: Any = socket.makefile
    _real: Any = socket
    _constants: Mapping[str, Any] = {
        "fileno": -1, "get_inheritable": False, "getsockname": ("127.0.0.1", 0),
        "setsockopt": None, "shutdown": None,
    }  # fmt: skip
    """What methods return, whatever they are called with; there is no descriptor."""

    def __init__(self, in_process: InProcess, origin: str, timeout: float | None = None) -> None:
        self.settimeout(timeout)
        self._in_process = in_process
        self._port = urlsplit(origin).port or 0
        self._parser = RequestParser(origin)
        self._pending: Pending[Response] | None = None
        self._answer: BufferedReader | None = None
        self._closed = False
        self._io_refs = 0  # `makefile` counts here who reads on after `close`

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in self._constants:
            return lambda *_, **__: self._constants[name]
        if name.startswith("_") or not callable(getattr(self._real, name, None)):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _not_supported

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sendall(self, data: Buffer, _flags: int = 0, /) -> None:
        """Parse the next bytes; compute the response once the request is complete.

        Raises BrokenPipeError after a complete request.
        """
        if self._feed(data):
            self._start().compute()

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Send all bytes; their number."""
        self.sendall(data, flags)
        return memoryview(data).nbytes

    def sendmsg(self, buffers: Iterable[Buffer], *_: object) -> int:
        """Send several buffers as one; the number of bytes."""
        return self.send(b"".join(buffers))

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Up to so many bytes of the answer, none after its end.

        Raises TimeoutError if it takes too long, or as long as the request is not whole;
        ConnectionResetError if the connection was dropped.
        """
        reader = self._reader()
        return reader.peek(size)[:size] if flags & MSG_PEEK else reader.read(size)

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0, /) -> int:
        """Receive into a buffer; the number of bytes."""
        view = memoryview(buffer).cast("B")
        data = self.recv(size or view.nbytes, flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, size: int, flags: int = 0, /) -> tuple[bytes, None]:
        """Receive; a connected socket gives no address."""
        return self.recv(size, flags), None

    def recvfrom_into(self, buffer: Any, size: int = 0, flags: int = 0, /) -> tuple[int, None]:
        """Receive into a buffer."""
        return self.recv_into(buffer, size, flags), None

    def settimeout(self, seconds: float | None, /) -> None:
        """Set the timeout of the response, in seconds."""
        self.timeout = None if seconds is None else float(seconds)

    def gettimeout(self) -> float | None:
        """The timeout of the response, in seconds."""
        return self.timeout

    def setblocking(self, flag: bool, /) -> None:
        """Set no timeout, or one of 0 seconds."""
        self.timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        """Whether the timeout is not 0."""
        return self.timeout != 0

    def getsockopt(self, _level: int, _name: int, size: int = 0, /) -> int | bytes:
        """0, whatever was set."""
        return bytes(size) if size else 0

    def getpeername(self) -> tuple[str, int]:
        """The loopback address, and the port of the origin."""
        return "127.0.0.1", self._port

    def detach(self) -> int:
        """Close it; -1, as there is no descriptor."""
        self.close()
        return -1

    def close(self) -> None:
        """Close it; a file of `makefile` can still be read."""
        self._closed = True

    async def sendall_async(self, data: Buffer) -> None:
        """`sendall`, computing in a worker thread."""
        if self._feed(data):
            await self._start().compute_async()

    async def recv_async(self, size: int) -> bytes:
        """`recv`, without blocking the event loop."""
        if self._pending and not self._answer:
            self._open(await self._pending.result_async(self.timeout))
        return self.recv(size)

    def _decref_socketios(self) -> None:
        """Called by a file of `makefile` when it is closed."""
        self._io_refs -= 1

    def _feed(self, data: Buffer) -> bool:
        """Parse the next bytes; whether the request is complete."""
        if self._closed:
            raise OSError(EBADF, strerror(EBADF))
        if self._pending:
            raise BrokenPipeError(EPIPE, strerror(EPIPE))
        self._parser.feed(bytes(data))
        return self._parser.complete

    def _start(self) -> Pending[Response]:
        self._pending = self._in_process.start(self._parser.request)
        return self._pending

    def _reader(self) -> BufferedReader:
        if self._closed and self._io_refs <= 0:
            raise OSError(EBADF, strerror(EBADF))
        if self._answer is None:
            if self._pending is None:
                raise TimeoutError("timed out")
            return self._open(self._pending.result(self.timeout))
        return self._answer

    def _open(self, answer: Response) -> BufferedReader:
        self._answer = BufferedReader(BytesIO(serialize_response(answer)))
        return self._answer


class TLSSocket(Socket):
    """A stand-in for `ssl.SSLSocket` without a certificate."""

    _real = ssl.SSLSocket

    _constants: Mapping[str, Any] = {
        **Socket._constants,
        "version": "TLSv1.3",
        "cipher": ("TLS_AES_256_GCM_SHA384", "TLSv1.3", 256),
        "selected_alpn_protocol": "http/1.1",
        "getpeercert": None,
    }


class AsyncSocket:
    """A stand-in for the async socket of urllib3-future."""

    def __init__(self, sock: Socket) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    async def sendall(self, data: Buffer) -> None:
        """Send all bytes."""
        await self._sock.sendall_async(data)

    async def recv(self, size: int = 2**16) -> bytes:
        """Do what a socket's `recv` does, while the event loop goes on."""
        return await self._sock.recv_async(size)

    async def wait_for_close(self) -> None:
        """Return at once."""


def _not_supported(*_: object, **__: object) -> Any:
    raise OSError(EOPNOTSUPP, strerror(EOPNOTSUPP))
