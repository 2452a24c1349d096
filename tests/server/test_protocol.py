import asyncio
from http.client import HTTPConnection

import pytest

from imagen_fake.server.http import serve_in_thread
from imagen_fake.server.protocol import ClientConnection


class Aborting(asyncio.Protocol):
    """Resets every connection as soon as it is made, twice."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        connection = ClientConnection(transport)
        connection.abort()
        connection.abort()


def test_a_client_whose_connection_is_aborted_reads_a_reset() -> None:
    async def read() -> bytes:
        loop = asyncio.get_running_loop()
        async with await loop.create_server(Aborting, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                return await reader.read()
            finally:
                writer.close()

    with pytest.raises(ConnectionResetError):
        asyncio.run(read())


def test_a_kept_connection_serves_many_calls() -> None:
    with serve_in_thread() as address:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=10)
        connection.connect()
        socket = connection.sock
        for _ in range(3):
            connection.request("GET", "/_fake/health")
            assert connection.getresponse().read()
            assert connection.sock is socket
        connection.close()
