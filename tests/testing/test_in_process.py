import asyncio
import json
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import anyio
import pytest

from imagen_fake.clock import monotonic
from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests.conftest import RESOURCE
from tests.http import call
from tests.in_process import LATE, Scripted

HOME = Request("POST", "https://any.example/echo", (), b"hello")
NEVER = Request("GET", "https://any.example/never")
DROP = Request("GET", "https://any.example/drop")


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    made = Scripted()
    yield made
    made.close()


def test_an_answer_is_given(scripted: Scripted) -> None:
    assert scripted.ask(HOME).body == b"HELLO"


def test_a_dropped_connection_is_a_reset(scripted: Scripted) -> None:
    with pytest.raises(ConnectionResetError):
        scripted.ask(DROP)


def test_a_late_answer_is_a_timeout(scripted: Scripted) -> None:
    with pytest.raises(TimeoutError):
        scripted.ask(NEVER, 0.01)


def test_a_time_that_is_over_before_the_answer_is_a_timeout(scripted: Scripted) -> None:
    with pytest.raises(TimeoutError):
        scripted.ask(NEVER, 0.0)


def test_what_takes_longer_to_compute_than_its_client_waits_is_a_timeout(
    scripted: Scripted,
) -> None:
    seconds = 0.001
    pending, began = scripted.start(HOME), monotonic()
    while monotonic() <= began + seconds:
        pass
    pending.compute()
    with pytest.raises(TimeoutError):
        pending.result(seconds)
    assert pending.result(LATE).body == b"HELLO"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_event_loop_goes_on_meanwhile(scripted: Scripted, backend: str) -> None:
    async def both() -> tuple[bytes, bool]:
        with anyio.move_on_after(0.1) as late:
            await scripted.ask_async(NEVER)
        return (await scripted.ask_async(HOME)).body, late.cancelled_caught

    assert anyio.run(both, backend=backend) == (b"HELLO", True)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_on_an_event_loop_a_late_answer_is_a_timeout(scripted: Scripted, backend: str) -> None:
    async def late() -> None:
        await scripted.ask_async(NEVER, 0.01)

    with pytest.raises(TimeoutError):
        anyio.run(late, backend=backend)


def test_several_event_loops_are_answered(scripted: Scripted) -> None:
    answers = [asyncio.run(scripted.ask_async(HOME)) for _ in range(2)]
    assert [answer.body for answer in answers] == [b"HELLO", b"HELLO"]


def test_closing_drops_who_still_waits(scripted: Scripted) -> None:
    with ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(scripted.ask, NEVER)
        looping = threads.submit(asyncio.run, scripted.ask_async(NEVER))
        scripted.close()
        for one in (waiting, looping):
            assert isinstance(one.exception(30), ConnectionResetError)


def test_what_is_not_late_is_answered_though_another_thread_closes(scripted: Scripted) -> None:
    pending = scripted.start(HOME)
    pending.compute()
    scripted.close()
    assert pending.result().body == b"HELLO"


def test_a_request_that_no_coroutine_waits_for_is_cancelled(scripted: Scripted) -> None:
    async def given_up() -> None:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await scripted.ask_async(HOME)

    anyio.run(given_up)
    assert scripted.cancelled == 1


MODEL = "imagen-4.0-generate-001"
PREDICT = f"/v1/{RESOURCE}{MODEL}:predict"
SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


@pytest.fixture(scope="module")
def fake() -> Iterator[InProcess]:
    made = InProcess(State(Config()))
    yield made
    made.close()


