"""Calls through `grpc.secure_channel` and `grpc.insecure_channel`."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from threading import Event, Timer
from typing import Any, NamedTuple

import grpc
import pytest

import imagen_fake
from imagen_fake import __version__
from imagen_fake.config import Config
from imagen_fake.testing import grpc_asyncio, grpc_sync
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.routing import NetworkBlocked, Router
from tests import rpc
from tests.grpc_doors import (
    DOORS,
    HOST,
    MODELS,
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

LATE = "a red apple [fake: delay=60]"

Ask = Callable[[Door], Any]


def predict(**how: Any) -> Ask:
    """Ask for a picture, or for what `request` says, with these keywords of a stub."""
    prompt, options = how.pop("prompt", "a red apple"), how.pop("options", ())
    channel_credentials, sent = how.pop("opened_with", None), how.pop("sent", None)

    def ask(door: Door) -> Any:
        with door.open(channel_credentials, options) as channel:
            return len(stub(channel)(sent or request(prompt), **how).predictions)

    return ask


def unreadable(door: Door) -> Any:
    def fail(_: bytes) -> None:
        raise ValueError("unreadable")

    with door.open() as channel:
        return stub(channel, parse=fail)(request())


def grant_late(_: Any, callback: Any) -> None:
    Timer(0.05, callback, ((("authorization", "Bearer x"),), None)).start()


def grant_nothing(_: Any, callback: Any) -> None:
    callback(None, ValueError("no token"))


def grant_failing(*_: Any) -> None:
    raise ValueError("no token")


def grant_malformed(_: Any, callback: Any) -> None:
    callback((("Authorization", "Bearer x"),), None)


SMALL = [("grpc.max_receive_message_length", 1000)]

ASKED: dict[str, Ask] = {
    "a picture": predict(),
    "within a deadline": predict(timeout=60),
    "a filtered picture": predict(prompt="a naked body"),
    "too late": predict(prompt=LATE, timeout=0.2),
    "with a deadline that is over": predict(timeout=-1),
    "dropped": predict(prompt="a red apple [fake: drop]"),
    "truncated": predict(prompt="a red apple [fake: truncate=50%]"),
    "malformed": predict(prompt="a red apple [fake: malformed]"),
    "busy": predict(prompt="a red apple [fake: error=503]"),
    "an error with details": predict(prompt="a red apple [fake: error=429]"),
    "an unknown model": predict(sent=request(model="imagen-99")),
    "a directive in metadata": predict(metadata=(("x-imagen-fake", "error=500"),)),
    "a directive in bytes": predict(metadata=[("x-imagen-fake", b"error=500")]),
    "a name in capitals": predict(metadata=(("Trace", "1"),)),
    "a text beyond ASCII": predict(metadata=(("trace", "é"),)),
    "binary metadata": predict(metadata=(("trace-bin", b"\x00\xff"),)),
    "something else than a request": predict(sent="a red apple"),
    "an unreadable answer": unreadable,
    "a large answer": predict(options=SMALL),
    "any large answer": predict(options=[("grpc.max_receive_message_length", -1)]),
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
        return ask(door)
    except grpc.RpcError as error:
        return ending(error)


@sweep("asked", ASKED)
def test_a_call_ends_in_process_as_on_the_wire(asked: str) -> None:
    with on_the_wire(Config()) as wire:
        wanted = seen(ASKED[asked], wire)
    with in_process(Config()) as door:
        assert seen(ASKED[asked], door) == wanted


@sweep("asked", ["a picture", "a filtered picture", "an error with details", "an unknown model"])
def test_a_call_is_recorded_in_process_as_on_the_wire(asked: str) -> None:
    recorded = []
    for opened in DOORS:
        with opened(Config()) as door:
            seen(ASKED[asked], door)
            (call,) = door.state.journal
            recorded.append((call.surface, call.task, call.prompt, call.status, call.answer))
    assert recorded[0] == recorded[1]


def test_metadata_that_is_no_text_is_an_error_of_the_caller() -> None:
    metadata: Any = (("trace", 1),)
    for opened in DOORS:
        with opened(Config()) as door, pytest.raises(TypeError, match="<class 'int'>"):
            predict(metadata=metadata)(door)


def test_too_large_a_message_is_refused_before_it_is_read() -> None:
    large, codes = request("an apple" * 10_000), []
    for opened in DOORS:
        with opened(Config(max_body_bytes=10_000)) as door:
            codes.append(seen(predict(sent=large), door))
    on_wire, within = codes
    assert within["code"] == on_wire["code"] == "RESOURCE_EXHAUSTED"
    assert within["details"] == on_wire["details"]


@pytest.fixture
def fake() -> Iterator[Fake]:
    with imagen_fake.intercept() as fake:
        yield fake


@pytest.mark.usefixtures("fake")
def test_an_answer_comes_with_its_call() -> None:
    with grpc.insecure_channel(HOST) as channel:
        answer, call = stub(channel).with_call(request(), timeout=60)
    assert len(answer.predictions) == 1
    assert dict(call.initial_metadata()) == {"x-imagen-fake": __version__}
    assert (call.code(), call.details()) == (grpc.StatusCode.OK, "")
    assert not call.cancel()


@pytest.mark.usefixtures("fake")
def test_a_future_is_told_of_and_calls_back() -> None:
    called = Event()
    with grpc.insecure_channel(HOST) as channel:
        future = stub(channel).future(request("a red apple [fake: delay=0.1]"))
        future.add_done_callback(lambda _: called.set())
        assert future.running()
        assert len(future.result(timeout=60).predictions) == 1
        assert called.wait(60)
    assert future.done()
    assert future.exception() is None


def test_a_cancelled_future_waits_no_longer_and_is_recorded_once(fake: Fake) -> None:
    ended = Event()
    with grpc.insecure_channel(HOST) as channel:
        future = stub(channel).future(request(LATE))
        future.add_done_callback(lambda _: ended.set())
        assert future.cancel()
        assert ended.wait(60)
    assert future.cancelled()
    assert future.code() is grpc.StatusCode.CANCELLED
    with pytest.raises(grpc.FutureCancelledError):
        future.result()
    assert len(fake.calls) == 1


@pytest.mark.parametrize("opened", DOORS)
def test_a_closed_channel_cancels_its_calls_and_takes_no_more(opened: Any) -> None:
    with opened(Config()) as door:
        channel = door.open()
        predict = stub(channel)
        future = predict.future(request(LATE))
        channel.close()
        with pytest.raises(grpc.RpcError) as caught:
            future.result(timeout=60)
        for call in (predict, predict.with_call, predict.future):
            with pytest.raises(ValueError, match=r"Channel closed|closed channel"):
                call(request())
    assert ending(caught.value)["code"] == "CANCELLED"
    assert ending(caught.value)["details"] == "Channel closed!"


def test_no_thread_is_left_of_an_interception() -> None:
    before = {*threading.enumerate()}
    with imagen_fake.intercept(), grpc.insecure_channel(HOST) as channel:
        future = stub(channel).future(request(LATE))
    assert future.done()
    assert not {thread for thread in threading.enumerate() if thread not in before}


@pytest.mark.parametrize("opened", DOORS)
def test_credentials_are_told_which_method_they_are_for(opened: Any) -> None:
    contexts = []

    def grant(context: Any, callback: Any) -> None:
        contexts.append(context)
        callback((("authorization", "Bearer x"),), None)

    with opened(Config()) as door:
        predict(opened_with=granting(grant))(door)
        service = PREDICT.rpartition("/")[0]
        url = f"https://{door.secure.removesuffix(':443')}{service}"
    assert [(one.service_url, one.method_name) for one in contexts] == [(url, "Predict")]


@pytest.mark.parametrize("opened", DOORS)
def test_a_token_is_checked_where_the_fake_checks_them(opened: Any) -> None:
    with opened(Config(auth="issued")) as door:
        issued = door.state.access.signer.issue("access", "me@p", 3600)
        good, bad = predict(opened_with=token(issued)), predict(opened_with=token("x"))
        assert seen(good, door) == 1
        assert seen(bad, door)["code"] == "UNAUTHENTICATED"
        assert seen(predict(), door)["code"] == "UNAUTHENTICATED"


SPELLINGS = [
    HOST, "us-central1-aiplatform.googleapis.com", "US-Central1-AIPlatform.googleapis.com.:443",
    f"dns:///{HOST}", f"dns:{HOST}", f"dns://8.8.8.8/{HOST}", f"passthrough:///{HOST}",
    f"ipv4:{HOST}", "aiplatform.googleapis.com:8443", "aiplatform.eu.rep.googleapis.com",
    "europe-west4-aiplatform.mtls.googleapis.com:443", f"xds:///{HOST}",
]  # fmt: skip


@pytest.mark.usefixtures("fake")
@sweep("target", SPELLINGS)
def test_every_spelling_of_a_host_is_answered(target: str) -> None:
    with grpc.insecure_channel(target) as channel:
        assert len(stub(channel)(request(), timeout=60).predictions) == 1


def test_another_target_gets_its_calls() -> None:
    with on_the_wire(Config()) as other, imagen_fake.intercept() as fake:
        assert predict()(other) == 1
        assert predict(opened_with=token("x"))(other) == 1
        assert fake.calls == []
    assert len([*other.state.journal]) == 2


CALLS: dict[str, Callable[[Any], Any]] = {
    "unary": lambda channel: channel.unary_unary("/a.B/C")(b""),
    "with its call": lambda channel: channel.unary_unary("/a.B/C").with_call(b""),
    "a future": lambda channel: channel.unary_unary("/a.B/C").future(b""),
    "an answer that streams": lambda channel: channel.unary_stream("/a.B/C")(b""),
    "a request that streams": lambda channel: channel.stream_unary("/a.B/C")(iter([])),
    "both": lambda channel: channel.stream_stream("/a.B/C")(iter([])),
    "waiting until it is ready": lambda channel: grpc.channel_ready_future(channel).result(60),
}


@sweep("call", CALLS)
def test_other_targets_may_be_blocked(call: str) -> None:
    with (
        grpc.insecure_channel("pubsub.googleapis.com:443") as channel,
        imagen_fake.intercept(block_network=True),
        pytest.raises(NetworkBlocked, match=r"pubsub\.googleapis\.com.* was blocked"),
    ):
        CALLS[call](channel)


GENERATE = PREDICT.replace("/Predict", "/GenerateContent")
OTHERS = [name for name in CALLS if not name.startswith("waiting")]
"""Calls of a method of the service that is none of Imagen's."""


