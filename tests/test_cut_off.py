"""A client that leaves before the last byte of its body: on every route, nothing has happened."""

import json
import socket
from asyncio import Event, run
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.testing.messages import Request, scope
from tests.http import call

LEFT = 499
PREDICTION = {"instances": [{"prompt": "an owl"}], "parameters": {"storageUri": "gs://bucket/owl"}}
PARTS = {
    "model": "imagen-4.0-generate-001",
    "project": "p",
    "location": "us-central1",
    "endpoint": "56",
    "bucket": "bucket",
    "name": "kept",
    "account": "a@p.iam.gserviceaccount.com",
}
GRANT = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": "somebody"
}  # fmt: skip
BODIES: dict[str, Any] = {
    ":predict": PREDICTION,
    "/generations": {"model": "google/imagen-4.0-generate-001", "prompt": "an owl"},
    "POST /_fake/rules": {"directives": "error=503"},
    "PUT /_fake/rules/kept": {"directives": "error=503"},
    "PATCH /_fake/config": {"strict": True},
    "POST /_fake/clock": {"advance": 60},
    "POST /storage/v1/b": {"name": "another"},
    "POST /upload/storage/v1/b/bucket/o": "the bytes of an object",
    "token": urlencode(GRANT) + "&and=",
}
"""What is asked for, by how the method and the path end; of other routes it is an empty object."""

UNREAD = {
    "DELETE /storage/v1/b/bucket/o/kept",
    "POST /storage/v1/b/bucket/o/kept",
    "DELETE /b/bucket/o/kept",
    "POST /b/bucket/o/kept",
    "PUT /upload/storage/v1/b/bucket/o",
    "DELETE /upload/storage/v1/b/bucket/o",
}
"""What is refused whatever the body is: no such object, no such upload, no copy to anywhere."""

QUERIES = {"POST /upload/storage/v1/b/bucket/o": "?uploadType=media&name=kept"}


def state() -> State:
    made = State(Config(endpoints={"56": PARTS["model"]}, vary_unseeded=True))
    made.rules.add("seed=1", "kept")
    return made


def changing() -> Iterator[str]:
    """`METHOD /path` of every route that may change something."""
    for route in create_app(state=state()).routes:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"GET", "HEAD"}):
            path = route.path.replace(":path}", "}").replace(":id}", "}")
            yield f"{method} {path.format_map(PARTS)}"


def sent(asked: str) -> bytes:
    """A body that means the same without its last bytes."""
    body: Any = next((BODIES[end] for end in BODIES if asked.endswith(end)), {})
    text = body if isinstance(body, str) else json.dumps(body)
    return text.encode() + (b"x" if isinstance(body, str) else b" ") * 50


def status(app: ASGIApp, asked: str, body: bytes, *, whole: bool) -> int:
    """The status of the answer to a request whose client leaves unless its body is whole."""
    method, path = asked.split(" ", 1)
    answered: list[int] = []
    coming: list[Message] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": body, "more_body": not whole},
    ]

    async def receive() -> Message:
        if whole and len(coming) == 1:
            await Event().wait()
        return coming.pop()

    async def send(message: Message) -> None:
        answered.extend([message["status"]] if "status" in message else [])

    request = Request(method, f"http://localhost{path}{QUERIES.get(asked, '')}")
    run(app(scope(request), receive, send))  # type: ignore[arg-type] # a coroutine
    (only,) = answered
    return only


def remembered(fake: State) -> Any:
    """All that a request may change."""
    return (
        [(one.path, one.status) for one in fake.journal if one.status != LEFT],
        [(rule.name, rule.directives, rule.seen, rule.applied) for rule in fake.rules],
        fake.rules.clock.manual,
        fake.config,
        repr(fake.generation.variations),
        {bucket: fake.storage.list(bucket) for bucket in fake.storage.buckets()},  # type: ignore[union-attr] # the embedded one
    )


@pytest.mark.parametrize("asked", list(changing()))
def test_a_body_cut_at_every_tenth_byte_has_no_effect(asked: str) -> None:
    fake = state()
    app, body, before = create_app(state=fake), sent(asked), remembered(fake)
    answers = {status(app, asked, body[:end], whole=False) for end in range(0, len(body), 10)}
    assert answers == {LEFT} or asked in UNREAD
    assert remembered(fake) == before


@pytest.mark.parametrize("asked", [one for one in changing() if "predict" in one])
def test_a_prediction_that_was_cut_off_is_in_the_journal_as_left(asked: str) -> None:
    fake = state()
    status(create_app(state=fake), asked, sent(asked)[:20], whole=False)
    (left,) = fake.journal
    assert (left.path, left.status, left.body) == (asked.split(" ")[1], LEFT, "")


@pytest.mark.parametrize("end", BODIES)
def test_the_same_requests_take_effect_when_they_are_whole(end: str) -> None:
    fake = state()
    app, before = create_app(state=fake), remembered(fake)
    asked = next(one for one in changing() if one.endswith(end))
    assert status(app, asked, sent(asked), whole=True) == 200
    assert end == "token" or remembered(fake) != before


@pytest.mark.parametrize(
    "asked",
    [
        f"POST /v1/models/{PARTS['model']}:predict",
        "POST /v1/images/generations",
        "POST /_fake/rules",
        "PATCH /_fake/config",
        "POST /_fake/reset",
        "POST /storage/v1/b",
        "POST /upload/storage/v1/b/bucket/o",
    ],
)
def test_a_socket_that_closes_in_the_middle_of_a_body_has_no_effect(asked: str) -> None:
    fake = state()
    before, body = remembered(fake), sent(asked)
    method, path = asked.split(" ")
    head = f"{method} {path}{QUERIES.get(asked, '')} HTTP/1.1\r\nHost: localhost\r\n"
    with serve_in_thread(state=fake) as url:
        address = urlsplit(url)
        for end in range(0, len(body), 10):
            with socket.create_connection((address.hostname, address.port), timeout=10) as client:
                length = f"Content-Length: {len(body)}\r\n\r\n"
                client.sendall(head.encode() + length.encode() + body[:end])
                client.shutdown(socket.SHUT_WR)
                assert client.recv(100) == b""
        assert call(url, "/_fake/health").status == 200
        assert remembered(fake) == before
