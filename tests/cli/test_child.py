import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from signal import SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM, Signals
from time import monotonic, sleep

import pytest

from imagen_fake.cli.child import resolve_program

RUN = "from imagen_fake.cli import child, main; child.KILL_AFTER_SECONDS = 0.3; main.main()"
WAITING = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
STUBBORN = """
import os, signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
print(os.getpid(), flush=True)
while True:
    signal.pause()
"""
POLITE = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
print(os.getpid(), flush=True)
signal.pause()
"""
COUNTING = """
import signal, sys, time
heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(1))
print("ready", flush=True)
while not heard:
    time.sleep(0.01)
time.sleep(0.3)
sys.exit(40 + len(heard))
"""


@contextmanager
def running(folder: Path, *command: str) -> Iterator["subprocess.Popen[str]"]:
    """`imagen-fake run` with a command, and this folder for temporary files."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "run", "--", *command],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as parent:
        try:
            yield parent
        finally:
            parent.kill()


def ended(parent: "subprocess.Popen[str]", *numbers: Signals) -> tuple[int, int, str]:
    """The pid that a command has printed, the exit code after these signals, the errors."""
    assert parent.stdout
    pid = int(parent.stdout.readline())
    for number in numbers:
        parent.send_signal(number)
    _, errors = parent.communicate(timeout=30)
    return pid, parent.returncode, errors


def is_gone(pid: int) -> bool:
    """Whether there soon is no process of that number but perhaps a zombie."""
    deadline = monotonic() + 10
    while monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        sleep(0.02)
    return False


@pytest.mark.parametrize("number", [SIGTERM, SIGHUP, SIGQUIT])
def test_a_signal_for_the_parent_alone_ends_the_command(tmp_path: Path, number: Signals) -> None:
    with running(tmp_path, sys.executable, "-c", WAITING) as parent:
        pid, code, errors = ended(parent, number)
    assert (code, errors) == (128 + number, "")
    assert is_gone(pid)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_ends_the_command_too(tmp_path: Path) -> None:
    with running(tmp_path, "sleep", "300") as parent:
        folder = made(tmp_path)
        parent.send_signal(SIGINT)
        assert parent.wait(30) == 128 + SIGINT
        assert not folder.exists()


def made(folder: Path) -> Path:
    """The temporary folder, once there is one; before, Python tries whether a file can be there."""
    deadline = monotonic() + 30
    while not (found := list(folder.glob("imagen-fake-*"))):
        assert monotonic() < deadline
        sleep(0.01)
    return found[0]


def test_what_the_command_has_started_is_ended_as_well(tmp_path: Path) -> None:
    inner = f"{sys.executable} -c '{WAITING}' & wait"
    with running(tmp_path, "sh", "-c", inner) as parent:
        pid, code, _ = ended(parent, SIGTERM)
    assert code == 128 + SIGTERM
    assert is_gone(pid)


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_what_does_not_end_with_the_command_that_started_it_is_killed(
    tmp_path: Path, number: Signals
) -> None:
    script = tmp_path / "stubborn.py"
    script.write_text(STUBBORN)
    with running(tmp_path, "sh", "-c", f"{sys.executable} {script} & wait") as parent:
        pid, code, _ = ended(parent, number)
    assert code == 128 + number
    assert is_gone(pid)


def test_a_command_that_does_not_end_is_killed(tmp_path: Path) -> None:
    with running(tmp_path, sys.executable, "-c", STUBBORN) as parent:
        pid, code, errors = ended(parent, SIGTERM, SIGINT, SIGTERM)
    assert (code, errors) == (128 + SIGKILL, "")
    assert is_gone(pid)
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_ends_by_itself_has_its_own_code(tmp_path: Path) -> None:
    with running(tmp_path, sys.executable, "-c", POLITE) as parent:
        _, code, _ = ended(parent, SIGTERM)
    assert code == 5


def test_a_signal_at_any_time_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path, sys.executable, "-c", WAITING) as parent:
        made(tmp_path)
        for _ in range(3):
            parent.send_signal(SIGTERM)
        parent.communicate(timeout=30)
    assert parent.returncode == 128 + SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_in_a_terminal_an_interrupt_reaches_the_command_once() -> None:
    leader, follower = pty.openpty()
    code = f"import os, pty; raise SystemExit(os.waitstatus_to_exitcode(pty.spawn({command()!r})))"
    with subprocess.Popen([sys.executable, "-c", code], stdin=follower, stdout=follower) as outer:
        os.close(follower)
        try:
            seen = b""
            while b"ready" not in seen:
                seen += os.read(leader, 1024)
            os.write(leader, b"\x03")
            assert outer.wait(30) == 41
        finally:
            outer.kill()
    os.close(leader)


def command() -> list[str]:
    return [sys.executable, "-m", "imagen_fake", "run", "--", sys.executable, "-c", COUNTING]


def test_a_program_is_looked_for_where_the_system_looks() -> None:
    assert resolve_program(["sh", "-c", "true"]) == [which("sh"), "-c", "true"]
    assert resolve_program(["no-such-program"]) == ["no-such-program"]
