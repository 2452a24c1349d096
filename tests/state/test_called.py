import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.pipeline.call import Outcome
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import Called
from imagen_fake.state.head import request_head
from imagen_fake.state.journal import is_heavy
from imagen_fake.state.parts import Origin

FORCED = {"error": ("unavailable", "busy")}


class Asking:
    """A request that nobody understands."""

    def __init__(self, raw: bytes) -> None:
        self.head = request_head({"method": "POST", "path": "/a", "headers": [(b"Host", b"fake")]})
        self.raw = raw

    @property
    def heavy(self) -> bool:
        return is_heavy(self.head, self.raw)

    def origin(self) -> Origin:
        return Origin("vertex", "model")


def called(raw: bytes, answer: bytes = b"{}") -> Called:
    return Called(
        0.0, Asking(raw), Answer(503, answer, ("a warning",), outcome=Outcome(FORCED)), 0.5
    )


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=50)), st.text(max_size=50))
def test_what_is_told_does_not_change_when_it_is_summed_up(body: Any, answer: str) -> None:
    one = called(json.dumps(body).encode(), json.dumps([answer]).encode())
    before = (one.body, one.answer, one.instance, one.task, one.prompt, one.thumbnails)
    one.summarize()
    after = (one.body, one.answer, one.instance, one.task, one.prompt, one.thumbnails)
    assert before == after == (body, [answer], {}, None, "", ())


def test_of_a_call_without_bodies_the_rest_is_told() -> None:
    one = called(b'{"a": 1}')
    before = one.size
    one.shed_bodies()
    assert (one.body, one.answer, one.instance, one.parameters) == (None, None, {}, {})
    assert (one.surface, one.model, one.status) == ("vertex", "model", 503)
    assert (one.method, one.path, one.headers) == ("POST", "/a", {"host": "fake"})
    assert (one.warnings, one.directives) == (("a warning",), FORCED)
    assert one.size < before


def test_a_call_that_is_read_and_shed_at_once_keeps_nothing() -> None:
    for _ in range(50):
        one, ready = called(json.dumps({"a": "x" * 500}).encode()), Barrier(2)

        def read(one: Called = one, ready: Barrier = ready) -> None:
            ready.wait()
            assert one.body in (None, {"a": "x" * 500})

        with ThreadPoolExecutor(1) as threads:
            reading = threads.submit(read)
            ready.wait()
            one.shed_bodies()
            reading.result()
        assert (one.body, one.answer) == (None, None)