class Renamed(NamedTuple):
    """A channel all of whose stubs are those of `GENERATE`."""

    channel: Any

    def __getattr__(self, kind: str) -> Any:
        return lambda _: getattr(self.channel, kind)(GENERATE)


@sweep("call", OTHERS)
def test_calls_of_other_models_may_be_refused(call: str) -> None:
    with (
        imagen_fake.intercept(unknown="refuse"),
        grpc.insecure_channel(HOST) as channel,
        pytest.raises(NetworkBlocked, match="GenerateContent was refused"),
    ):
        CALLS[call](Renamed(channel))


@sweep("call", OTHERS)
def test_a_token_of_the_fake_does_not_go_out(call: str) -> None:
    with imagen_fake.intercept() as fake:
        own = token(fake.state.access.issuers[0].issue("access", "me@p", 3600))
        tls = grpc.composite_channel_credentials(grpc.ssl_channel_credentials(), own)
        for target in (HOST, "pubsub.googleapis.com"):
            with (
                grpc.secure_channel(target, tls) as channel,
                pytest.raises(NetworkBlocked, match="carries a credential"),
            ):
                CALLS[call](Renamed(channel))


def test_what_a_server_of_ones_own_is_told_is_nobody_elses_business() -> None:
    with imagen_fake.intercept() as fake, on_the_wire(Config()) as other:
        own = token(fake.state.access.issuers[0].issue("access", "me@p", 3600))
        assert predict(opened_with=own)(other) == 1


