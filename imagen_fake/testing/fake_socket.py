"""What HTTP libraries take for a connected socket, and for one that speaks TLS."""

import ssl
from collections.abc import Callable, Iterable
from errno import EBADF, EOPNOTSUPP, EPIPE
from io import BufferedReader, BytesIO
from os import strerror
from socket import AF_INET, IPPROTO_TCP, MSG_PEEK, SOCK_STREAM, socket
from typing import Any, Self
from urllib.parse import urlsplit

from imagen_fake.testing.connections import Heard, said
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

    def __init__(self, in_process: InProcess, origin: str, timeout: float | None = None) -> None:
        self.settimeout(timeout)
        self._in_process = in_process
        self._port = urlsplit(origin).port or 0
        self._heard = Heard(origin)
        self._pending: Pending | None = None
        self._answer: BufferedReader | None = None
        self._closed = False
        self._io_refs = 0  # `makefile` counts here who reads on after `close`

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or not callable(getattr(self._real, name, None)):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _not_supported

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sendall(self, data: Buffer, _flags: int = 0, /) -> None:
        """Hear a piece of the request, and ask with the last one. Raises BrokenPipeError then."""
        if self._completes(data):
            self._begin().compute()

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Do what `sendall` does; the number of bytes."""
        self.sendall(data, flags)
        return memoryview(data).nbytes

    def sendmsg(self, buffers: Iterable[Buffer], *_: object) -> int:
        """Send several pieces as one; the number of bytes."""
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
        """Receive; a connected socket does not tell from whom."""
        return self.recv(size, flags), None

    def recvfrom_into(self, buffer: Any, size: int = 0, flags: int = 0, /) -> tuple[int, None]:
        """Receive into a buffer."""
        return self.recv_into(buffer, size, flags), None

    def settimeout(self, seconds: float | None, /) -> None:
        """Wait for an answer no longer than that."""
        self.timeout = None if seconds is None else float(seconds)

    def gettimeout(self) -> float | None:
        """How long an answer is waited for."""
        return self.timeout

    def setblocking(self, flag: bool, /) -> None:
        """Wait for an answer as long as it takes, or not at all."""
        self.timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        """Whether an answer is waited for."""
        return self.timeout != 0

    def getsockopt(self, _level: int, _name: int, size: int = 0, /) -> int | bytes:
        """0, whatever was set."""
        return bytes(size) if size else 0

    def setsockopt(self, *_: object) -> None:
        """There is nothing to set."""

    def getpeername(self) -> tuple[str, int]:
        """This machine, and the port that was meant."""
        return "127.0.0.1", self._port

    def getsockname(self) -> tuple[str, int]:
        """This machine, and no port."""
        return "127.0.0.1", 0

    def fileno(self) -> int:
        """-1: there is no descriptor."""
        return -1

    def get_inheritable(self) -> bool:
        """Whether child processes get the descriptor."""
        return False

    def shutdown(self, how: int, /) -> None:
        """There is nothing to shut down."""

    def detach(self) -> int:
        """Close, and give the descriptor that there is not."""
        self.close()
        return -1

    def close(self) -> None:
        """Give up the answer, unless somebody still reads it from a file."""
        self._closed = True

    async def sendall_async(self, data: Buffer) -> None:
        """Do what `sendall` does, while the event loop goes on."""
        if self._completes(data):
            await self._begin().compute_async()

    async def recv_async(self, size: int) -> bytes:
        """Do what `recv` does, while the event loop goes on."""
        if self._pending and not self._answer:
            self._read(await self._pending.result_async(self.timeout))
        return self.recv(size)

    def _decref_socketios(self) -> None:
        """Called when a file of `makefile` is closed."""
        self._io_refs -= 1

    def _completes(self, data: Buffer) -> bool:
        """Hear a piece of the request; whether it was the last one."""
        if self._closed:
            raise OSError(EBADF, strerror(EBADF))
        if self._pending:
            raise BrokenPipeError(EPIPE, strerror(EPIPE))
        self._heard.feed(bytes(data))
        return self._heard.complete

    def _begin(self) -> Pending:
        self._pending = self._in_process.begin(self._heard.request)
        return self._pending

    def _reader(self) -> BufferedReader:
        if self._closed and self._io_refs <= 0:
            raise OSError(EBADF, strerror(EBADF))
        if self._answer is None:
            if self._pending is None:
                raise TimeoutError("timed out")
            return self._read(self._pending.result(self.timeout))
        return self._answer

    def _read(self, answer: Response) -> BufferedReader:
        self._answer = BufferedReader(BytesIO(said(answer)))
        return self._answer


class TLSSocket(Socket):
    """What is taken for a socket that speaks TLS; it shows no certificate."""

    _real = ssl.SSLSocket

    def version(self) -> str:
        """The version of TLS."""
        return "TLSv1.3"

    def cipher(self) -> tuple[str, str, int]:
        """The cipher, the version that defines it, its secret bits."""
        return "TLS_AES_256_GCM_SHA384", "TLSv1.3", 256

    def selected_alpn_protocol(self) -> str:
        """What is spoken."""
        return "http/1.1"

    def getpeercert(self, binary_form: bool = False) -> None:
        """No certificate."""


class AsyncSocket:
    """What urllib3-future takes for a connected socket on an event loop."""

    def __init__(self, over: Socket) -> None:
        self._over = over

    def __getattr__(self, name: str) -> Any:
        return getattr(self._over, name)

    async def sendall(self, data: Buffer) -> None:
        """Do what a socket's `sendall` does."""
        await self._over.sendall_async(data)

    async def recv(self, size: int = 2**16) -> bytes:
        """Do what a socket's `recv` does, while the event loop goes on."""
        return await self._over.recv_async(size)

    async def wait_for_close(self) -> None:
        """There is nothing to wait for."""


def connected(in_process: InProcess, origin: str, timeout: float | None) -> Socket:
    """A socket to `https://…` or `http://…` without a path; the timeout is in seconds."""
    made = TLSSocket if origin.startswith("https:") else Socket
    return made(in_process, origin, timeout)


def _not_supported(*_: object, **__: object) -> Any:
    raise OSError(EOPNOTSUPP, strerror(EOPNOTSUPP))
