"""Streams over sockets and in process: framing, headers, faults where a client's timeout looks."""

import json
import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import Any

import httpx
import pytest

import imagen_fake
from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.contents import LITE, asked
from tests.http import Reply, call

MIDDLE = "gemini-2.5-flash-image"
GEMINI = f"/v1beta/models/{MIDDLE}:streamGenerateContent"
VERTEX = f"/v1/projects/p/locations/global/publishers/google/models/{LITE}:streamGenerateContent"
SSE = "?alt=sse"
BODY = asked("Generate a story about an axolotl.", responseModalities=["TEXT", "IMAGE"])
everywhere = pytest.mark.parametrize("path", [GEMINI, VERTEX])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_in_thread() as url:
        yield url


def events(body: bytes) -> list[Any]:
    *found, end = body.split(b"\r\n\r\n")
    assert end == b""
    return [json.loads(event.removeprefix(b"data: ")) for event in found]


@everywhere
def test_events_have_the_recorded_frame_and_headers(url: str, path: str) -> None:
    reply = call(url, path + SSE, BODY)
    assert all(
        re.fullmatch(rb"data: \{[^\r\n]+\}", one) for one in reply.body.split(b"\r\n\r\n")[:-1]
    )
    assert b"[DONE]" not in reply.body
    names = [
        name.lower() for name in reply.headers if name.lower() not in ("date", "x-imagen-fake")
    ]
    begin = ["x-gemini-service-tier"] if path == GEMINI else []
    assert names[: len(begin) + 3] == [*begin, "content-type", "content-disposition", "vary"]
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.headers["content-disposition"] == "attachment"
    assert reply.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in reply.headers


@everywhere
@pytest.mark.parametrize("query", ["", SSE])
def test_an_equal_call_has_equal_bytes(path: str, query: str) -> None:
    bodies = []
    for _ in range(2):
        with serve_in_thread() as own:
            bodies += [call(own, path + query, BODY).body for _ in range(2)]
    assert len(set(bodies)) == 1


@everywhere
def test_without_alt_sse_it_is_an_array(url: str, path: str) -> None:
    reply = call(url, path, BODY)
    assert reply.headers["content-type"] == "application/json; charset=UTF-8"
    assert reply.json == events(call(url, path + SSE, BODY).body)
    assert call(url, f"{path}?alt=json", BODY).body == reply.body


@pytest.mark.parametrize("query", ["?alt=sse&key=k", "?%24alt=sse", "?$alt=sse", "?alt=SSE"])
def test_events_are_asked_for_in_every_spelling(url: str, query: str) -> None:
    assert call(url, GEMINI + query, BODY).headers["content-type"] == "text/event-stream"


@everywhere
@pytest.mark.parametrize("body", [{"contents": []}, {"nope": 1}, b"{"])
def test_a_refusal_before_the_first_byte_is_json(url: str, path: str, body: Any) -> None:
    whole = call(url, path.replace("streamG", "g"), body)
    streamed, array = call(url, path + SSE, body), call(url, path, body)
    assert streamed.status == array.status == whole.status == 400
    assert streamed.headers["content-type"] == "application/json; charset=UTF-8"
    assert streamed.body == whole.body
    assert array.json == [whole.json]


@pytest.mark.parametrize("query", ["", SSE])
def test_a_quota_is_refused_as_in_a_unary_call(query: str) -> None:
    state = State(Config())
    state.rules.add("quota=0")
    with serve_in_thread(state=state) as own:
        reply = call(own, GEMINI + query, BODY)
        assert reply.status == 429
        assert state.journal.of(None)[-1].trace.wait > 0


def begun(url: str, path: str, directives: str) -> tuple[HTTPConnection, HTTPResponse]:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    headers = {"X-Imagen-Fake": directives}
    connection.request("POST", path, json.dumps(BODY).encode(), headers)
    return connection, connection.getresponse()


@pytest.mark.parametrize("query", ["", SSE])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_stream_breaks_off_between_chunks(url: str, query: str, count: int) -> None:
    whole = call(url, GEMINI + query, BODY).body
    connection, response = begun(url, GEMINI + query, f"truncate={count}chunks")
    with pytest.raises(IncompleteRead) as caught:
        response.read()
    connection.close()
    partial = caught.value.partial
    assert whole.startswith(partial)
    assert partial.count(b'"modelVersion"') == count
    assert not partial or partial.endswith(b"\r\n\r\n" if query else b"}\n")