def test_a_socket_of_this_machine_is_no_network() -> None:
    with (
        imagen_fake.intercept(block_network=True),
        grpc.insecure_channel("unix:/nowhere/at/all") as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        stub(channel)(request(), timeout=60)
    assert ending(caught.value)["code"] == "UNAVAILABLE"


def test_a_channel_from_before_is_answered() -> None:
    with grpc.secure_channel(HOST, grpc.ssl_channel_credentials()) as channel:
        predict = stub(channel)
        for _ in range(2):
            with imagen_fake.intercept() as fake:
                assert len(predict(request(), timeout=60).predictions) == 1
                assert len(predict.future(request(), timeout=60).result().predictions) == 1
                assert len(fake.calls) == 2


def test_a_channel_from_before_says_that_its_credentials_are_not_known() -> None:
    with (
        grpc.secure_channel(HOST, grpc.ssl_channel_credentials()) as channel,
        imagen_fake.intercept(Config(auth="issued")),
        pytest.raises(RuntimeError, match=f"channel to {HOST} was opened before .* within"),
    ):
        stub(channel)(request())


def test_a_channel_from_an_interception_is_answered_by_the_next() -> None:
    with imagen_fake.intercept():
        channel = grpc.insecure_channel(HOST)
    with imagen_fake.intercept() as outer, imagen_fake.intercept() as inner, channel:
        assert len(stub(channel)(request(), timeout=60).predictions) == 1
        assert (len(outer.calls), len(inner.calls)) == (0, 1)


@pytest.mark.usefixtures("fake")
def test_the_fake_is_ready_once_it_is_asked_for() -> None:
    states = []
    with grpc.insecure_channel(HOST) as channel:
        told = Event()

        def note(state: grpc.ChannelConnectivity) -> None:
            states.append(state)
            told.set()

        channel.subscribe(note)
        assert told.wait(60)
        grpc.channel_ready_future(channel).result(timeout=60)
        assert states[0] is grpc.ChannelConnectivity.IDLE
        channel.unsubscribe(note)


class Adding(grpc.UnaryUnaryClientInterceptor):
    """Adds a directive to the metadata."""

    def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        metadata = [*(details.metadata or ()), ("x-imagen-fake", "error=503")]
        return continuation(details._replace(metadata=metadata), request)


@pytest.mark.usefixtures("fake")
def test_interceptors_have_their_way() -> None:
    with grpc.intercept_channel(grpc.insecure_channel(HOST), Adding()) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            stub(channel)(request())
        failure = stub(channel).future(request()).exception(timeout=60)
    assert ending(caught.value)["code"] == "UNAVAILABLE"
    assert ending(failure)["code"] == "UNAVAILABLE"


def test_rules_hold_and_are_told_of(fake: Fake) -> None:
    fake.rule("error=429 times=1", model="imagen-3*")
    with grpc.insecure_channel(HOST) as channel:
        with pytest.raises(grpc.RpcError):
            stub(channel)(request())
        stub(channel)(request("a blue plum"))
    fake.assert_called_with(prompt="a blue plum", status=200, surface="vertex")
    assert [call.status for call in fake.calls] == [429, 200]


def test_a_model_is_looked_up(fake: Fake) -> None:
    name = f"{MODELS.partition('us-central1/')[2]}/imagen-4.0-generate-001"
    path = "/google.cloud.aiplatform.v1beta1.ModelGardenService/GetPublisherModel"
    method = stub(grpc.insecure_channel(HOST), path)
    asked = rpc.request(rpc.method("GetPublisherModel"), {"name": name})
    assert method(asked, timeout=60).name == name
    assert fake.calls == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_process_that_is_forked_meanwhile_is_answered() -> None:
    code = """
import os, grpc, imagen_fake
from tests.grpc_doors import HOST, request, stub
with imagen_fake.intercept() as fake:
    predict = stub(grpc.insecure_channel(HOST))
    predict(request())
    late = predict.future(request("x [fake: delay=60]"))
    while len(fake.calls) < 2:  # a thread that computes holds locks, which a child would keep
        pass
    if (child := os.fork()) == 0:
        print(len(predict(request("a plum"), timeout=60).predictions), flush=True)
        print(len(stub(grpc.insecure_channel(HOST))(request("a pear")).predictions), flush=True)
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["1", "1", "0"]


@pytest.mark.parametrize(
    ("name", "patches"),
    [("grpc._channel", grpc_sync.patches), ("grpc.aio._channel", grpc_asyncio.patches)],
)
def test_grpc_is_as_it_was_afterwards(name: str, patches: Any) -> None:
    places = [(owner, place) for owner, place, _ in patches(Router(), import_module(name))]
    before = [getattr(owner, place) for owner, place in places]
    with imagen_fake.intercept():
        within = [getattr(owner, place) for owner, place in places]
    assert not any(one is other for one, other in zip(before, within, strict=True))
    assert [getattr(owner, place) for owner, place in places] == before


MISSING = """
import sys
sys.modules["grpc_status"] = None
import grpc, imagen_fake
with imagen_fake.intercept():
    stub = grpc.insecure_channel("aiplatform.googleapis.com").unary_unary(sys.argv[1])
    for call in ("__call__", "future"):
        try:
            getattr(stub, call)(b"")
        except ImportError as error:
            print(error)
"""


def test_without_its_packages_it_says_what_to_install() -> None:
    run = [sys.executable, "-W", "error", "-c", MISSING, PREDICT]
    done = subprocess.run(run, check=True, capture_output=True, text=True, timeout=60)
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert all("pip install 'imagen-fake[grpc]'" in line for line in lines)
    assert all('api_transport="rest"' in line for line in lines)


LATER = """
import sys
import imagen_fake
with imagen_fake.intercept() as fake:
    assert "grpc" not in sys.modules
    from tests.grpc_doors import HOST, request, stub
    from grpc import secure_channel, ssl_channel_credentials
    print(len(stub(secure_channel(HOST, ssl_channel_credentials()))(request()).predictions))
"""


def test_grpc_may_be_imported_meanwhile() -> None:
    run = [sys.executable, "-c", LATER]
    done = subprocess.run(run, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["1"]
