import asyncio
import json
import logging
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from time import perf_counter
from typing import Any

import grpc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.types import Message

from imagen_fake.config import Config
from imagen_fake.pipeline.call import Fault, Outcome
from imagen_fake.pipeline.respond import Answer
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.surfaces.faults import CHUNKS, pieces, send_answer
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests import rpc
from tests.conftest import RESOURCE
from tests.http import call

MODEL = "imagen-4.0-generate-001"
GOOGLE = f"/v1/{RESOURCE}{MODEL}:predict"
GEMINI = f"/v1beta/models/{MODEL}:predict"
IMAGES = "/v1/images/generations"
PROMPT = {"prompt": "a red apple"}
SMALL = {"instances": [PROMPT], "parameters": {"sampleCount": 1}}
BODIES: dict[str, Any] = {
    GOOGLE: SMALL, GEMINI: SMALL,
    IMAGES: {"model": "imagen-3.0-generate-002", **PROMPT, "response_format": "b64_json"},
}  # fmt: skip
everywhere = pytest.mark.parametrize("path", [GOOGLE, GEMINI, IMAGES])
OUTCOMES = ["", "error=503 "]
either_way = pytest.mark.parametrize("outcome", OUTCOMES, ids=["answer", "refusal"])


@pytest.fixture(scope="module")
def quiet() -> Iterator[str]:
    """The URL of a fake on a socket."""
    with serve_in_thread() as url:
        yield url


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What a fault does is no error of the server."""
    with caplog.at_level(logging.WARNING):
        yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []


def begun(url: str, path: str, directives: str) -> tuple[HTTPConnection, HTTPResponse]:
    """A connection, and the answer on it, its body not yet read."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request(
        "POST", path, json.dumps(BODIES[path]).encode(), {"X-Imagen-Fake": directives}
    )
    return connection, connection.getresponse()


def whole(url: str, path: str, outcome: str) -> tuple[int, bytes]:
    reply = call(url, path, BODIES[path], **{"X-Imagen-Fake": f"{outcome}filter=0"})
    return reply.status, reply.body


def cut_off(url: str, path: str, directives: str) -> tuple[int, bytes, int]:
    """Status and body of an answer that ends too early, and how many bytes are missing."""
    connection, response = begun(url, path, directives)
    with pytest.raises(IncompleteRead) as caught:
        response.read()
    connection.close()
    return response.status, caught.value.partial, caught.value.expected or 0


@everywhere
@either_way
def test_a_dropped_connection_is_reset(quiet: str, path: str, outcome: str) -> None:
    with pytest.raises(ConnectionResetError):
        begun(quiet, path, f"{outcome}drop")


@everywhere
@either_way
def test_after_a_reset_the_next_connection_is_answered(quiet: str, path: str, outcome: str) -> None:
    with pytest.raises(ConnectionResetError):
        begun(quiet, path, f"{outcome}drop")
    assert whole(quiet, path, outcome)[0] == (503 if outcome else 200)


@everywhere
@either_way
@pytest.mark.parametrize(
    ("part", "share", "fewer"), [("50%", 0.5, 0), ("0%", 0.0, 0), ("100%", 1.0, 1)]
)
def test_a_truncated_body_has_its_share(
    quiet: str, path: str, outcome: str, part: str, share: float, fewer: int
) -> None:
    status, body = whole(quiet, path, outcome)
    sent = int(len(body) * share) - fewer
    assert cut_off(quiet, path, f"{outcome}truncate={part}") == (
        status, body[:sent], len(body) - sent
    )  # fmt: skip


@everywhere
@either_way
@pytest.mark.parametrize("count", [0, 1, 100])
def test_a_truncated_body_has_its_bytes(quiet: str, path: str, outcome: str, count: int) -> None:
    status, body = whole(quiet, path, outcome)
    assert cut_off(quiet, path, f"{outcome}truncate={count}") == (
        status, body[:count], len(body) - count
    )  # fmt: skip


def test_a_body_is_truncated_however_many_bytes_are_asked_for(quiet: str) -> None:
    _, body = whole(quiet, GOOGLE, "error=503 ")
    assert cut_off(quiet, GOOGLE, "error=503 truncate=999999999")[1:] == (body[:-1], 1)


