import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from imagen_fake import streams

FAKE = (sys.executable, "-m", "imagen_fake")
BODY = json.dumps({"instances": [{"prompt": "a red apple"}]})

RESULTS = [
    ["--help"],
    ["--version"],
    ["models"],
    ["openapi", "--surface", "aiml"],
    ["env"],
    ["check", "--model", "imagen-4.0-generate-001", "-"],
    ["render", "an apple", "-o", "-"],
    ["credentials", "-o", "-"],
    ["credentials", "--kind", "api-key"],
    ["contract", "--model", "imageverification@001", "--examples", "0"],
]
"""Commands of which nothing is left without standard output."""

DEEDS = [
    ["openapi", "-o", "made"],
    ["render", "an apple", "-o", "made.png"],
    ["credentials", "-o", "made"],
    ["run", "--", sys.executable, "-c", "open('made', 'w')"],
]
"""Commands that make a file `made`, and only tell of it."""


def to_nowhere(arguments: list[str], folder: Path, redirection: str) -> tuple[int, str]:
    """The exit code and what stands on standard error, if a shell redirects that way."""
    line = f'"$@" {redirection}'
    done = subprocess.run(
        ["/bin/sh", "-c", line, "sh", *FAKE, *arguments],
        cwd=folder,
        env={**os.environ, "IMAGEN_FAKE_KEYS": str(folder / "keys")},
        input=BODY,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def to_a_pipe_that_nobody_reads(arguments: list[str], folder: Path) -> tuple[int, str]:
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [*FAKE, *arguments],
        cwd=folder,
        env={**os.environ, "IMAGEN_FAKE_KEYS": str(folder / "keys")},
        stdin=subprocess.PIPE,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(writing)
        _, said = process.communicate(BODY)
    return process.returncode, said


@pytest.mark.parametrize("arguments", RESULTS, ids=" ".join)
def test_a_result_for_a_closed_standard_output_is_an_error_of_one_line(
    arguments: list[str], tmp_path: Path
) -> None:
    code, said = to_nowhere(arguments, tmp_path, ">&-")
    assert (code, said) == (1, "Error: standard output is closed\n")


@pytest.mark.parametrize("arguments", RESULTS[:3], ids=" ".join)
def test_a_result_for_a_full_disk_is_an_error_of_one_line(
    arguments: list[str], tmp_path: Path
) -> None:
    code, said = to_nowhere(arguments, tmp_path, ">/dev/full")
    assert (code, said) == (1, "Error: No space left on device\n")


@pytest.mark.parametrize("arguments", RESULTS, ids=" ".join)
def test_a_result_that_nobody_reads_is_no_matter(arguments: list[str], tmp_path: Path) -> None:
    assert to_a_pipe_that_nobody_reads(arguments, tmp_path) == (1, "")


@pytest.mark.parametrize("arguments", DEEDS, ids=lambda one: one[0])
@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", ">&- <&-"])
def test_a_deed_needs_no_standard_output(
    arguments: list[str], redirection: str, tmp_path: Path
) -> None:
    assert to_nowhere(arguments, tmp_path, redirection) == (0, "")
    assert [file for file in tmp_path.iterdir() if file.stem == "made"]


@pytest.mark.parametrize("arguments", DEEDS, ids=lambda one: one[0])
def test_a_deed_needs_no_reader(arguments: list[str], tmp_path: Path) -> None:
    assert to_a_pipe_that_nobody_reads(arguments, tmp_path) == (0, "")


@pytest.mark.parametrize("arguments", [*RESULTS[:1], *RESULTS[-2:], *DEEDS], ids=" ".join)
def test_every_command_ends_without_any_standard_stream(
    arguments: list[str], tmp_path: Path
) -> None:
    code, _ = to_nowhere(arguments, tmp_path, ">&- 2>&- <&-")
    assert code == (0 if arguments in DEEDS else 1)


def served_without_streams(folder: Path, redirection: str) -> tuple[int, str]:
    """What a server that is asked for its health, then told to stop, comes to."""
    ready = folder / "ready.json"
    os.mkfifo(ready)
    with subprocess.Popen(
        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *FAKE, "serve", "--port", "0",
         "--ready-file", str(ready)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        url = json.loads(ready.read_text())["url"]
        asked = subprocess.run([*FAKE, "health", "--url", url], capture_output=True, check=False)
        assert asked.returncode == 0
        process.terminate()
        _, said = process.communicate()
    return process.returncode, said


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", ">&- <&-"])
def test_a_server_serves_without_standard_output(redirection: str, tmp_path: Path) -> None:
    assert served_without_streams(tmp_path, redirection) == (143, "")


@pytest.mark.parametrize(
    ("options", "is_right"),
    [
        (["render", "an apple", "-o", "-"], lambda made: made.startswith(b"\x89PNG")),
        (["openapi", "-o", "-"], lambda made: json.loads(made)["openapi"] == "3.1.0"),
        (["credentials", "-o", "-"], lambda made: "private_key" in json.loads(made)),
        (
            ["credentials", "--kind", "authorized-user", "-o", "-"],
            lambda made: "refresh_token" in json.loads(made),
        ),
        (["credentials", "--kind", "api-key", "-o", "-"], lambda made: made.startswith(b"AIza")),
        (
            ["contract", "--model", "imageverification@001", "--examples", "0", "--report", "-"],
            lambda made: json.loads(made)["findings"] == [],
        ),
    ],
)
def test_a_dash_is_standard_output(
    options: list[str], is_right: Callable[[bytes], bool], tmp_path: Path
) -> None:
    done = subprocess.run(
        [*FAKE, *options],
        cwd=tmp_path,
        env={**os.environ, "IMAGEN_FAKE_KEYS": str(tmp_path / "keys")},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, is_right(done.stdout)) == (0, True), done.stderr
    assert not (tmp_path / "-").exists()


def test_a_file_of_that_name_can_be_meant(tmp_path: Path) -> None:
    command = [*FAKE, "render", "an apple", "-o", "./-"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "end it in one of" in done.stderr) == (2, True)
    command = [*FAKE, "openapi", "-o", "./-"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, (tmp_path / "-").is_file()) == ("", True)


def test_the_ready_file_may_be_standard_output() -> None:
    command = [*FAKE, "serve", "--port", "0", "--ready-file", "-"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = json.loads(process.stdout.readline())["url"]
        process.terminate()
        left, said = process.communicate()
    assert (left, f"listens on {url}" in said) == ("", True)


@pytest.mark.parametrize("data", ["a red apple ŷ", b"\xff\x00"])
def test_text_and_bytes_are_written_as_they_are(data: str | bytes, tmp_path: Path) -> None:
    file = tmp_path / "file"
    streams.write(file, data)
    assert file.read_bytes() == (data.encode() if isinstance(data, str) else data)
