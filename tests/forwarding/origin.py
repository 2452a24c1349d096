"""An origin of somebody else's on a real socket: it notes what comes, byte by byte."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Event, Thread

Answer = Callable[[socket.socket, bytes], object]
"""Answers a request on its connection."""


class Origin:
    """Where it listens, and what it received."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[bytes] = []
        self.asked = Event()
        """Set once a request has come."""
        self.ended: SimpleQueue[bytes] = SimpleQueue()
        """What came after each request until its connection ended."""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def target(self) -> str:
        """The target of the last request."""
        return self.received[-1].split(b" ")[1].decode()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the last request, by names in lower case."""
        lines = self.received[-1].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        named = (line.partition(": ") for line in lines)
        return {name.lower(): value for name, _, value in named}

    @property
    def body(self) -> bytes:
        """The body of the last request as it came, with its framing."""
        return self.received[-1].partition(b"\r\n\r\n")[2]


def saying(body: bytes = b'{"from": "upstream"}', head: bytes = b"200 OK", *lines: bytes) -> Answer:
    """An answer of these headers and this body, with its length."""
    length = b"content-length: %d" % len(body)
    message = b"\r\n".join([b"HTTP/1.1 " + head, *lines, length, b"", body])
    return lambda connection, _: connection.sendall(message)


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Origin]:
    """An origin that answers every request so; over TLS if there is a context for it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        origin = Origin(f"{'https' if tls else 'http'}://localhost:{port}")
        threads: list[Thread] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threads.append(Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

        def serve(connection: socket.socket) -> None:
            connection.settimeout(30)
            with suppress(OSError), connection:
                wire = tls.wrap_socket(connection, server_side=True) if tls else connection
                with wire:
                    if request := read_request(wire):
                        origin.received.append(request)
                        origin.asked.set()
                        answer(wire, request)
                        origin.ended.put(read_rest(wire))

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield origin
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
    for one in threads:
        one.join(30)


def read_request(wire: socket.socket) -> bytes:
    """A whole request, or what there is of it."""
    raw = b""
    while True:
        head, end, body = raw.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(one[15:]) for one in lines if one.startswith(b"content-length:")), 0)
        chunked = b"transfer-encoding: chunked" in lines
        if end and (body.endswith(b"0\r\n\r\n") if chunked else len(body) >= length):
            return raw
        piece = wire.recv(2**16)
        if not piece:
            return raw
        raw += piece


def read_rest(wire: socket.socket) -> bytes:
    """What comes until the connection ends, however it does."""
    rest = b""
    with suppress(OSError):
        while piece := wire.recv(2**16):
            rest += piece
    return rest
