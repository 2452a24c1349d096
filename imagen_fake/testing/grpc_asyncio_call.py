"""A call on an event loop, as gRPC's core has it; what clients see of it is gRPC's own."""

from asyncio import Event
from collections.abc import Callable
from typing import Any

import grpc

from imagen_fake.clock import monotonic
from imagen_fake.surfaces.grpc_reply import GrpcReply, Metadata
from imagen_fake.testing.grpc_call import cancelled, debug_error_string, failed
from imagen_fake.testing.in_process import Pending

Start = Callable[[bytes, Any], Pending[GrpcReply]]
"""The call of a message with metadata, to be computed."""


class Call:
    """A call in flight that has so many seconds; `cygrpc` is gRPC's core."""

    def __init__(
        self, cygrpc: Any, start: Start, seconds: float | None, channel: object = None
    ) -> None:
        self._channel = channel  # where older versions of gRPC look for a channel's calls
        self._cygrpc, self._start, self._seconds = cygrpc, start, seconds
        self._began = monotonic()
        self._status: Any = None
        self._initial_metadata: Metadata = ()
        self._is_locally_cancelled = False
        self._ended = Event()
        self._callbacks: list[Callable[[], object]] = []

    async def unary_unary(self, message: bytes, metadata: Any, _context: Any) -> bytes | None:
        """The message of the answer; None if the call fails."""
        pending = self._start(message, metadata)
        try:
            await pending.compute_async()
            reply = await pending.result_async(self._seconds)
        except OSError as error:
            reply = failed(error)
        self._end(reply)
        return reply.message

    def cancel(self, details: str) -> None:
        """End it as cancelled here, if it has not ended; whoever waits is cancelled by gRPC."""
        self._is_locally_cancelled = self._is_locally_cancelled or not self.done()
        self._end(cancelled(details))

    def _end(self, reply: GrpcReply) -> None:
        if self._status is None:
            self._initial_metadata = reply.initial_metadata
            code, debug = reply.code.value[0], debug_error_string(reply)
            self._status = self._cygrpc.AioRpcStatus(
                code, reply.details, reply.trailing_metadata, debug
            )
            self._ended.set()
            for callback in self._callbacks:
                callback()

    def add_done_callback(self, callback: Callable[[], object]) -> None:
        """Call this once the call has ended."""
        if self.done():
            callback()
        else:
            self._callbacks.append(callback)

    def done(self) -> bool:
        """Whether it has ended."""
        return self._status is not None

    def is_ok(self) -> bool:
        """Whether it has ended well."""
        return self.done() and self._status.code() == grpc.StatusCode.OK.value[0]

    def cancelled(self) -> bool:
        """Whether it was cancelled, by whomever."""
        return self.done() and self._status.code() == grpc.StatusCode.CANCELLED.value[0]

    def is_locally_cancelled(self) -> bool:
        """Whether it was cancelled here."""
        return self._is_locally_cancelled

    def time_remaining(self) -> float | None:
        """The seconds until its deadline; None if it has none."""
        if self._seconds is None:
            return None
        return max(0.0, self._began + self._seconds - monotonic())

    async def initial_metadata(self) -> Metadata:
        """The metadata before the message, waited for."""
        await self._ended.wait()
        return self._initial_metadata

    async def status(self) -> Any:
        """The status, waited for."""
        await self._ended.wait()
        return self._status
