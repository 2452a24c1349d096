"""Ctrl-C, whenever it comes: a quiet end, with the exit code that shells have for it."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest

HOOK = """
import os, sys

class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["STAGE"]:
            sys.meta_path.remove(self)
            os.write(1, b"importing\\n")
            os.read(0, 1)

sys.meta_path.insert(0, Hook())
"""
"""Stops an import until standard input has something to read, and says so."""

ENTRY = str(Path(sys.executable).with_name("imagen-fake"))
CAPACITY = 2**16
"""Bytes that a pipe holds."""

STAGES = [
    (["models"], "imagen_fake.cli.main"),
    (["models"], "click"),
    (["models"], "imagen_fake.cli.model_report"),
    (["--help"], "imagen_fake.cli.options"),
    (["render", "an apple"], "PIL.Image"),
    (["openapi"], "imagen_fake.openapi"),
    (["credentials", "-o", "adc.json"], "cryptography"),
    (["env"], "imagen_fake.auth.credentials"),
    (
        ["check", "--model", "imagen-4.0-generate-001", "hooks/sitecustomize.py"],
        "imagen_fake.predict",
    ),
    (["contract"], "hypothesis"),
    (["contract"], "imagen_fake.contract.fuzzing"),
    (["run", "--", "true"], "imagen_fake.server.http"),
    (["run", "--", "true"], "uvicorn"),
    (["serve", "--port", "0"], "imagen_fake.streams"),
    (["serve", "--port", "0"], "imagen_fake.server.http"),
    (["serve", "--port", "0"], "starlette.routing"),
    (["serve", "--port", "0"], "imagen_fake.state.state"),
]


def output(process: "subprocess.Popen[bytes]", data: bytes | None = None) -> tuple[bytes, bytes]:
    """What a process that is about to end has said; one that does not end is killed."""
    try:
        return process.communicate(data, timeout=60)
    finally:
        process.kill()


@pytest.mark.parametrize(("arguments", "stage"), STAGES, ids=lambda one: str(one))
def test_an_interrupt_while_a_module_is_imported_is_a_quiet_end(
    arguments: list[str], stage: str, tmp_path: Path
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(HOOK)
    with subprocess.Popen(
        [ENTRY, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(hooks), "STAGE": stage},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"importing\n"
        process.send_signal(signal.SIGINT)
        told, said = output(process, b"\n")
    assert (process.returncode, told, said) == (130, b"", b"")
    assert list(tmp_path.iterdir()) == [hooks]


def test_an_interrupt_while_input_is_awaited_is_a_quiet_end() -> None:
    command = [ENTRY, "check", "--model", "imagen-4.0-generate-001", "-"]
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with subprocess.Popen(
        command, stdin=reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        sent = 0
        while sent <= CAPACITY:  # more than the pipe holds: it is being read
            try:
                sent += os.write(writing, b" " * 4096)
            except BlockingIOError:
                continue
        deadline = monotonic() + 60
        while process.poll() is None and monotonic() < deadline:  # a read may begin meanwhile
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        told, said = output(process)
        os.close(writing)
        os.close(reading)
    assert (process.returncode, told, said) == (130, b"", b"")


def test_an_interrupt_while_the_contract_awaits_an_answer_is_a_quiet_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        command = [ENTRY, "contract", "--target", url, "--model", "imageverification@001"]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
            server.accept()[0],
        ):
            process.send_signal(signal.SIGINT)
            told, said = output(process)
    assert (process.returncode, told, said) == (130, b"", b"")


def test_an_interrupt_that_a_shell_has_ignored_stays_so(tmp_path: Path) -> None:
    line = 'trap "" INT; "$@" & kill -INT $!; wait $!'
    command = ["/bin/sh", "-c", line, "sh", ENTRY, "openapi", "-o", "made"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    assert (tmp_path / "made").is_file()
