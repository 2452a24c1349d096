"""Calls through `grpc.aio.secure_channel` and `grpc.aio.insecure_channel`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from threading import Event
from typing import Any

import grpc
import pytest
import time_machine
from freezegun import freeze_time

import imagen_fake
from imagen_fake import __version__
from imagen_fake.config import Config
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.grpc_asyncio import AsyncChannel
from imagen_fake.testing.interception import ROUTER
from imagen_fake.testing.routing import NetworkBlocked
from tests.grpc_doors import (
    DOORS,
    HOST,
    PREDICT,
    Door,
    ending,
    granting,
    in_process,
    on_the_wire,
    request,
    stub,
    token,
)
from tests.sweep import sweep
from tests.testing.test_grpc_sync import SMALL, grant_failing, grant_late, grant_nothing

LATE = "a red apple [fake: delay=60]"

Ask = Callable[[Door], Awaitable[Any]]


def predict(**how: Any) -> Ask:
    """Ask for a picture, or for what `request` says, with these keywords of a stub."""
    prompt, options = how.pop("prompt", "a red apple"), how.pop("options", ())
    channel_credentials, sent = how.pop("opened_with", None), how.pop("sent", None)

    async def ask(door: Door) -> Any:
        async with door.open(channel_credentials, options, grpc.aio) as channel:
            return len((await stub(channel)(sent or request(prompt), **how)).predictions)

    return ask


async def unreadable(door: Door) -> Any:
    def fail(_: bytes) -> None:
        raise ValueError("unreadable")

    async with door.open(grpc=grpc.aio) as channel:
        return await stub(channel, parse=fail)(request())


ASKED: dict[str, Ask] = {
    "a picture": predict(),
    "within a deadline": predict(timeout=60),
    "too late": predict(prompt=LATE, timeout=0.2),
    "with a deadline that is over": predict(timeout=-1),
    "dropped": predict(prompt="a red apple [fake: drop]"),
    "malformed": predict(prompt="a red apple [fake: malformed]"),
    "an error with details": predict(prompt="a red apple [fake: error=429]"),
    "an unknown model": predict(sent=request(model="imagen-99")),
    "a directive in metadata": predict(metadata=(("x-imagen-fake", "error=500"),)),
    "a directive in gRPC's own metadata": predict(
        metadata=grpc.aio.Metadata(("x-imagen-fake", "error=500"))
    ),
    "an unreadable answer": unreadable,
    "a large answer": predict(options=SMALL),
    "compressed": predict(compression=grpc.Compression.Gzip, wait_for_ready=True),
    "a token in plaintext": predict(credentials=token("x")),
    "a token": predict(opened_with=token("x")),
    "a token that comes late": predict(opened_with=granting(grant_late)),
    "a token that comes too late": predict(opened_with=granting(grant_late), timeout=0.02),
    "no token": predict(opened_with=granting(grant_nothing)),
    "a token that fails": predict(opened_with=granting(grant_failing)),
    "two tokens": predict(opened_with=token("x"), credentials=token("y")),
}


def seen(ask: Ask, door: Door) -> Any:
    """What a client sees of a call."""
    try:
        return asyncio.run(_awaited(ask, door))
    except grpc.RpcError as error:
        return ending(error)
    except grpc.aio.UsageError as error:
        return str(error)


async def _awaited(ask: Ask, door: Door) -> Any:
    return await ask(door)


@sweep("asked", ASKED)
def test_a_call_ends_in_process_as_on_the_wire(asked: str) -> None:
    with on_the_wire(Config()) as wire:
        wanted = seen(ASKED[asked], wire)
    with in_process(Config()) as door:
        assert seen(ASKED[asked], door) == wanted


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    with imagen_fake.intercept() as fake:
        yield fake


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("fake")
async def test_a_call_is_told_of_and_calls_back() -> None:
    called = asyncio.Event()
    async with grpc.aio.insecure_channel(HOST) as channel:
        call = stub(channel)(request("a red apple [fake: delay=0.1]"), timeout=60)
        call.add_done_callback(lambda _: called.set())
        assert not call.done()
        assert 0 < call.time_remaining() <= 60
        assert dict(await call.initial_metadata()) == {"x-imagen-fake": __version__}
        assert len((await call).predictions) == 1
        await asyncio.wait_for(called.wait(), 60)
        assert (await call.code(), await call.details()) == (grpc.StatusCode.OK, "")
        assert not call.cancel()


async def test_a_cancelled_call_waits_no_longer_and_is_recorded_once(fake: Fake) -> None:
    called = Event()
    async with grpc.aio.insecure_channel(HOST) as channel:
        call = stub(channel)(request(LATE))
        call.add_done_callback(lambda _: called.set())
        task = asyncio.ensure_future(_result(call))
        while not fake.calls:
            await asyncio.sleep(0.01)
        assert call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert call.cancelled()
        assert called.is_set()
        assert await call.code() is grpc.StatusCode.CANCELLED
    assert len(fake.calls) == 1


async def _result(call: Any) -> Any:
    return await call


async def test_a_waiter_may_give_up(fake: Fake) -> None:
    async with grpc.aio.insecure_channel(HOST) as channel:
        call = stub(channel)(request(LATE))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call, 0.2)
        assert call.cancelled()
    assert len(fake.calls) == 1


@pytest.mark.parametrize("opened", DOORS)
async def test_a_closed_channel_cancels_its_calls_and_takes_no_more(opened: Any) -> None:
    with opened(Config()) as door:
        channel = door.open(grpc=grpc.aio)
        call = stub(channel)(request(LATE))
        await asyncio.sleep(0)
        await channel.close()
        with pytest.raises(asyncio.CancelledError):
            await call
        with pytest.raises(grpc.aio.UsageError, match="closed"):
            stub(channel)(request())
        assert channel.get_state() is grpc.ChannelConnectivity.SHUTDOWN


@pytest.mark.usefixtures("fake")
async def test_a_late_answer_does_not_stop_the_event_loop() -> None:
    async with grpc.aio.insecure_channel(HOST) as channel:
        late = stub(channel)(request(LATE))
        answers = [stub(channel)(request(f"{number} apples")) for number in range(8)]
        assert [len((await answer).predictions) for answer in answers] == [1] * 8
        assert not late.done()
        late.cancel()


@pytest.mark.usefixtures("fake")
async def test_the_fake_is_ready_once_it_is_asked_for() -> None:
    async with grpc.aio.insecure_channel(HOST) as channel:
        assert channel.get_state() is grpc.ChannelConnectivity.IDLE
        changed = asyncio.ensure_future(channel.wait_for_state_change(channel.get_state()))
        await asyncio.wait_for(channel.channel_ready(), 60)
        assert channel.get_state() is grpc.ChannelConnectivity.READY
        await channel.wait_for_state_change(grpc.ChannelConnectivity.IDLE)
    await asyncio.wait_for(changed, 60)


class Adding(grpc.aio.UnaryUnaryClientInterceptor):
    """Adds a directive to the metadata."""

    async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        details.metadata.add("x-imagen-fake", "error=503")
        return await continuation(details, request)


@pytest.mark.usefixtures("fake")
async def test_interceptors_have_their_way() -> None:
    async with grpc.aio.insecure_channel(HOST, interceptors=[Adding()]) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub(channel)(request())
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


CLOCKS: dict[str, Callable[[], Any]] = {
    "frozen": lambda: freeze_time("2020-01-01"),
    "stopped": lambda: time_machine.travel("2020-01-01", tick=False),
    "moved": lambda: time_machine.travel("2040-01-01", tick=True),
}


@sweep("clock", CLOCKS)
def test_deadlines_hold_whatever_a_test_makes_of_the_clock(clock: str) -> None:
    with CLOCKS[clock](), in_process(Config()) as door:
        assert seen(predict(timeout=60), door) == 1
        with door.open() as channel:
            assert len(stub(channel)(request(), timeout=60).predictions) == 1
            late = stub(channel).future(request(LATE), timeout=0.2)
            assert late.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_another_target_gets_its_calls() -> None:
    with on_the_wire(Config()) as other, imagen_fake.intercept() as fake:
        assert await predict()(other) == 1
        assert await predict(opened_with=token("x"))(other) == 1
        assert fake.calls == []
    assert len([*other.state.journal]) == 2


CALLS: dict[str, Callable[[Any], Any]] = {
    "unary": lambda channel: channel.unary_unary("/a.B/C")(b""),
    "an answer that streams": lambda channel: channel.unary_stream("/a.B/C")(b""),
    "a request that streams": lambda channel: channel.stream_unary("/a.B/C")(iter([])),
    "both": lambda channel: channel.stream_stream("/a.B/C")(iter([])),
    "waiting until it is ready": lambda channel: channel.channel_ready(),
}


@pytest.mark.parametrize("call", CALLS)
async def test_other_targets_may_be_blocked(call: str) -> None:
    async with grpc.aio.insecure_channel("pubsub.googleapis.com:443") as channel:
        with (
            imagen_fake.intercept(block_network=True),
            pytest.raises(NetworkBlocked, match=r"pubsub\.googleapis\.com.* was blocked"),
        ):
            await CALLS[call](channel)


GENERATE = PREDICT.replace("/Predict", "/GenerateContent")
OTHERS: dict[str, Callable[[Any], Any]] = {
    "unary": lambda channel: channel.unary_unary(GENERATE)(b""),
    "an answer that streams": lambda channel: channel.unary_stream(GENERATE)(b"").read(),
    "a request that streams": lambda channel: channel.stream_unary(GENERATE)(iter([])),
    "both": lambda channel: channel.stream_stream(GENERATE)(iter([])).read(),
}
"""Calls of a method of the service that is none of Imagen's."""


