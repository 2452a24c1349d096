"""`imagen-fake verdict` against a fake on a socket."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from imagen_fake import spec
from imagen_fake.cli.main import main
from imagen_fake.cli.verdict import EXIT_FOUND
from imagen_fake.cli.verdict import SEVERITIES as OFFERED
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.verdict.findings import SEVERITIES
from tests.conftest import RESOURCE
from tests.http import call

MODEL = "imagen-4.0-generate-001"
PATH = f"/v1/{RESOURCE}{MODEL}:predict"
ONE = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
RETIRED = spec.read(f"models/{MODEL}.json")["lifeCycle"]["vertex"]["retired"]


@pytest.fixture
def fake() -> Iterator[str]:
    with serve_in_thread(state=State()) as url:
        yield url


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["verdict", "--url", url, *arguments])


def test_severities_that_are_offered_are_those_there_are() -> None:
    assert OFFERED == SEVERITIES


def test_a_client_without_fault_passes_every_gate(fake: str) -> None:
    call(fake, PATH, ONE)
    for severity in SEVERITIES:
        result = run(fake, "--fail-on", severity)
        assert (result.exit_code, result.output.splitlines()[0]) == (
            0,
            "0 errors, 0 warnings, 0 info in 1 call",
        )


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [((), 0), (("info",), EXIT_FOUND), (("warning",), EXIT_FOUND), (("error",), 0)],
)
def test_a_warning_fails_where_it_should(fake: str, fail_on: Sequence[str], code: int) -> None:
    call(fake, PATH, {"instances": [{"prompt": "a red apple"}]})
    result = run(fake, *(f"--fail-on={severity}" for severity in fail_on))
    assert result.exit_code == code
    assert "- warning default-count: asked for 4 pictures" in result.output


def test_an_error_fails_every_gate(fake: str) -> None:
    call(fake, PATH, ONE)
    for severity in SEVERITIES:
        result = run(fake, "--as-of", RETIRED, "--fail-on", severity)
        assert result.exit_code == EXIT_FOUND
        assert f"- error retired-model: asked {MODEL}, which was retired on {RETIRED}" in (
            result.output
        )


def test_a_budget_that_is_exceeded_is_an_error(fake: str) -> None:
    call(fake, PATH, ONE)
    assert run(fake, "--budget", "0.04", "--fail-on", "error").exit_code == 0
    result = run(fake, "--budget", "0.0399", "--fail-on", "error")
    assert result.exit_code == EXIT_FOUND
    assert "spent 0.04 USD of a budget of 0.0399 USD" in result.output


def test_a_project_narrows_it_down(fake: str) -> None:
    call(fake, PATH, {"instances": [{"prompt": "a red apple"}]})
    assert run(fake, "--for-project", "other", "--fail-on", "info").exit_code == 0
    assert run(fake, "--for-project", "p", "--fail-on", "info").exit_code == EXIT_FOUND


def test_json_is_what_the_fake_answers(fake: str) -> None:
    call(fake, PATH, ONE)
    assert json.loads(run(fake, "--json").output) == json.loads(call(fake, "/_fake/verdict").body)


def test_the_fake_is_found_by_its_ready_file(fake: str, tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    file.write_text(json.dumps({"url": fake}))
    call(fake, PATH, ONE)
    result = CliRunner().invoke(main, ["verdict", "--ready-file", str(file)])
    assert (result.exit_code, " in 1 call" in result.output) == (0, True)


@pytest.mark.parametrize("budget", ["-1", "nan", "inf", "much"])
def test_what_is_no_amount_is_no_budget(budget: str) -> None:
    result = run("http://127.0.0.1:1", "--budget", budget)
    assert result.exit_code == 2
    assert "--budget" in result.output


@pytest.mark.parametrize("name", ["a b", "", "a/b", "p" * 101])
def test_what_is_no_project_is_refused_before_a_fake_is_asked(name: str) -> None:
    result = run("http://127.0.0.1:1", "--for-project", name)
    assert result.exit_code == 2
    assert "is none; expected is a project's name" in result.output


def test_where_nobody_answers_it_fails_in_words() -> None:
    result = run("http://127.0.0.1:1", "--fail-on", "error")
    assert result.exit_code == 1
    assert "http://127.0.0.1:1 does not answer" in result.output


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """The URL of a server that answers everything with a body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"{}", b"[1]", b"null", b'{"severity": "bad"}', b"[" * 100_000]
)
def test_what_is_no_verdict_is_refused_in_words(body: bytes) -> None:
    with answering(body) as url:
        result = run(url)
    assert (result.exit_code, result.output) == (
        1,
        f"Error: {url} answers, but with no verdict.\n",
    )
