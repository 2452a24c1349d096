import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.respond import Answer
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.head import Head, request_head
from imagen_fake.state.parts import Origin
from imagen_fake.surfaces.control_calls import FILTERS, PAGE_SIZE
from imagen_fake.surfaces.control_requests import MAX_PATTERN
from tests.conftest import RESOURCE, understood
from tests.http import call
from tests.surfaces.control_client import MODEL, PREDICT, UPSCALING, ControlClient


def test_calls_are_listed_in_order(fake: ControlClient) -> None:
    for prompt in ("one", "two", "three"):
        fake.predict(f"{prompt} [fake: error=503]")
    calls = fake.told("GET", "/_fake/calls")["calls"]
    assert [(one["number"], one["prompt"]) for one in calls] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
    ]


def refuse(fake: ControlClient, count: int) -> None:
    for _ in range(count):
        fake.ask("POST", PREDICT, {})


def pages(fake: ControlClient, query: str) -> Iterator[list[int]]:
    after = 0
    while True:
        page = fake.told("GET", f"/_fake/calls?after={after}&{query}")
        yield [one["number"] for one in page["calls"]]
        if "after" not in page:
            return
        after = page["after"]


@pytest.mark.parametrize(
    ("count", "limit", "expected"),
    [
        (5, 2, [[1, 2], [3, 4], [5]]),
        (4, 2, [[1, 2], [3, 4]]),
        (3, 5, [[1, 2, 3]]),
        (0, 5, [[]]),
        (2, 0, [[]]),
    ],
)
def test_a_page_says_where_the_next_one_begins(
    fake: ControlClient, count: int, limit: int, expected: list[list[int]]
) -> None:
    refuse(fake, count)
    assert list(pages(fake, f"limit={limit}")) == expected


def test_a_page_has_fifty_calls_unless_it_is_told(fake: ControlClient) -> None:
    refuse(fake, PAGE_SIZE + 1)
    assert list(pages(fake, "")) == [[*range(1, PAGE_SIZE + 1)], [PAGE_SIZE + 1]]


def test_a_page_has_a_thousand_calls_at_most(fake: ControlClient) -> None:
    refuse(fake, 3)
    assert list(pages(fake, "limit=999999999")) == [[1, 2, 3]]


def test_pages_of_calls_that_are_narrowed_down(fake: ControlClient) -> None:
    for number in range(6):
        fake.ask("POST", PREDICT if number % 2 else "/nowhere", {})
    assert list(pages(fake, "limit=2&status=400")) == [[2, 4], [6]]


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=", "limit=1.5", "limit=1234567890"]
)
def test_a_page_that_cannot_be_is_refused(fake: ControlClient, query: str) -> None:
    status, message = fake.refused("GET", f"/_fake/calls?{query}")
    name, _, value = query.partition("=")
    assert (status, message) == (400, f"imagen-fake: {name} must be a whole number, not {value!r}.")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4]),
        ("surface=vertex", [1, 3]),
        ("surface=gemini", [2]),
        ("surface=", [4]),
        ("model=imagen-4.0-g*", [1, 2]),
        ("model=IMAGEN-4*", []),
        ("task=generate", [1, 2]),
        ("task=", [3, 4]),
        ("status=4*", [3, 4]),
        ("status=404", [4]),
        ("prompt=*apple*", [1]),
        ("prompt=*apple*&status=404", []),
    ],
)
def test_calls_are_narrowed_down(fake: ControlClient, query: str, expected: list[int]) -> None:
    fake.predict()
    fake.predict("a pear", f"/v1beta/models/{MODEL}:predict")
    fake.ask("POST", f"/v1/{RESOURCE}{UPSCALING}:predict", b"{")
    fake.ask("POST", "/nowhere", {})
    assert [one["number"] for one in fake.told("GET", f"/_fake/calls?{query}")["calls"]] == expected