def test_a_stream_breaks_off_between_bytes(url: str) -> None:
    whole = call(url, GEMINI + SSE, BODY).body
    connection, response = begun(url, GEMINI + SSE, "truncate=1000")
    with pytest.raises(IncompleteRead) as caught:
        response.read()
    connection.close()
    assert caught.value.partial == whole[:1000]


def test_a_stream_is_dropped_before_the_first_byte(url: str) -> None:
    with pytest.raises(ConnectionResetError):
        begun(url, GEMINI + SSE, "drop")


def read_into(received: bytearray, response: httpx.Response) -> None:
    for piece in response.iter_raw():
        received += piece


def test_a_stream_waits_between_chunks(url: str) -> None:
    """A client whose timeout counts from byte to byte reads one chunk, then no more."""
    with (
        httpx.Client(base_url=url, timeout=httpx.Timeout(20, read=1)) as client,
        client.stream(
            "POST", GEMINI + SSE, json=BODY, headers={"X-Imagen-Fake": "pause=30s"}
        ) as response,
    ):
        received = bytearray()
        with pytest.raises(httpx.ReadTimeout):
            read_into(received, response)
    assert len(events(bytes(received))) == 1


def test_a_pause_that_a_client_waits_for_changes_no_byte(url: str) -> None:
    whole = call(url, GEMINI + SSE, BODY).body
    connection, response = begun(url, GEMINI + SSE, "pause=1ms slow=100M/s")
    assert response.read() == whole
    connection.close()


def test_a_client_that_leaves_in_a_pause_leaves_nothing_behind(url: str) -> None:
    connection, response = begun(url, GEMINI + SSE, "pause=300s")
    assert response.read(6) == b"data: "
    assert connection.sock is not None
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
    assert call(url, GEMINI + SSE, BODY).status == 200


def test_a_body_that_is_no_stream_is_one_chunk(url: str) -> None:
    path = GEMINI.replace("streamG", "g")
    whole = call(url, path, BODY).body
    for directives, missing in (("truncate=1chunks", 1), ("truncate=0chunks", len(whole))):
        connection, response = begun(url, path, directives)
        with pytest.raises(IncompleteRead) as caught:
            response.read()
        connection.close()
        assert caught.value.expected == missing


def in_process(directives: str = "", **more: Any) -> httpx.Response:
    headers = {"X-Imagen-Fake": directives} if directives else {}
    with httpx.Client(transport=imagen_fake.transport(), base_url="https://any.example") as client:
        return client.post(GEMINI + SSE, json=BODY, headers=headers, **more)


def test_a_transport_answers_with_the_same_stream(url: str) -> None:
    reply = in_process()
    assert reply.content == call(url, GEMINI + SSE, BODY).body
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.headers["transfer-encoding"] == "chunked"


def test_a_stream_that_breaks_off_in_process_is_a_protocol_error() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        in_process("truncate=2chunks")


def test_a_pause_in_process_is_a_timeout_to_who_does_not_wait() -> None:
    with pytest.raises(httpx.ReadTimeout):
        in_process("pause=30s", timeout=5)


def intercepted(directives: str = "") -> Reply:
    connection = HTTPConnection("generativelanguage.googleapis.com", timeout=30)
    headers = {"X-Imagen-Fake": directives} if directives else {}
    connection.request("POST", GEMINI + SSE, json.dumps(BODY).encode(), headers)
    response = connection.getresponse()
    return Reply(response.status, response.headers, response.read())


def test_an_intercepted_client_gets_the_same_stream(url: str) -> None:
    with imagen_fake.intercept():
        reply = intercepted()
    assert reply.body == call(url, GEMINI + SSE, BODY).body


def test_an_intercepted_stream_breaks_off() -> None:
    with imagen_fake.intercept(), pytest.raises(IncompleteRead) as caught:
        intercepted("truncate=1chunks")
    assert len(events(caught.value.partial)) == 1


def test_the_journal_has_the_chunks_as_a_list() -> None:
    state = State(Config())
    with serve_in_thread(state=state) as own:
        sent = events(call(own, GEMINI + SSE, BODY).body)
    (called,) = state.journal.of(None)
    assert [chunk["responseId"] for chunk in called.answer] == [sent[0]["responseId"]] * len(sent)
    (part,) = called.answer[-2]["candidates"][0]["content"]["parts"]
    assert part["inlineData"]["data"]["width"] == 1024
    assert len(called.thumbnails) == 1
