"""`imagen-fake health`, and the health check of the Docker image, which is that command."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import click
import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.health import DEFAULT_URL, resolve_url, url_options
from tests.sweep import sweep

FAKE = (sys.executable, "-m", "imagen_fake")
DOCKERFILE = (Path(__file__).parent.parent.parent / "Dockerfile").read_text(encoding="utf-8")


def instruction(name: str) -> str:
    """What the Dockerfile says last of something, its lines joined."""
    found: list[str] = re.findall(rf"^{name} (.*)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)
    return found[-1]


def variables(folder: Path) -> dict[str, str]:
    """The variables of the image, its paths in a folder instead."""
    named = dict(word.split("=", 1) for word in instruction("ENV").split())
    moved = {
        name: str(folder / Path(value).name) if value.startswith("/") else value
        for name, value in named.items()
    }
    return {**os.environ, **moved}


def checked(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """What the health check of the image comes to."""
    entry, *arguments = json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])
    assert [entry] == json.loads(instruction("ENTRYPOINT"))
    command = [*FAKE, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@contextmanager
def container(environment: dict[str, str], *options: str) -> Iterator[str]:
    """The first line of a fake that is started as in the image, on loopback."""
    command, *_ = json.loads(instruction("CMD"))
    with subprocess.Popen(
        [*FAKE, command, *options], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield process.stdout.readline()
        process.terminate()


@pytest.mark.parametrize(
    ("options", "more", "scheme"),
    [
        ([], {"IMAGEN_FAKE_PORT": "0"}, "http"),
        (["--port", "0", "--host", "0.0.0.0"], {}, "http"),
        (["--port", "0", "--tls"], {}, "https"),
        ([], {"IMAGEN_FAKE_PORT": "0", "IMAGEN_FAKE_TLS": "1"}, "https"),
        (["--port", "0", "--auth", "issued"], {"http_proxy": "http://127.0.0.1:9"}, "http"),
    ],
)
def test_the_image_knows_its_port_and_whether_it_is_tls(
    options: Sequence[str], more: dict[str, str], scheme: str, tmp_path: Path
) -> None:
    environment = {**variables(tmp_path), **more}
    with container(environment, *options) as said:
        assert f"listens on {scheme}://" in said
        done = checked(environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert said.split()[-1] in done.stdout


def test_the_image_is_unhealthy_where_nothing_answers(tmp_path: Path) -> None:
    environment = variables(tmp_path)
    assert checked(environment).returncode == 1  # Docker keeps 2 for itself
    Path(environment["IMAGEN_FAKE_READY_FILE"]).write_text('{"url": "http://127.0.0.1:9"}')
    done = checked(environment)
    assert (done.returncode, "http://127.0.0.1:9 does not answer" in done.stderr) == (1, True)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:8787", ""])
def test_what_is_no_url_is_told(url: str) -> None:
    done = subprocess.run(
        [*FAKE, "health", "--url", url], capture_output=True, text=True, check=False
    )
    assert (done.returncode, f"{url!r} is no URL" in done.stderr) == (2, True)


def test_what_is_no_fake_is_unhealthy(url: str) -> None:
    done = subprocess.run(
        [*FAKE, "health", "--url", f"{url}/elsewhere"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == f"Error: {url}/elsewhere answers 404; is it a fake's address?\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["no HTTP", "nothing", "a long header", "cut off", "another server"],
)
def test_another_server_is_unhealthy_in_one_line(sent: bytes) -> None:
    class Other(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(sent)

    with ThreadingTCPServer(("127.0.0.1", 0), Other) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        done = subprocess.run(
            [*FAKE, "health", "--url", url], capture_output=True, text=True, check=False
        )
        server.shutdown()
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(f"Error: {url} ")


TYPED, WRITTEN = "http://typed.test", "http://written.test"


@click.command()
@url_options
def where(url: str, ready_file: Path | None) -> None:
    """Show the URL."""
    click.echo(resolve_url(url, ready_file))


@pytest.fixture
def ready(tmp_path: Path) -> str:
    file = tmp_path / "ready.json"
    file.write_text(json.dumps({"url": WRITTEN}))
    return str(file)


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(where, arguments, env=variables)


def test_it_is_where_serve_listens_unless_told_otherwise() -> None:
    assert run().output == f"{DEFAULT_URL}\n"


def test_a_url_is_taken_as_it_is() -> None:
    assert run("--url", TYPED).output == run(IMAGEN_FAKE_URL=TYPED).output == f"{TYPED}\n"


def test_a_ready_file_tells_it(ready: str) -> None:
    assert run("--ready-file", ready).output == f"{WRITTEN}\n"
    assert run(IMAGEN_FAKE_READY_FILE=ready).output == f"{WRITTEN}\n"


def test_what_is_typed_goes_before_variables(ready: str) -> None:
    assert run("--url", TYPED, IMAGEN_FAKE_READY_FILE=ready).output == f"{TYPED}\n"
    assert run("--url", TYPED, IMAGEN_FAKE_READY_FILE="/no/such").output == f"{TYPED}\n"
    assert run("--ready-file", ready, IMAGEN_FAKE_URL=TYPED).output == f"{WRITTEN}\n"


@pytest.mark.parametrize("url", ["http://[::1]:8787", "https://a.test/below/it/", "HTTP://A"])
def test_a_url_may_have_a_path_and_an_address(url: str) -> None:
    assert run("--url", url).output == f"{url}\n"


@sweep(
    "url",
    [
        "nonsense",
        "ftp://h",
        "",
        "http://",
        "http:///a",
        "http://a b",
        "http://a:b",
        "http://[::1",
        "http://a:65536",
        "http://a?b",
        "http://user:secret@a",
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    result = run("--url", url)
    assert (result.exit_code, f"{url!r} is no URL" in result.output) == (2, True)


def test_both_at_once_are_refused(ready: str) -> None:
    result = run("--url", TYPED, "--ready-file", ready)
    assert (result.exit_code, "--url has no effect" in result.output) == (2, True)


def test_a_file_that_is_not_there_is_told_with_who_writes_it(tmp_path: Path) -> None:
    result = run("--ready-file", str(tmp_path / "none.json"))
    assert (result.exit_code, "No such file" in result.output) == (1, True)
    assert "serve --ready-file" in result.output


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"url": 1}', "[" * 100_000])
def test_a_file_of_something_else_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    result = run("--ready-file", str(file))
    assert (result.exit_code, "`imagen-fake serve --ready-file` writes it" in result.output) == (
        2,
        True,
    )
