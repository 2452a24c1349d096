"""A call as gRPC's core has it; what clients see of it is in `test_grpc_sync.py`."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import grpc

from imagen_fake.surfaces.grpc_reply import GrpcReply
from imagen_fake.testing.function_call import Reply
from imagen_fake.testing.grpc_events import Call
from imagen_fake.testing.in_process import Pending

OK = GrpcReply(message=b"a", initial_metadata=(("b", "c"),))
CANCELLED: int = grpc.StatusCode.CANCELLED.value[0]


def call(cancelled: Callable[[], object] = lambda: None) -> Any:
    pending = Pending(lambda _: None, lambda: Reply(OK), cancelled)
    stub = SimpleNamespace(_method=b"m", _target=b"t", _response_deserializer=bytes.decode)
    return Call(import_module("grpc._channel"), stub, pending)


def test_all_that_is_due_is_done_with_the_event() -> None:
    ended = call()
    ended.complete(None)
    assert not ended.state.due
    assert ended.state.response == "a"
    assert [(one.key, one.value) for one in ended.state.initial_metadata] == [("b", "c")]


def test_what_is_cancelled_first_stays_so() -> None:
    noted = list[int]()
    ended = call(lambda: noted.append(1))
    ended.cancel(CANCELLED, "no more")
    ended.complete(None)
    assert (ended.state.code, ended.state.details) == (grpc.StatusCode.CANCELLED, "no more")
    assert noted == [1]


def test_what_has_ended_is_not_cancelled() -> None:
    noted = list[int]()
    ended = call(lambda: noted.append(1))
    ended.complete(None)
    ended.cancel(CANCELLED, "no more")
    assert ended.state.code is grpc.StatusCode.OK
    assert noted == []
