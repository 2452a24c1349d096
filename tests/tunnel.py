"""A proxy that connects to ports of this machine, whatever host is named (RFC 9110, 9.3.6)."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


class Handler(StreamRequestHandler):
    """Connects, and hands bytes on in both directions until the client is done."""

    def handle(self) -> None:
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        port = int(target.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            self.connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = Thread(target=hand_on, args=(upstream, self.connection))
            back.start()
            hand_on(self.connection, upstream)
            back.join()


def hand_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(2**16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one of them has gone
        return


@contextmanager
def tunnel() -> Iterator[str]:
    """The URL of the proxy."""
    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
