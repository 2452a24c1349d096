import socket
import ssl
from collections.abc import Iterator
from errno import EBADF, EOPNOTSUPP
from typing import Any

import pytest

from imagen_fake.testing.fake_socket import AsyncSocket, Socket, TLSSocket
from imagen_fake.testing.in_process import InProcess
from tests.in_process import Scripted

ORIGIN = "http://any.example:8080"
SENT = b"POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
NEVER = b"GET /never HTTP/1.1\r\n\r\n"
RECEIVED = b"\r\nconnection: close\r\n\r\nHELLO"


@pytest.fixture
def in_process() -> Iterator[InProcess]:
    made = Scripted()
    yield made
    made.close()


@pytest.fixture
def made(in_process: InProcess) -> Socket:
    return Socket(in_process, ORIGIN, 30)


@pytest.fixture
def real() -> Iterator[socket.socket]:
    """A real socket that is connected."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), 30) as client,
    ):
        yield client


def public(owner: object) -> set[str]:
    return {name for name in dir(owner) if not name.startswith("_")}


@pytest.mark.parametrize(
    ("stand_in", "kind"), [(Socket, socket.socket), (TLSSocket, ssl.SSLSocket)]
)
def test_it_has_all_that_a_socket_has(in_process: InProcess, stand_in: Any, kind: type) -> None:
    made = stand_in(in_process, ORIGIN)
    callables = {name for name in public(kind) if callable(getattr(kind, name))}
    assert all(callable(getattr(made, name)) for name in callables)
    plain = public(socket.socket) - callables
    assert all(hasattr(made, name) for name in plain)


def test_it_has_nothing_that_a_socket_has_not(made: Socket) -> None:
    for name in ("version", "getpeercert", "pending", "wobble", "_wobble"):
        with pytest.raises(AttributeError, match=f"'Socket' object has no attribute '{name}'"):
            getattr(made, name)


def test_what_makes_no_sense_is_an_error_of_sockets(made: Socket) -> None:
    for name in ("accept", "bind", "connect", "dup", "listen", "sendfile"):
        with pytest.raises(OSError, match="not supported") as caught:
            getattr(made, name)()
        assert caught.value.errno == EOPNOTSUPP


@pytest.mark.parametrize("name", ["family", "type", "proto", "timeout"])
def test_it_is_of_the_kind_that_a_connected_socket_is(
    made: Socket, real: socket.socket, name: str
) -> None:
    assert getattr(made, name) == getattr(real, name)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("gettimeout", ()), ("getblocking", ()), ("settimeout", (2.0,)), ("setblocking", (True,)),
        ("setblocking", (False,)), ("getpeername", ()), ("getsockname", ()), ("fileno", ()),
        ("get_inheritable", ()), ("getsockopt", (socket.SOL_SOCKET, socket.SO_ERROR)),
        ("getsockopt", (socket.SOL_SOCKET, socket.SO_ERROR, 4)),
        ("setsockopt", (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)),
        ("shutdown", (socket.SHUT_RDWR,)), ("send", (b"GET",)), ("sendall", (b"GET",)),
        ("sendmsg", ([b"G", b"ET"],)), ("close", ()),
    ],
)  # fmt: skip
def test_an_answer_is_of_the_type_that_a_connected_socket_gives(
    made: Socket, real: socket.socket, name: str, arguments: tuple[Any, ...]
) -> None:
    given, expected = getattr(made, name)(*arguments), getattr(real, name)(*arguments)
    assert type(given) is type(expected)
    assert (made.gettimeout(), made.getblocking()) == (real.gettimeout(), real.getblocking())


def test_the_other_end_is_the_port_that_was_meant(made: Socket) -> None:
    assert (made.getpeername()[1], made.fileno(), made.detach()) == (8080, -1, -1)


@pytest.mark.parametrize("send", ["sendall", "send", "sendmsg"])
@pytest.mark.parametrize("receive", ["recv", "recv_into", "recvfrom", "recvfrom_into", "makefile"])
def test_an_answer_is_received_however_it_is_asked_for(
    made: Socket, send: str, receive: str
) -> None:
    for piece in (SENT[:20], bytearray(SENT[20:30]), memoryview(SENT[30:])):
        number = getattr(made, send)([piece] if send == "sendmsg" else piece)
        assert number == (None if send == "sendall" else len(piece))
    received = receive_all(made, receive)
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert received.endswith(RECEIVED)


def receive_all(made: Socket, receive: str) -> bytes:
    """All that comes until the end, received by a method in small pieces."""
    if receive == "makefile":
        with made.makefile("rb") as file:
            return bytes(file.read())
    whole, buffer = b"", bytearray(7)
    while True:
        given = getattr(made, receive)(buffer if "into" in receive else 7)
        got = given[0] if isinstance(given, tuple) else given
        piece = bytes(buffer[:got]) if isinstance(got, int) else got
        if not piece:
            return whole
        whole += piece


def test_one_may_look_before_receiving(made: Socket) -> None:
    made.sendall(SENT)
    assert made.recv(4, socket.MSG_PEEK) == made.recv(4) == b"HTTP"


def test_a_file_may_be_read_after_the_socket_was_closed(made: Socket) -> None:
    made.sendall(SENT)
    file = made.makefile("rb")
    made.close()
    assert file.read().endswith(RECEIVED)
    file.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        made.recv(1)


def test_an_answer_may_be_waited_for_again(made: Socket) -> None:
    made.sendall(NEVER)
    made.settimeout(0.01)
    for _ in range(2):
        with pytest.raises(TimeoutError, match="timed out"):
            made.recv(1)


def test_half_a_request_gets_no_answer(made: Socket) -> None:
    made.sendall(SENT[:-1])
    with pytest.raises(TimeoutError, match="timed out"):
        made.recv(1)


def test_nothing_goes_over_a_connection_that_has_had_its_answer(made: Socket) -> None:
    made.sendall(SENT)
    with pytest.raises(BrokenPipeError):
        made.sendall(SENT)


@pytest.mark.parametrize("use", [lambda made: made.sendall(SENT), lambda made: made.recv(1)])
def test_nothing_goes_over_a_closed_socket(made: Socket, use: Any) -> None:
    with made:
        pass
    with pytest.raises(OSError, match="Bad file descriptor") as caught:
        use(made)
    assert caught.value.errno == EBADF


def test_a_dropped_connection_is_a_reset(made: Socket) -> None:
    made.sendall(b"GET /drop HTTP/1.1\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        made.recv(1)


def test_who_waits_for_a_fake_that_is_closed_gets_a_reset(
    made: Socket, in_process: InProcess
) -> None:
    made.sendall(NEVER)
    in_process.close()
    with pytest.raises(ConnectionResetError):
        made.recv(1)


def test_a_secure_one_tells_of_tls(in_process: InProcess) -> None:
    made = TLSSocket(in_process, "https://any.example:443", None)
    assert made.version() == made.cipher()[1] == "TLSv1.3"
    assert made.selected_alpn_protocol() == "http/1.1"


@pytest.mark.anyio
async def test_on_an_event_loop_it_is_awaited(made: Socket) -> None:
    over = AsyncSocket(made)
    await over.sendall(SENT)
    whole = b""
    while piece := await over.recv(7):
        whole += piece
    assert whole.endswith(RECEIVED)
    assert over.type == socket.SOCK_STREAM
    over.close()
    await over.wait_for_close()


@pytest.mark.anyio
async def test_on_an_event_loop_a_late_answer_is_a_timeout(made: Socket) -> None:
    over = AsyncSocket(made)
    await over.sendall(NEVER)
    over.settimeout(0.01)
    with pytest.raises(TimeoutError):
        await over.recv()
