"""What outlives its client or a reset: nothing of it shows, and no more is done than was begun."""

import gc
import json
import socket
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import current_thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.types import Message

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.predict import draw, respond_delivered
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.called import Called, RecordedRequest
from imagen_fake.state.journal import Journal
from imagen_fake.state.state import State
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.objects import NewObject
from imagen_fake.surfaces.vertex_messages import message
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests import rpc
from tests.conftest import RESOURCE, understood

MODEL = "imagen-4.0-generate-001"
PATH = f"/v1/{RESOURCE}{MODEL}:predict"
LONG = {
    "instances": [{"prompt": "a red apple"}],
    "parameters": {"sampleCount": 4, "sampleImageSize": "2K", "storageUri": "gs://left/behind"},
}
LINKED = {"model": MODEL, "prompt": "a red apple", "num_images": 4}

Leave = Callable[[], object]


def until(done: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = monotonic() + 60
    while not done():
        assert monotonic() < end
        sleep(0.01)


def sent(path: str, body: Any) -> bytes:
    text = json.dumps(body).encode()
    return b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (
        path.encode(), len(text), text
    )  # fmt: skip


@contextmanager
def by_socket(state: State, path: str, body: Any) -> Iterator[Leave]:
    with serve_in_thread(state=state) as url:
        client = socket.create_connection(("127.0.0.1", urlsplit(url).port or 0))
        client.sendall(sent(path, body))
        yield client.close


@contextmanager
def in_process(state: State, path: str, body: Any) -> Iterator[Leave]:
    fake = InProcess(state)
    request = Request("POST", f"https://fake{path}", (), json.dumps(body).encode())
    with start_blocking_portal() as portal:
        coming = [portal.start_task_soon(fake.ask_async, request)]
        yield lambda: coming.pop().cancel()  # who keeps a cancelled call keeps its traceback


@contextmanager
def by_grpc(state: State, _: str, body: Any) -> Iterator[Leave]:
    of = rpc.method("Predict")
    with rpc.channel(state=state) as channel:
        stub = channel.unary_unary(
            f"/{of.containing_service.full_name}/{of.name}",
            message(of.input_type).SerializeToString,
            message(of.output_type).FromString,
        )
        coming = stub.future(rpc.request(of, {"endpoint": RESOURCE + MODEL, **body}))
        yield coming.cancel


DOORS = {
    "socket": (by_socket, PATH, LONG),
    "images": (by_socket, "/v1/images/generations", LINKED),
    "in process": (in_process, PATH, LONG),
    "gRPC": (by_grpc, PATH, LONG),
}
doors = pytest.mark.parametrize(("door", "path", "body"), DOORS.values(), ids=DOORS)


@doors
def test_an_abandoned_call_leaves_nothing_behind_a_reset(door: Any, path: str, body: Any) -> None:
    state = State(Config())
    begun = state.rules.add("seed=1")
    before = weakref.ref(state.generation)
    with door(state, path, body) as leave:
        until(lambda: begun.seen)
        leave()
        state.reset()
        until(lambda: gc.collect() is not None and before() is None)
    assert isinstance(state.storage, Storage)
    assert (len(state.journal), state.storage.buckets()) == (0, ())
    assert len(state.generation.pictures) == 0


def left(opened: Any, path: str, body: Any) -> State:
    """A fake whose client has left a call that had begun."""
    state = State(Config())
    begun = state.rules.add("seed=1")
    with opened(state, path, body) as leave:
        until(lambda: begun.seen)
        leave()
        until(lambda: len(state.journal))
    return state


@pytest.mark.parametrize("door", DOORS)
def test_a_call_whose_client_has_left_is_not_carried_out(door: str) -> None:
    states = (left(*DOORS[door]) for _ in range(50))  # a quick answer may be there before
    state = next(one for one in states if [called.status for called in one.journal] == [499])
    assert isinstance(state.storage, Storage)
    assert (state.storage.buckets(), len(state.generation.pictures)) == ((), 0)


class NotingJournal(Journal):
    """Notes which threads record calls."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[str] = []

    def add(self, request: RecordedRequest, *recorded: Any) -> Called | None:
        self.threads.append(current_thread().name)
        return super().add(request, *recorded)


def test_a_cancelled_call_is_not_recorded_on_the_event_loop_of_grpc() -> None:
    state = State(Config())
    state.generation.journal = journal = NotingJournal()
    begun = state.rules.add("seed=1")
    with by_grpc(state, PATH, LONG) as leave:
        until(lambda: begun.seen)
        leave()
        until(lambda: journal.threads)
    assert all(name.startswith("grpc_") for name in journal.threads)  # those of its executor


def test_no_more_pictures_are_made_than_were_begun_when_the_client_left() -> None:
    memory, made = State(Config()).snapshot(), list[int]()

    def raise_if_cancelled() -> None:
        memory.raise_if_cancelled()
        made.append(1)
        memory.cancel()

    call = replace(understood(sampleCount=4), raise_if_cancelled=raise_if_cancelled)
    with pytest.raises(ApiError, match="cancelled"):
        draw(call, respond_delivered)
    assert made == [1]


async def asked(state: State, method: str, path: str, body: Any) -> int:
    """The status of the answer to a call during whose sending the fake is reset."""
    answers: list[Message] = []

    async def receive() -> Message:
        state.reset()
        return {"type": "http.request", "body": json.dumps(body).encode()}

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "headers": [], "query_string": b"",
        "scheme": "http", "server": ("localhost", 80), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    await create_app(state=state)(scope, receive, send)
    return int(answers[0]["status"])


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "rules", {"directives": "error=503"}),
        ("PUT", "rules/mine", {"directives": "error=503"}),
        ("PATCH", "config", {"strict": True}),
        ("POST", "clock", {"advance": 5}),
        ("DELETE", "rules", None),
        ("DELETE", "rules/rule-1", None),
    ],
)
async def test_control_changes_nothing_after_a_reset(method: str, path: str, body: Any) -> None:
    state = State(Config(rules=("seed=1",)))
    assert await asked(state, method, f"/_fake/{path}", body) == 499
    assert [rule.directives for rule in state.rules] == ["seed=1"]
    assert (state.config.strict, state.rules.clock.manual) == (False, 0)


@pytest.mark.anyio
async def test_a_call_that_a_reset_overtakes_is_answered_and_not_entered() -> None:
    state = State(Config(vary_unseeded=True))
    small = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
    assert await asked(state, "POST", PATH, small) == 200
    assert (len(state.journal), next(state.generation.variations)) == (0, 1)


def test_a_write_is_stopped_at_the_last_moment() -> None:
    storage, memory = Storage(), State(Config()).snapshot()
    storage.put([NewObject("gs://pictures/a", b"first", "")], memory.raise_if_stale)
    memory.generation.end()
    with pytest.raises(ApiError, match="cancelled"):
        storage.put([NewObject("gs://pictures/a", b"second", "")], memory.raise_if_stale)
    assert storage.read("gs://pictures/a", 100) == b"first"