def timeless(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers in lower case and in order, without those that tell a time."""
    told = [(name.lower(), value) for name, value in headers]
    return [one for one in told if one[0] not in ("date", "server-timing")]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("POST", PREDICT, SMALL, {}),
        ("POST", f"{PREDICT}?$alt=json&key=k", SMALL, {}),
        ("POST", PREDICT, SMALL, {"X-Imagen-Fake": "error=429"}),
        ("POST", PREDICT, SMALL, {"X-Imagen-Fake": "malformed"}),
        ("POST", PREDICT, SMALL, {"X-Imagen-Fake": "slow=900MB/s"}),
        ("POST", PREDICT, SMALL, {"Origin": "http://localhost:3000"}),
        ("POST", PREDICT.replace(":", "%3A"), SMALL, {}),
        ("POST", PREDICT, b"{", {}),
        ("POST", f"/v1/{RESOURCE}n%C3%B6pe:predict", SMALL, {}),
        ("POST", "/v1/images/generations", {"model": MODEL, "prompt": "a", "size": "1x1"}, {}),
        ("GET", "/v1beta/models?pageSize=2", None, {}),
        ("HEAD", "/_fake/health", None, {}),
        ("PUT", "/_fake/health", b"", {}),
        ("GET", "/nowhere", None, {}),
        ("POST", "/", {}, {}),
    ],
)
def test_an_answer_is_the_one_that_a_socket_gives(
    fake: InProcess, url: str, method: str, path: str, body: object, headers: dict[str, str]
) -> None:
    over = call(url, path, body, method, **headers)
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent = tuple((name.encode(), value.encode()) for name, value in headers.items())
    inside = fake.ask(Request(method, url + path, sent, raw))
    assert (inside.status, inside.body) == (over.status, over.body)
    told = [(name.decode(), value.decode()) for name, value in inside.headers]
    assert timeless(told) == timeless(over.headers.items())


def test_many_threads_are_answered_at_once(fake: InProcess) -> None:
    def ask(number: int) -> tuple[int, int, str]:
        header = (
            (b"x-imagen-fake", b"error=429" if number % 3 == 0 else b"seed=%d" % (number % 5)),
        )
        raw = json.dumps(SMALL).encode()
        response = fake.ask(Request("POST", f"https://fake{PREDICT}", header, raw))
        return number, response.status, sha256(response.body).hexdigest()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(60)))
    assert all(status == (200 if number % 3 else 429) for number, status, _ in answers)
    drawn = {(number % 5, digest) for number, status, digest in answers if status == 200}
    assert len(drawn) == len({digest for _, digest in drawn}) == 5


def test_it_has_no_thread_of_its_own(fake: InProcess) -> None:
    before = set(threading.enumerate())
    for method, path in (("POST", PREDICT), ("GET", "/_fake/health"), ("GET", "/storage/v1/b")):
        url = f"https://fake{path}"
        assert fake.ask(Request(method, url, (), json.dumps(SMALL).encode())).status == 200
    assert set(threading.enumerate()) == before


def test_a_call_within_a_running_event_loop_is_answered(fake: InProcess) -> None:
    async def asked() -> list[int]:
        urls = (("POST", PREDICT), ("GET", "/_fake/calls"), ("GET", "/storage/v1/b"))
        raw = json.dumps(SMALL).encode()
        return [fake.ask(Request(way, f"https://fake{at}", (), raw)).status for way, at in urls]

    for backend in ("asyncio", "trio"):
        assert anyio.run(asked, backend=backend) == [200, 200, 200]


def test_calls_of_one_event_loop_are_answered_at_once(fake: InProcess) -> None:
    async def asked() -> list[int]:
        header = ((b"x-imagen-fake", b"delay=200ms"),)
        one = Request("POST", f"https://fake{PREDICT}", header, json.dumps(SMALL).encode())
        answers = await asyncio.gather(*(fake.ask_async(one) for _ in range(50)))
        return [answer.status for answer in answers]

    assert asyncio.run(asyncio.wait_for(asked(), 60)) == [200] * 50


def test_a_body_beyond_the_limit_is_refused_as_by_a_server() -> None:
    fake = InProcess(State(Config(max_body_bytes=2**20)))
    answer = fake.ask(Request("POST", f"https://fake{PREDICT}", (), b" " * (2**20 + 1)))
    assert (answer.status, b"1048576 bytes" in answer.body) == (400, True)


def test_a_bug_of_the_fake_is_the_services_500(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("imagen_fake.testing.function_call.predict", fail)
    state = State(Config())
    answer = InProcess(state).ask(Request("POST", f"https://fake{PREDICT}", (), b"{}"))
    assert (answer.status, len(state.errors)) == (500, 1)


MIDDLEWARE = [(), ((b"origin", b"http://localhost:3000"),)]
"""Headers of a call that is a plain function call, and of one that the application answers."""


def faulty(directives: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Request:
    sent = ((b"x-imagen-fake", directives.encode()), *headers)
    return Request("POST", f"https://fake{PREDICT}", sent, json.dumps(SMALL).encode())


@pytest.mark.parametrize("headers", MIDDLEWARE, ids=["plain", "application"])
def test_faults_are_the_same_whoever_answers(
    fake: InProcess, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    cut = fake.ask(faulty("truncate=10", headers))
    assert (len(cut.body), cut.complete) == (10, False)
    assert int(cut.header("content-length") or 0) > 10
    with pytest.raises(ConnectionResetError, match="as it was told to"):
        fake.ask(faulty("drop", headers))
    with pytest.raises(TimeoutError):
        fake.ask(faulty("delay=100s", headers), 0.5)


def test_a_slow_body_is_no_timeout_since_each_piece_comes_in_time(fake: InProcess) -> None:
    whole = len(fake.ask(faulty("filter=0")).body)
    fake.ask(faulty("malformed"), 5)
    start = monotonic()
    answer = fake.ask(faulty(f"slow={whole * 2}"), 0.4)
    assert (answer.complete, monotonic() - start > 0.4) == (True, True)


def test_a_call_that_is_cancelled_before_it_begins_is_recorded_with_its_body() -> None:
    state = State(Config())
    pending = InProcess(state).start(faulty("filter=0"))
    pending._cancel()
    (called,) = state.journal
    assert (called.status, called.prompt) == (499, "a red apple")
