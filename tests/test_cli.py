import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from imagen_fake import __version__, spec
from imagen_fake.cli import main
from tests.http import call


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


@pytest.mark.parametrize(("command", "option"), options())
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


def test_models_lists_every_model() -> None:
    lines = run("models").output.splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(spec.model_ids())


def test_models_of_a_day_say_how_each_stood() -> None:
    output = run("models", "--as-of", "2025-10-20").output
    assert re.search(
        r"^imagegeneration@006 .*gone since 2025-09-24 +never there$", output, re.MULTILINE
    )
    both = r"-preview-06-06 .*2025-11-30, deprecated +2025-11-30, deprecated$"
    assert re.search(both, output, re.MULTILINE)
    assert "not before" in run("models", "--as-of", "2024-01-01").output


def test_models_of_an_id_tells_every_parameter() -> None:
    output = run("models", "imagegeneration@005").output
    for name in spec.read("tasks/generate.json")["$defs"]["parameters"]["properties"]:
        assert re.search(rf"^{name}", output, re.MULTILINE)
    assert "refused" in output


def test_models_of_an_unknown_id_says_what_to_do() -> None:
    result = run("models", "nope")
    assert (result.exit_code, "imagen-fake models" in result.output) == (2, True)


def test_check_says_what_is_taken() -> None:
    result = run("check", "-", "--model", "imagen-4.0-generate-001", stdin=request(sampleCount=2))
    assert (result.exit_code, result.output) == (
        0,
        "ok: generate on imagen-4.0-generate-001, 2 asked, 0 filtered\n",
    )


def test_check_warns_of_what_is_ignored() -> None:
    asked = request(sampleCuont=2)
    result = run("check", "-", "--model", "imagen-4.0-generate-001", stdin=asked)
    assert result.output.startswith("warning: parameters.sampleCuont")


def test_check_warns_of_half_written_directives() -> None:
    asked = json.dumps({"instances": [{"prompt": "an apple [fake error=503]"}]})
    for more, said, code in ([], "warning: ", 0), (["--strict"], "refused: 400 INVALID", 1):
        result = run("check", "-", "--model", "imagen-4.0-generate-001", *more, stdin=asked)
        assert result.exit_code == code
        assert result.output.startswith(said)
        assert "'[fake error=503]' in the prompt is taken as words" in result.output


def test_check_fails_with_the_words_of_the_service(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(request(sampleCount=9))
    result = run("check", str(file), "--model", "imagen-4.0-generate-001")
    assert result.exit_code == 1
    assert result.output.startswith("refused: 400 INVALID_ARGUMENT\nImage generation failed")


def test_check_of_a_day_knows_what_was_gone() -> None:
    result = run(
        "check", "-", "--model", "imagegeneration@006", stdin=request(),
        IMAGEN_FAKE_AS_OF="2026-01-01",
    )  # fmt: skip
    assert result.output.startswith("refused: 404 NOT_FOUND")


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.webp", "WEBP"), ("a.ico", "ICO")]
)
def test_render_draws_into_a_file_of_the_kind_it_ends_in(
    tmp_path: Path, name: str, kind: str
) -> None:
    file = tmp_path / name
    result = run("render", "a red apple", "-o", str(file), "--aspect-ratio", "16:9")
    assert result.exit_code == 0
    with Image.open(file) as image:
        assert image.format == kind
        assert image.size == (1408, 768) or kind == "ICO"


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.ttf"
    file.write_text("no font")
    result = run("render", "x", "-o", str(tmp_path / "x.png"), "--font", str(file))
    assert result.exit_code == 2
    assert "a.ttf is not a scalable font" in result.output


def test_render_takes_a_seed_and_a_size(tmp_path: Path) -> None:
    files = [tmp_path / "1.png", tmp_path / "2.png"]
    for seed, file in enumerate(files):
        run("render", "a cat", "-o", str(file), "--seed", str(seed), "--image-size", "2k")
    with Image.open(files[0]) as image:
        assert image.size == (2048, 2048)
    assert files[0].read_bytes() != files[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a cat", "--aspect-ratio", "2:1"], "Invalid aspect ratio, 2:1"),
        (["Violence and gore"], "try other words"),
        (["a cat", "-o", "a.svg"], "end it in one of png"),
    ],
)
def test_render_says_why_it_does_not_draw(tmp_path: Path, arguments: list[str], said: str) -> None:
    result = run("render", "-o", str(tmp_path / "a.png"), *arguments)
    assert result.exit_code > 0
    assert said in result.output


@pytest.mark.parametrize("pair", ["42", "=imagen-3.0-generate-002", "42=no-such-model"])
def test_an_endpoint_without_a_known_model_is_a_usage_error(pair: str) -> None:
    result = run("serve", "--endpoint", pair)
    assert result.exit_code == 2
    assert pair.rpartition("=")[2] in result.output
