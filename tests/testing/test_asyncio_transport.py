import asyncio

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.asyncio_transport import AsyncioTransport
from imagen_fake.testing.in_process import InProcess

ORIGIN = "https://any.example"


def test_a_transport_keeps_nothing_back_and_can_be_closed() -> None:
    made = AsyncioTransport(InProcess(State(Config())), ORIGIN, asyncio.Protocol())
    made.writelines([b"", b""])
    made.pause_reading()
    made.resume_reading()
    assert (made.get_write_buffer_size(), made.is_closing()) == (0, False)
    assert made.get_extra_info("socket") is None
    made.abort()
    assert made.is_closing()


class Receiving(asyncio.Protocol):
    """Keeps what it receives."""

    def __init__(self) -> None:
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data


def test_a_client_that_waits_for_it_is_told_to_continue() -> None:
    protocol = Receiving()
    made = AsyncioTransport(InProcess(State(Config())), ORIGIN, protocol)
    made.write(b"POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert protocol.data == b"HTTP/1.1 100 Continue\r\n\r\n"
