"""A server that drops calls or fails at times: a run goes on, and says so in each report."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import pytest

from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.session import Options, Session
from imagen_fake.contract.targets.targets import UrlTarget
from tests.contract.sample_cases import fake

VERIFY = list(cases("imageverification@001"))


class Server(ThreadingHTTPServer):
    """The fake; `fails` says by the number of a call what happens to it: `drop`, `503` or ""."""

    daemon_threads = True
    calls = 0
    fails: Callable[[int], str]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        assert isinstance(self.server, Server)
        self.server.calls += 1
        body = self.rfile.read(int(self.headers["content-length"]))
        sent = tuple((name.encode(), value.encode()) for name, value in self.headers.items())
        answer = fake().ask(Request("POST", f"http://localhost{self.path}", sent, body))
        match self.server.fails(self.server.calls):
            case "drop":
                self.close_connection = True
                return
            case "503":
                self.send_response_only(503)
                data = b"busy"
            case _:
                self.send_response_only(answer.status)
                data = answer.body
                for name, value in answer.headers:
                    if name != b"content-length":
                        self.send_header(name.decode(), value.decode("latin-1"))
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def server(fails: Callable[[int], str]) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as listening:
        listening.fails = fails
        thread = Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield listening
        finally:
            listening.shutdown()
            thread.join()


def run(listening: Server, folder: Path) -> tuple[int, dict[str, object], str]:
    """The exit code, the JSON report, and the last line of a run; every report is written."""
    files = [folder / f"report.{ending}" for ending in ("json", "html", "xml")]
    lines: list[str] = []
    with closing(UrlTarget(f"http://127.0.0.1:{listening.server_address[1]}", 20)) as target:
        code = Session(target, VERIFY, Options(3, reports=files), lines.append).run()
    assert files[1].read_text("utf-8").endswith("</details>\n")
    ElementTree.parse(files[2])  # noqa: S314 (our own)
    return code, json.loads(files[0].read_text("utf-8")), lines[-1]


@pytest.fixture(scope="module")
def calls() -> int:
    """The number of calls of a run of which none fails."""
    with (
        server(lambda _: "") as listening,
        closing(UrlTarget(f"http://127.0.0.1:{listening.server_address[1]}")) as target,
    ):
        assert Session(target, VERIFY, Options(3), lambda _: None).run() == 0
    return listening.calls


@pytest.mark.parametrize("part", range(3))
def test_a_dropped_call_is_sent_once_more(part: int, calls: int, tmp_path: Path) -> None:
    number = 1 + part * (calls - 1) // 2
    with server(lambda call: "drop" if call == number else "") as listening:
        code, report, last = run(listening, tmp_path)
    assert (code, listening.calls) == (0, calls + 1)
    assert report["unanswered"] == {}
    assert " 0 flaky, 0 without an answer, " in last


@pytest.mark.parametrize("part", range(3))
def test_a_call_that_is_dropped_twice_is_listed(part: int, calls: int, tmp_path: Path) -> None:
    number = 1 + part * (calls - 1) // 2
    twice = (number, number + 1)
    with server(lambda call: "drop" if call in twice else "") as listening:
        code, report, last = run(listening, tmp_path)
    assert code == 1
    assert isinstance(report["unanswered"], dict)
    assert len(report["unanswered"]) == 1
    assert " 0 flaky, 1 without an answer, " in last


@pytest.mark.parametrize("every", [2, 3, 7, 20])
@pytest.mark.parametrize("fault", ["drop", "503"])
def test_a_server_that_fails_often_is_reported(fault: str, every: int, tmp_path: Path) -> None:
    with server(lambda call: fault if call % every < 2 else "") as listening:
        code, report, _ = run(listening, tmp_path)
    assert code == 1
    assert report["findings"] or report["flaky"] or report["unanswered"]
