import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from imagen_fake import __version__
from imagen_fake.cli.main import main
from tests.http import call
from tests.sweep import sweep


def run(*arguments: str, stdin: str | None = None, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin, env=variables)


def request(**parameters: object) -> str:
    return json.dumps({"instances": [{"prompt": "a red apple"}], "parameters": parameters})


def test_the_version_is_the_packages() -> None:
    assert run("--version").output == f"imagen-fake, version {__version__}\n"


def options() -> list[tuple[str, click.Option]]:
    return [
        (name, parameter)
        for name, command in main.commands.items()
        for parameter in command.params
        if isinstance(parameter, click.Option)
    ]


@sweep(("command", "option"), options())
def test_every_option_has_a_variable_and_a_help_text(command: str, option: click.Option) -> None:
    assert command in main.commands
    assert (
        option.envvar
        == f"IMAGEN_FAKE_{option.opts[0].removeprefix('--')}".replace("-", "_").upper()
    )
    assert option.help


def test_serve_says_where_it_listens_and_stops_when_interrupted(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "imagen_fake", "serve", "--ready-file", str(ready)],
        env={**os.environ, "IMAGEN_FAKE_PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(7)]
        url = json.loads(ready.read_text())["url"]
        assert said[0] == f"imagen-fake {__version__} listens on {url}\n"
        assert url in "".join(said[4:7])
        assert call(url, "/_fake/health").json["status"] == "ok"
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0


@pytest.mark.parametrize("host", ["", "0.0.0.0"])
def test_serve_says_who_can_ask_and_takes_the_hosts_it_is_given(tmp_path: Path, host: str) -> None:
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "imagen_fake", "serve", "--host", host, "--port", "0"]
    options = ["--ready-file", str(ready), "--allow-host", "fake.test"]
    with subprocess.Popen(
        [*command, *options], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        for _ in range(7):
            process.stdout.readline()
        url = json.loads(ready.read_text())["url"]
        assert call(url, "/_fake/health", Host="fake.test").status == 200
        assert call(url, "/_fake/health", Host="evil.example").status == 403
        process.send_signal(signal.SIGINT)
        assert "anyone on the network can ask" in process.stderr.read()


@pytest.mark.parametrize(
    ("option", "value"), [("--allow-origin", "https://a.test/"), ("--allow-host", "http://a.test")]
)
def test_serve_says_what_is_no_origin_and_no_host(option: str, value: str) -> None:
    result = run("serve", option, value)
    assert (result.exit_code, f"{value!r} is no " in result.output) == (2, True)


def test_serve_wants_a_folder_for_its_storage(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    result = run("serve", IMAGEN_FAKE_STORAGE=str(tmp_path / "file"))
    assert (result.exit_code, "is a file" in result.output) == (2, True)


def test_serve_says_when_a_port_is_taken(url: str) -> None:
    port = url.rpartition(":")[2]
    command = [sys.executable, "-m", "imagen_fake", "serve", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"Port {port} of 127.0.0.1 is taken; --port 0 takes a free one." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("pair", ["42", "=imagen-3.0-generate-002", "42=no-such-model"])
def test_an_endpoint_without_a_known_model_is_a_usage_error(pair: str) -> None:
    result = run("serve", "--endpoint", pair)
    assert result.exit_code == 2
    assert pair.rpartition("=")[2] in result.output
