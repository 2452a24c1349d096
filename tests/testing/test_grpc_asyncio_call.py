"""A call on an event loop, as gRPC's core has it; `test_grpc_asyncio.py` has what clients see."""

from importlib import import_module
from typing import Any

import grpc
import pytest

from imagen_fake.surfaces.grpc_reply import GrpcReply
from imagen_fake.testing.function_call import Reply
from imagen_fake.testing.grpc_asyncio_call import Call
from imagen_fake.testing.in_process import Pending

OK = GrpcReply(message=b"a", initial_metadata=(("b", "c"),))


def call(seconds: float | None = None) -> Any:
    pending = Pending(lambda _: None, lambda: Reply(OK), lambda: None)
    return Call(import_module("grpc._cython.cygrpc"), lambda *_: pending, seconds)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_call_ends_with_its_answer() -> None:
    ended, noted = call(), list[bool]()
    ended.add_done_callback(lambda: noted.append(ended.done()))
    assert not ended.done()
    assert await ended.unary_unary(b"", (), None) == b"a"
    ended.add_done_callback(lambda: noted.append(ended.is_ok()))
    assert noted == [True, True]
    assert await ended.initial_metadata() == (("b", "c"),)
    assert (await ended.status()).code() == grpc.StatusCode.OK.value[0]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_what_is_cancelled_first_stays_so() -> None:
    ended = call()
    ended.cancel("no more")
    await ended.unary_unary(b"", (), None)
    assert ended.cancelled()
    assert ended.is_locally_cancelled()
    assert not ended.is_ok()
    assert (await ended.status()).details() == "no more"


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_what_has_ended_is_not_cancelled() -> None:
    ended = call()
    await ended.unary_unary(b"", (), None)
    ended.cancel("no more")
    assert ended.is_ok()
    assert not ended.is_locally_cancelled()


def test_the_time_until_the_deadline_is_told() -> None:
    assert call().time_remaining() is None
    assert 0 < call(60).time_remaining() <= 60
    assert call(-1).time_remaining() == 0