@pytest.mark.parametrize("call", OTHERS)
async def test_calls_of_other_models_may_be_refused(call: str) -> None:
    with imagen_fake.intercept(unknown="refuse"):
        async with grpc.aio.insecure_channel(HOST) as channel:
            with pytest.raises(NetworkBlocked, match="GenerateContent was refused"):
                await OTHERS[call](channel)


@pytest.mark.parametrize("call", OTHERS)
async def test_a_token_of_the_fake_does_not_go_out(call: str) -> None:
    with imagen_fake.intercept() as fake:
        own = token(fake.state.access.issuers[0].issue("access", "me@p", 3600))
        tls = grpc.composite_channel_credentials(grpc.ssl_channel_credentials(), own)
        for target in (HOST, "pubsub.googleapis.com"):
            async with grpc.aio.secure_channel(target, tls) as channel:
                with pytest.raises(NetworkBlocked, match="carries a credential"):
                    await asyncio.wait_for(OTHERS[call](channel), 60)


async def test_a_channel_from_before_is_answered() -> None:
    async with grpc.aio.secure_channel(HOST, grpc.ssl_channel_credentials()) as channel:
        predict = stub(channel)
        for _ in range(2):
            with imagen_fake.intercept() as fake:
                await asyncio.wait_for(channel.channel_ready(), 60)
                assert len((await predict(request(), timeout=60)).predictions) == 1
                assert len(fake.calls) == 1


async def test_a_channel_from_before_that_does_not_say_where_it_leads_is_refused_in_words() -> None:
    module = import_module("grpc.aio._channel")
    with imagen_fake.intercept():
        opened: Any = grpc.aio.insecure_channel(HOST)
        async with opened as channel:
            core = AsyncChannel(ROUTER, module, channel._channel, "")  # as of grpcio 1.80
            channel._channel = core
            with pytest.raises(RuntimeError, match=r"opened before .* grpcio>=1\.81"):
                await stub(channel)(request())


async def test_a_channel_from_an_interception_is_answered_by_the_next() -> None:
    with imagen_fake.intercept():
        channel = grpc.aio.insecure_channel(HOST)
    async with channel:
        with imagen_fake.intercept() as outer, imagen_fake.intercept() as inner:
            assert len((await stub(channel)(request(), timeout=60)).predictions) == 1
            assert (len(outer.calls), len(inner.calls)) == (0, 1)
