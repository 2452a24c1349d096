import io
import logging
import random
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic
from typing import Any

import grpc
import pytest
import trustme
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from PIL import Image, PngImagePlugin

from imagen_fake.config import Config, ConfigError
from imagen_fake.server.grpc import (
    MAX_CALLS,
    MAX_STREAMS,
    KeyAndChain,
    serve_grpc,
)
from imagen_fake.state.state import State
from imagen_fake.surfaces.vertex_grpc import largest_message
from imagen_fake.surfaces.vertex_messages import message, services
from tests import rpc
from tests.conftest import RESOURCE, opened

MODEL = "publishers/google/models/imagen-3.0-generate-002"
SERVING = health_pb2.HealthCheckResponse.SERVING


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What clients do, and how they leave, is no error of the server."""
    with caplog.at_level(logging.WARNING):
        yield
    assert [record.getMessage() for record in caplog.records] == []


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    with rpc.channel() as opened:
        yield opened


def certified(authority: trustme.CA) -> KeyAndChain:
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    return leaf.private_key_pem.bytes(), chain


def known(to: grpc.Channel) -> str:
    answer, _ = rpc.call(to, "GetPublisherModel", {"name": MODEL})
    name: str = answer["name"]
    return name


def test_a_free_port_is_taken_for_port_0() -> None:
    with (
        serve_grpc(State(Config()), "127.0.0.1", 0) as one,
        serve_grpc(State(Config()), "127.0.0.1", 0) as other,
    ):
        assert 0 < one != other > 0


def test_it_listens_on_ipv6() -> None:
    with (
        serve_grpc(State(Config()), "::1", 0) as port,
        grpc.insecure_channel(f"[::1]:{port}") as to,
    ):
        assert known(to) == MODEL


def test_a_port_that_is_taken_is_refused() -> None:
    with (
        serve_grpc(State(Config()), "127.0.0.1", 0) as port,
        pytest.raises(ConfigError, match=rf"127.0.0.1:{port}: it is taken \(--grpc-port 0"),
        serve_grpc(State(Config()), "127.0.0.1", port),
    ):
        pass


def test_it_stops_on_leaving() -> None:
    with serve_grpc(State(Config()), "127.0.0.1", 0) as port:
        socket.create_connection(("127.0.0.1", port)).close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("grpc")]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_with_a_certificate_it_speaks_tls(authority: trustme.CA, host: str) -> None:
    trusted = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
    with (
        serve_grpc(State(Config()), "127.0.0.1", 0, certified(authority)) as port,
        grpc.secure_channel(f"{host}:{port}", trusted) as to,
    ):
        assert known(to) == MODEL


def test_a_certificate_that_is_none_is_refused() -> None:
    with (
        pytest.raises(ConfigError, match="certificate"),
        serve_grpc(State(Config()), "127.0.0.1", 0, (b"key", b"chain")),
    ):
        pass


def noisy(side: int, size: int) -> bytes:
    """A square PNG that cannot be compressed, padded to a size in bytes."""
    noise = random.Random(1).randbytes(3 * side * side)  # noqa: S311 (no secret)
    picture = Image.frombytes("RGB", (side, side), noise)
    padding = PngImagePlugin.PngInfo()
    written = io.BytesIO()
    picture.save(written, "PNG")
    padding.add(b"paDd", bytes(size - len(written.getvalue()) - 12))
    written = io.BytesIO()
    picture.save(written, "PNG", pnginfo=padding)
    return written.getvalue()


def test_pictures_of_ten_megabytes_come_and_go(channel: grpc.Channel) -> None:
    sent = noisy(1024, 10_000_000)
    asked = {
        "endpoint": RESOURCE + "imagen-4.0-upscale-preview",
        "instances": [{"image": {"bytesBase64Encoded": b64encode(sent).decode()}}],
        "parameters": {"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x2"}},
    }
    answer, _ = rpc.call(channel, "Predict", asked)
    [prediction] = answer["predictions"]
    assert len(sent) == 10_000_000
    assert len(prediction["bytesBase64Encoded"]) > 10_000_000
    assert opened(prediction).size == (2048, 2048)


def health(to: grpc.Channel, service: str) -> Any:
    stub: Any = health_pb2_grpc.HealthStub(to)
    return stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=30)


@pytest.mark.parametrize("service", ["", *(service.full_name for service in services())])
def test_every_service_is_healthy(channel: grpc.Channel, service: str) -> None:
    assert health(channel, service).status == SERVING


def test_a_service_that_is_not_there_is_not_healthy(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        health(channel, "nope")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def reflected(to: grpc.Channel, **asked: Any) -> Any:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(to)
    request = reflection_pb2.ServerReflectionRequest(**asked)
    return next(iter(stub.ServerReflectionInfo(iter([request]), timeout=30)))


def test_reflection_lists_every_service(channel: grpc.Channel) -> None:
    listed = reflected(channel, list_services="").list_services_response.service
    assert {service.name for service in listed} == {
        "google.cloud.aiplatform.v1.PredictionService",
        "google.cloud.aiplatform.v1.ModelGardenService",
        "google.cloud.aiplatform.v1beta1.PredictionService",
        "google.cloud.aiplatform.v1beta1.ModelGardenService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }


def test_reflection_describes_every_service_it_lists(channel: grpc.Channel) -> None:
    for service in reflected(channel, list_services="").list_services_response.service:
        found = reflected(channel, file_containing_symbol=service.name)
        files = map(
            FileDescriptorProto.FromString, found.file_descriptor_response.file_descriptor_proto
        )
        described = {f"{file.package}.{one.name}" for file in files for one in file.service}
        assert service.name in described


def test_what_reflection_tells_is_enough_to_make_a_call(channel: grpc.Channel) -> None:
    described = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    service = described.FindServiceByName("google.cloud.aiplatform.v1beta1.ModelGardenService")
    method = service.methods_by_name["GetPublisherModel"]
    asked, answered = map(GetMessageClass, (method.input_type, method.output_type))
    stub: Any = channel.unary_unary(
        f"/{service.full_name}/{method.name}", asked.SerializeToString, answered.FromString
    )
    assert stub(asked(name=MODEL), timeout=30).name == MODEL


def test_a_method_that_is_not_there_is_unimplemented(channel: grpc.Channel) -> None:
    method: Any = channel.unary_unary("/google.cloud.aiplatform.v1.PredictionService/Explain")
    with pytest.raises(grpc.RpcError) as caught:
        method(b"", timeout=30)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("package", ["grpc", "grpc_health", "grpc_reflection", "grpc_status"])
def test_without_its_packages_it_says_what_to_install(package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; import imagen_fake.server.grpc"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr.splitlines()[-1] == (
        "imagen_fake.config.ConfigError: gRPC needs its packages: pip install 'imagen-fake[grpc]'."
    )


@pytest.mark.parametrize("module", ["cli", "server", "app"])
def test_nothing_of_grpc_is_imported_without_need(module: str) -> None:
    code = f"import sys, imagen_fake.{module}; sys.exit('grpc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def forced(directives: str) -> Any:
    """A request that does nothing but what it is told."""
    prompt = f"a [fake: {directives}] cat"
    return {"endpoint": RESOURCE + "imagen-4.0-generate-001", "instances": [{"prompt": prompt}]}


def begun(to: grpc.Channel, directives: str, timeout: float = 60) -> Any:
    """The future of a prediction."""
    of = rpc.method("Predict")
    stub: Any = to.unary_unary(
        f"/{of.containing_service.full_name}/{of.name}",
        message(of.input_type).SerializeToString,
        message(of.output_type).FromString,
    )
    return stub.future(rpc.request(of, forced(directives)), timeout=timeout)


LATE = ["error=503 delay=300s", "error=503 slow=1", "delay=300s"]


@pytest.mark.parametrize("late", LATE)
def test_late_answers_hold_up_nobody_else(late: str) -> None:
    state = State(Config())
    with rpc.channel(state=state) as to:
        futures = [begun(to, late, timeout=600) for _ in range(40)]
        reached(lambda: len(state.journal) == 40)
        assert health(to, "").status == SERVING
        with pytest.raises(grpc.RpcError) as caught:
            begun(to, "error=429").result()
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert all(future.done() for future in futures)


def reached(condition: Any) -> None:
    """Wait until a condition holds."""
    deadline = monotonic() + 30
    while not condition():
        assert monotonic() < deadline
        threading.Event().wait(0.01)


@pytest.mark.parametrize("late", LATE)
def test_a_deadline_ends_a_late_answer(channel: grpc.Channel, late: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        begun(channel, late, timeout=0.3).result()
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_cancelled_calls_keep_no_worker() -> None:
    state = State(Config())
    with rpc.channel(state=state) as to:
        futures = [begun(to, "delay=300s") for _ in range(40)]
        reached(lambda: len(state.journal) == 40)
        for future in futures:
            future.cancel()
        assert known(to) == MODEL
        with pytest.raises(grpc.RpcError):
            begun(to, "error=429").result()


def test_open_streams_keep_nobody_from_being_answered(channel: grpc.Channel) -> None:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    left = threading.Event()

    def asking() -> Iterator[Any]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")
        left.wait()

    streams = [stub.ServerReflectionInfo(asking(), timeout=60) for _ in range(100)]
    assert all(next(stream).list_services_response.service for stream in streams)
    assert health(channel, "").status == SERVING
    assert known(channel) == MODEL
    left.set()


def test_no_more_calls_are_open_at_once_than_the_limit_over_all_connections() -> None:
    state = State(Config())
    apart = [("grpc.use_local_subchannel_pool", 1)]
    with serve_grpc(state, "127.0.0.1", 0) as port, ExitStack() as stack:
        channels = [
            stack.enter_context(grpc.insecure_channel(f"127.0.0.1:{port}", apart))
            for _ in range(MAX_CALLS // MAX_STREAMS + 1)
        ]
        *waiting, last = channels
        open_calls: list[Any] = []
        for at in range(0, MAX_CALLS, 100):  # gRPC itself refuses many that come at once
            to = waiting[at // MAX_STREAMS]
            open_calls += [begun(to, LATE[0], 600) for _ in range(100)]
            reached(lambda number=at + 100: state.journal.total == number)
        with pytest.raises(grpc.RpcError) as caught:
            known(last)
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        for call in open_calls:
            call.cancel()
        reached(lambda: is_answered(last))


def is_answered(to: grpc.Channel) -> bool:
    """Whether a call is answered now, rather than refused because of others."""
    try:
        return known(to) == MODEL
    except grpc.RpcError:
        return False


def test_a_message_is_bounded_whatever_a_body_may_have() -> None:
    with rpc.channel() as to:
        method: Any = to.unary_unary("/google.cloud.aiplatform.v1.PredictionService/Predict")
        with pytest.raises(grpc.RpcError) as caught:
            method(bytes(largest_message(Config()) + 1), timeout=60)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("over", [0, 1000])
def test_a_message_has_the_limit_of_a_body(over: int) -> None:
    with rpc.channel(Config(max_body_bytes=100_000)) as to:
        asked = {"endpoint": "x", "labels": {"a": "b" * (99_000 + 2 * over)}}
        with pytest.raises(grpc.RpcError) as caught:
            rpc.call(to, "Predict", asked)
    wanted = grpc.StatusCode.RESOURCE_EXHAUSTED if over else grpc.StatusCode.NOT_FOUND
    assert caught.value.code() is wanted


def test_a_client_may_ping_all_the_time() -> None:
    options = [
        ("grpc.keepalive_time_ms", 50),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.keepalive_permit_without_calls", 1),
    ]
    with (
        serve_grpc(State(Config()), "127.0.0.1", 0) as port,
        grpc.insecure_channel(f"127.0.0.1:{port}", options) as to,
        pytest.raises(grpc.RpcError) as caught,
    ):
        begun(to, "error=DATA_LOSS delay=500ms").result()
    assert caught.value.code() is grpc.StatusCode.DATA_LOSS


def test_two_servers_in_a_process_answer_side_by_side() -> None:
    with ExitStack() as stack:
        channels = [stack.enter_context(rpc.channel()) for _ in range(3)]
        calls = [begun(to, "error=429 delay=1ms") for _ in range(30) for to in channels]
        codes = {call.exception().code() for call in calls}
    assert codes == {grpc.StatusCode.RESOURCE_EXHAUSTED}
