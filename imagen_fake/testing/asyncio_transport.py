"""What asyncio takes for a connection: calls of aiohttp, answered in process."""

import asyncio
from typing import Any

from imagen_fake.testing.connections import RequestParser, serialize_response
from imagen_fake.testing.in_process import InProcess


class AsyncioTransport(asyncio.Transport):
    """An asyncio transport as aiohttp uses one: answers the request that is written to it."""

    def __init__(self, in_process: InProcess, origin: str, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._in_process = in_process
        self._parser = RequestParser(origin)
        self._protocol = protocol
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        """Parse the next bytes of the request; answer it once it is complete."""
        expected = self._parser.expects_continue
        self._parser.feed(bytes(data))
        if self._parser.expects_continue and not (expected or self._parser.complete):
            self._protocol.data_received(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._parser.complete and not self._task:
            self._task = asyncio.get_running_loop().create_task(self._answer())

    async def _answer(self) -> None:
        try:
            response = await self._in_process.ask_async(self._parser.request)
        except Exception as error:  # noqa: BLE001 (whatever it is, nothing else will come)
            self._protocol.connection_lost(error)
        else:
            self._protocol.data_received(serialize_response(response))
            if not response.complete:
                self._protocol.connection_lost(None)

    def close(self) -> None:
        """Close it, and cancel the request."""
        self._closing = True
        if self._task:
            self._task.cancel()

    abort = close

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self._closing

    def pause_reading(self) -> None:
        """Do nothing: the response is handed over at once."""

    resume_reading = pause_reading

    def get_write_buffer_size(self) -> int:
        """Zero: there is no write buffer."""
        return 0
