"""A call as gRPC's core has it: it can be cancelled, and ends with an event.

The state, the future and the errors that a client sees are made of the event by gRPC itself.
"""

from typing import Any

from imagen_fake.surfaces.grpc_reply import GrpcReply
from imagen_fake.testing.grpc_call import debug_error_string, failed
from imagen_fake.testing.in_process import InProcess, Pending


class Call:
    """A call of a stub in flight, with gRPC's state of it; `module` is `grpc._channel`."""

    def __init__(self, module: Any, stub: Any, pending: Pending[GrpcReply]) -> None:
        self._module, self._pending = module, pending
        self._deserializer = stub._response_deserializer
        self._ended: GrpcReply | None = None
        self.state = module._RPCState(module._UNARY_UNARY_INITIAL_DUE, None, None, None, None)
        self.state.method, self.state.target = stub._method.decode(), stub._target.decode()

    def future(self, in_process: InProcess, timeout: float | None, deadline: float | None) -> Any:
        """GRPC's future of the call, which is computed in a thread."""
        in_process.in_thread(lambda: self.complete(timeout))
        kind = self._module._MultiThreadedRendezvous
        return kind(self.state, self, self._deserializer, deadline)

    def cancel(self, code: int, details: str) -> None:
        """End it so, if it has not ended."""
        if self._ended is None:
            status_code = self._module._common.CYGRPC_STATUS_CODE_TO_STATUS_CODE[code]
            self._ended = GrpcReply(status_code, details)
            self._pending.abandon()

    def complete(self, timeout: float | None) -> None:
        """Compute it, wait for its end no longer than so many seconds, and say so to its state."""
        self._pending.compute()
        try:
            reply = self._pending.result(timeout)
        except OSError as error:
            reply = failed(error)
        self._ended = self._ended or reply
        handle_event = self._module._event_handler(self.state, self._deserializer)
        handle_event(Event(self._module.cygrpc, self._ended))


class Event:
    """The event that all is done that a call does; `cygrpc` is gRPC's core."""

    def __init__(self, cygrpc: Any, reply: GrpcReply) -> None:
        kinds = cygrpc.OperationType
        self.batch_operations = [
            Operation(cygrpc, reply, kind)
            for kind in (
                kinds.send_initial_metadata,
                kinds.send_message,
                kinds.send_close_from_client,
                kinds.receive_initial_metadata,
                kinds.receive_message,
                kinds.receive_status_on_client,
            )
        ]


class Operation:
    """One thing that was done."""

    def __init__(self, cygrpc: Any, reply: GrpcReply, kind: int) -> None:
        self._metadatum, self._reply, self._kind = cygrpc._Metadatum, reply, kind

    def type(self) -> int:
        """What was done."""
        return self._kind

    def initial_metadata(self) -> tuple[Any, ...]:
        """The metadata before the message."""
        return tuple(self._metadatum(*pair) for pair in self._reply.initial_metadata)

    def trailing_metadata(self) -> tuple[Any, ...]:
        """The metadata behind it."""
        return tuple(self._metadatum(*pair) for pair in self._reply.trailing_metadata)

    def message(self) -> bytes | None:
        """The message; None if the call failed."""
        return self._reply.message

    def code(self) -> int:
        """The status code."""
        number: int = self._reply.code.value[0]
        return number

    def details(self) -> str:
        """The words of the status."""
        return self._reply.details

    def error_string(self) -> str:
        """What the core says of a failure."""
        return debug_error_string(self._reply)
