"""The benchmark: its load generator counts right, and its table tells what was missed."""

import threading
from collections.abc import Iterator
from itertools import islice, repeat
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from tests.bench import requests
from tests.bench.load import Address, Lane, WrongAnswerError, content_length, drive
from tests.bench.rows import every_task
from tests.bench.table import Figure, table

LOCK = threading.Lock()


class Counting(ThreadingTCPServer):
    """A server that counts requests and answers each."""

    allow_reuse_address = True
    daemon_threads = True
    asked = 0


class Answering(StreamRequestHandler):
    """Answers until the client hangs up, each answer in three parts."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        while head := self._head():
            length = [line for line in head if line.startswith(b"Content-Length:")]
            self.rfile.read(int(length[0][15:]) if length else 0)
            with LOCK:
                self.server.asked += 1  # type: ignore[attr-defined]
            for part in (b"HTTP/1.1 200 OK\r\nX: y\r", b"\ncontent-length: 6\r\n\r\nabc", b"def"):
                self.wfile.write(part)

    def _head(self) -> list[bytes]:
        lines = iter(self.rfile.readline, b"\r\n")
        first = next(lines, b"")
        return [first, *lines] if first else []


@pytest.fixture
def counting() -> Iterator[Counting]:
    with Counting(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(server: Counting) -> Address:
    host, port = server.server_address[:2]
    return str(host), int(port)


@pytest.mark.parametrize("connections", [1, 7])
def test_every_answer_is_counted_once(counting: Counting, connections: int) -> None:
    (tally,) = drive(address(counting), [Lane(iter([requests.HEALTH] * 50), connections)])
    assert (len(tally.latencies), counting.asked) == (50, 50)


def test_time_ends_a_load_without_end(counting: Counting) -> None:
    (tally,) = drive(address(counting), [Lane(repeat(requests.CONSTANT), 3)], seconds=0.05)
    assert len(tally.latencies) == counting.asked > 0


def test_the_first_answers_are_kept_whole(counting: Counting) -> None:
    (tally,) = drive(address(counting), [Lane(iter([requests.HEALTH] * 5), keep=2)])
    assert tally.bodies == [b"abcdef", b"abcdef"]


def test_a_pause_slows_a_lane_down(counting: Counting) -> None:
    lane = Lane(repeat(requests.HEALTH), pause=0.02)
    (tally,) = drive(address(counting), [lane], seconds=0.1)
    assert 1 <= len(tally.latencies) <= 6


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"],
)
def test_any_other_answer_is_wrong(head: bytes) -> None:
    with pytest.raises(WrongAnswerError):
        content_length(head)


def test_no_two_calls_are_alike() -> None:
    calls = list(islice(requests.unseen(), 200))
    assert len(set(calls)) == len(calls)


def test_no_two_calls_of_every_task_are_alike() -> None:
    calls = list(islice(every_task(), 200))
    assert len(set(calls)) == len(calls)


@pytest.mark.parametrize(
    ("value", "at_least", "verdict"),
    [
        (0.74, True, "MISSED"),
        (0.75, True, "ok"),
        (0.76, False, "MISSED"),
        (0.75, False, "ok"),
        (None, True, "skipped"),
    ],
)
def test_the_table_says_whether_a_target_is_met(
    value: float | None, at_least: bool, verdict: str
) -> None:
    figure = Figure("same call", value, "x", 0.75, at_least)
    assert table([figure]).splitlines()[1].split()[-1] == verdict
    assert figure.met == (verdict != "MISSED")