@pytest.mark.parametrize("name", FILTERS)
def test_a_pattern_longer_than_is_read_is_refused(fake: ControlClient, name: str) -> None:
    assert fake.told("GET", f"/_fake/calls?{name}={'*' * MAX_PATTERN}") == {"calls": []}
    status, told = fake.refused("GET", f"/_fake/calls?{name}={'*' * (MAX_PATTERN + 1)}")
    assert (status, told) == (400, f"imagen-fake: {name} has 1001 characters; 1000 are read.")


class Waiting:
    """A request that is understood only once `understood` is set."""

    head: Head = request_head({"method": "POST", "path": "/x", "headers": []})
    raw = b"{}"

    def __init__(self) -> None:
        self.reached, self.understood = Event(), Event()

    @property
    def heavy(self) -> bool:
        return False

    def origin(self) -> Origin:
        return Origin("vertex", MODEL, self.understand)

    def understand(self) -> Call:
        self.reached.set()
        assert self.understood.wait(30)
        return understood(MODEL)


@pytest.mark.parametrize("path", ["calls", "calls?task=generate", "calls?prompt=*", "calls/1"])
def test_others_are_answered_while_calls_are_told(fake: ControlClient, path: str) -> None:
    waiting = Waiting()
    fake.state.journal.add(waiting, Answer(200, b"{}"), 0.0)
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(fake.ask, "GET", f"/_fake/{path}")
        try:
            assert waiting.reached.wait(30)
            assert fake.predict().status == 200
            assert not told.done()
        finally:
            waiting.understood.set()
        assert told.result().status == 200


def test_a_call_is_told_with_its_pictures(fake: ControlClient) -> None:
    fake.predict()
    call = fake.told("GET", "/_fake/calls/1")
    assert call["pictures"] == ["/_fake/calls/1/pictures/0"]
    picture = fake.ask("GET", call["pictures"][0])
    assert (picture.status, picture.header("content-type")) == (200, "image/jpeg")
    assert picture.body[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize("number", ["2", "0", "x", "-1", "9" * 5000, "1.0"])
def test_a_call_that_never_was_is_missing(fake: ControlClient, number: str) -> None:
    fake.predict()
    for path in ("", "/pictures/0"):
        status, message = fake.refused("GET", f"/_fake/calls/{number}{path}")
        assert status == 404
        assert message == f"imagen-fake: call {number[:80]} was never made, or is forgotten."


@pytest.mark.parametrize("index", ["1", "x", "9" * 5000])
def test_a_picture_that_never_was_is_missing(fake: ControlClient, index: str) -> None:
    fake.predict()
    answer = fake.refused("GET", f"/_fake/calls/1/pictures/{index}")
    assert answer == (404, "imagen-fake: call 1 has 1 pictures.")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b'{"instances": [{"prompt": "a", "seed": 1e999}]}', b"[]", b"null",
     b'{"instances": [{"prompt": "\\ud83c\\udf4e"}], "parameters": {"sampleCount": 1}}'],
)  # fmt: skip
def test_a_call_of_any_body_can_be_told(fake: ControlClient, raw: bytes) -> None:
    fake.ask("POST", PREDICT, raw)
    assert fake.told("GET", "/_fake/calls/1")["number"] == 1


def test_forgetting_the_calls_keeps_the_rules(fake: ControlClient) -> None:
    fake.predict()
    assert fake.told("DELETE", "/_fake/calls") == {}
    assert fake.told("GET", "/_fake/calls") == {"calls": []}
    assert len(fake.told("GET", "/_fake/rules")["rules"]) == 1


def test_bodies_that_were_forgotten_are_counted_though_no_call_was() -> None:
    body = json.dumps({"instances": [{"prompt": "a red apple " * 900}]}).encode()
    with serve_in_thread(Config(journal_bytes=2 * len(body))) as url:
        for _ in range(2):
            assert call(url, PREDICT, body).status == 400
        page = call(url, "/_fake/calls", method="GET").json
    assert len(page["calls"]) == 2
    assert page["shed"]["bodies"] > 0
    assert page["shed"]["calls"] == 0
