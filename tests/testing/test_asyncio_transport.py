import asyncio
from typing import Any

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.asyncio_transport import AsyncioTransport
from imagen_fake.testing.in_process import InProcess

ORIGIN = "https://any.example"


def test_a_transport_has_all_that_a_transport_has() -> None:
    """What asyncio's own would raise NotImplementedError for."""
    protocol = asyncio.Protocol()
    made = AsyncioTransport(InProcess(State(Config())), ORIGIN, protocol)
    names = {name for name in dir(asyncio.Transport) if not name.startswith("_")}
    arguments: dict[str, list[Any]] = {
        "set_protocol": [protocol], "write": [b""], "writelines": [[b"", b""]],
        "get_extra_info": ["peername"],
    }  # fmt: skip
    given = {name: getattr(made, name)(*arguments.get(name, ())) for name in names - {"write_eof"}}
    assert given["get_protocol"] is protocol
    assert not given["can_write_eof"]  # so that nobody calls `write_eof`
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
