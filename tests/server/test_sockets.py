import socket
from contextlib import closing

import pytest

from imagen_fake.config import ConfigError
from imagen_fake.server.http import listen


def test_port_0_is_one_free_port() -> None:
    [opened] = listen("127.0.0.1", 0)
    with closing(opened):
        socket.create_connection(opened.getsockname()).close()


def test_a_taken_port_is_named_with_what_to_do() -> None:
    [opened] = listen("127.0.0.1", 0)
    with closing(opened):
        port = opened.getsockname()[1]
        with pytest.raises(ConfigError, match=f"^Port {port} of 127.0.0.1 is taken; --port 0"):
            listen("127.0.0.1", port)


def test_an_empty_host_is_every_address() -> None:
    [opened] = listen("", 0)
    port = opened.getsockname()[1]
    opened.close()
    sockets = listen("", port)
    assert {one.getsockname()[0] for one in sockets} <= {"0.0.0.0", "::"}
    socket.create_connection(("127.0.0.1", port)).close()
    for one in sockets:
        one.close()


def test_what_cannot_be_opened_leaves_nothing_open() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match="is taken"):
            listen("", port)