@everywhere
@either_way
def test_a_malformed_body_is_no_json_and_the_connection_goes_on(
    quiet: str, path: str, outcome: str
) -> None:
    connection, response = begun(quiet, path, f"{outcome}malformed")
    body = response.read()
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)
    assert response.status == (503 if outcome else 200)
    assert response.length == 0
    used = connection.sock
    connection.request("GET", "/_fake/health")
    assert json.loads(connection.getresponse().read())["status"] == "ok"
    assert connection.sock is used
    connection.close()


@everywhere
@either_way
def test_a_slow_body_is_the_whole_body(quiet: str, path: str, outcome: str) -> None:
    status, body = whole(quiet, path, outcome)
    connection, response = begun(quiet, path, f"{outcome}slow=900MB/s")
    assert (response.status, response.read()) == (status, body)
    connection.close()


@everywhere
@either_way
def test_a_delayed_answer_is_the_whole_answer_later(quiet: str, path: str, outcome: str) -> None:
    status, body = whole(quiet, path, outcome)
    start = perf_counter()
    connection, response = begun(quiet, path, f"{outcome}delay=30ms")
    assert (response.status, response.read()) == (status, body)
    assert perf_counter() - start >= 0.03
    connection.close()


def test_a_client_that_gives_up_waiting_leaves_the_server_well(quiet: str) -> None:
    connection = HTTPConnection(quiet.removeprefix("http://"), timeout=0.1)
    raw = json.dumps(SMALL).encode()
    connection.request("POST", GOOGLE, raw, {"X-Imagen-Fake": "error=503 delay=200ms"})
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert whole(quiet, GOOGLE, "")[0] == 200


@pytest.mark.parametrize("fault", ["delay=300s", "error=503 delay=300s"])
def test_a_client_that_waits_no_longer_keeps_no_server_from_stopping(fault: str) -> None:
    with serve_in_thread() as url:
        connection = HTTPConnection(url.removeprefix("http://"), timeout=0.1)
        raw = json.dumps(SMALL).encode()
        connection.request("POST", GOOGLE, raw, {"X-Imagen-Fake": fault})
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()


def test_a_client_that_reads_no_further_keeps_no_server_from_stopping() -> None:
    with serve_in_thread() as url:
        connection, response = begun(url, GOOGLE, "slow=1")
        assert response.read(1) == b"{"
        connection.close()


def test_a_fault_breaks_the_connection_of_its_call_alone(quiet: str) -> None:
    other = HTTPConnection(quiet.removeprefix("http://"), timeout=30)
    other.request("GET", "/_fake/health")
    other.getresponse().read()
    used = other.sock
    with pytest.raises(ConnectionResetError):
        begun(quiet, GOOGLE, "drop")
    other.request("GET", "/_fake/health")
    assert other.getresponse().status == 200
    assert other.sock is used
    other.close()


def test_a_prompt_and_a_rule_break_answers_as_a_header_does(quiet: str) -> None:
    with pytest.raises(ConnectionResetError):
        call(quiet, GOOGLE, {"instances": [{"prompt": "a [fake: drop] cat"}]})
    call(quiet, "/_fake/rules", {"directives": "drop times=1"})
    with pytest.raises(ConnectionResetError):
        call(quiet, GOOGLE, SMALL)
    assert call(quiet, GOOGLE, SMALL).status == 200
    call(quiet, "/_fake/rules", method="DELETE")


def test_a_page_sees_the_fault_too(quiet: str) -> None:
    named = {"X-Imagen-Fake": "drop", "Origin": "http://localhost:3000"}
    with pytest.raises(ConnectionResetError):
        call(quiet, GOOGLE, SMALL, **named)


def test_a_kept_answer_takes_no_harm(quiet: str) -> None:
    before = call(quiet, GOOGLE, SMALL)
    cut_off(quiet, GOOGLE, "truncate=10")
    assert call(quiet, GOOGLE, SMALL).body == before.body


def test_the_reset_is_one_on_the_wire(quiet: str) -> None:
    host, port = quiet.removeprefix("http://").split(":")
    raw = json.dumps(SMALL).encode()
    head = f"POST {GOOGLE} HTTP/1.1\r\nHost: {host}\r\nX-Imagen-Fake: drop\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as wire:
        wire.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(raw) + raw)
        with pytest.raises(ConnectionResetError):
            wire.recv(1)


@pytest.fixture(scope="module")
def inside() -> Iterator[InProcess]:
    fake = InProcess(State(Config()))
    yield fake
    fake.close()


def asked(path: str, directives: str) -> Request:
    raw = json.dumps(BODIES[path]).encode()
    return Request("POST", f"http://fake{path}", ((b"x-imagen-fake", directives.encode()),), raw)


@everywhere
@either_way
def test_in_process_a_dropped_connection_is_a_reset(
    inside: InProcess, path: str, outcome: str
) -> None:
    with pytest.raises(ConnectionResetError):
        inside.ask(asked(path, f"{outcome}drop"))
    assert inside.ask(asked(path, f"{outcome}filter=0")).status == (503 if outcome else 200)


@everywhere
@either_way
def test_in_process_a_truncated_body_is_not_whole(
    inside: InProcess, path: str, outcome: str
) -> None:
    response = inside.ask(asked(path, f"{outcome}truncate=50%"))
    promised = int(response.header("content-length") or "0")
    assert (len(response.body), response.complete) == (promised // 2, False)
    assert response.status == (503 if outcome else 200)


@everywhere
def test_in_process_a_malformed_body_is_no_json(inside: InProcess, path: str) -> None:
    response = inside.ask(asked(path, "malformed"))
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.body)
    assert response.header("content-length") == str(len(response.body))


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    with rpc.channel() as opened:
        yield opened


@pytest.mark.parametrize(
    ("directives", "code"),
    [
        ("drop", grpc.StatusCode.UNAVAILABLE),
        ("truncate=50%", grpc.StatusCode.UNAVAILABLE),
        ("truncate=0", grpc.StatusCode.UNAVAILABLE),
        ("malformed", grpc.StatusCode.INTERNAL),
        ("error=429", grpc.StatusCode.RESOURCE_EXHAUSTED),
        ("error=429 drop", grpc.StatusCode.UNAVAILABLE),
        ("error=DATA_LOSS delay=1ms", grpc.StatusCode.DATA_LOSS),
    ],
)
def test_over_grpc_a_fault_is_the_status_that_clients_give_it(
    channel: grpc.Channel, directives: str, code: grpc.StatusCode
) -> None:
    prompt = f"a [fake: {directives}] cat"
    with pytest.raises(grpc.RpcError) as caught:
        rpc.call(
            channel, "Predict", {"endpoint": RESOURCE + MODEL, "instances": [{"prompt": prompt}]}
        )
    assert caught.value.code() is code


def test_over_grpc_a_delayed_answer_comes_later(channel: grpc.Channel) -> None:
    instance = {"prompt": "a [fake: error=503 delay=30ms] cat"}
    start = perf_counter()
    with pytest.raises(grpc.RpcError):
        rpc.call(channel, "Predict", {"endpoint": RESOURCE + MODEL, "instances": [instance]})
    assert perf_counter() - start >= 0.03


@given(st.binary(max_size=5000), st.integers(1, 3000))
@example(bytes(range(250)) * 8, 1000)
def test_a_slow_body_comes_in_ten_pieces_a_second(body: bytes, speed: int) -> None:
    made = list(pieces(body, speed))
    assert b"".join(made) == body
    assert all(len(piece) == max(1, speed // CHUNKS) for piece in made[:-1])


@given(st.binary(min_size=1, max_size=5000))
def test_without_a_speed_a_body_is_one_piece(body: bytes) -> None:
    assert list(pieces(body, None)) == [body]


def test_a_server_that_offers_no_connection_gets_no_more_than_is_left() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    made = Answer(200, b"0123456789", outcome=Outcome(fault=Fault(truncate=4)))
    asyncio.run(send_answer(made, [], {"type": "http"}, receive, send))
    start, body = sent
    assert (b"content-length", b"10") in start["headers"]
    assert (body["body"], body["more_body"]) == (b"0123", True)
