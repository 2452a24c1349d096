import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from signal import SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM, Signals
from time import monotonic, sleep

import pytest
from click.testing import CliRunner

from imagen_fake.cli.main import main
from imagen_fake.cli.run import resolve_program
from tests.swallowed import signal_at_import

ASK = """
import os, sys, urllib.error, urllib.request
path = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"
body = b'{"instances": [{"prompt": "a red apple"}]}'
try:
    print(urllib.request.urlopen(os.environ["IMAGEN_FAKE_URL"] + path, body).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What `imagen-fake run` with these arguments came to."""
    command = [sys.executable, "-m", "imagen_fake", "run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_command_finds_a_fake_of_its_own() -> None:
    assert run("--", sys.executable, "-c", ASK).stdout == "200\n"


def test_rules_and_settings_are_the_fakes() -> None:
    assert run("--rule", "error=503", "--", sys.executable, "-c", ASK).stdout == "503\n"
    assert run("--as-of", "2026-09-01", sys.executable, "-c", ASK).stdout == "404\n"


TELL = """
import os, urllib.request
asked = urllib.request.Request(os.environ["IMAGEN_FAKE_URL"] + "/_fake/config")
asked.add_header("Host", "fake.test")
asked.add_header("Origin", "https://a.test")
print(urllib.request.urlopen(asked).read().decode())
"""
LET_IN = ("--allow-host", "fake.test", "--allow-origin", "https://a.test")
SETTINGS: dict[str, tuple[tuple[str, ...], object]] = {
    "as_of": (("--as-of", "2026-01-01"), "2026-01-01"),
    "strict": (("--strict",), True),
    "allowlisted": (("--not-allowlisted",), False),
    "approved": (("--not-approved",), False),
    "include_rai_reason": (("--include-rai-reason", "true"), True),
    "directives": (("--directives", "off"), "off"),
    "caption": (("--caption", "off"), "off"),
    "vary_unseeded": (("--vary-unseeded",), True),
}
"""How each setting is given, and as what it is told."""


def test_it_takes_whatever_serve_takes_but_where_that_listens() -> None:
    run, serve = (
        {str(one.name) for one in main.commands[name].params} for name in ("run", "serve")
    )
    assert run - serve == {"command"}
    assert serve - run == {
        "host", "port", "grpc_port", "ready_file", "keys", "tls", "tls_cert", "tls_key",
        "tls_names", "forward", "forward_credentials",
    }  # fmt: skip


def told_config(*options: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(
        run(*options, *LET_IN, "--", sys.executable, "-c", TELL).stdout
    )
    return told


@pytest.fixture(scope="module")
def usual() -> dict[str, object]:
    return told_config()


@pytest.mark.parametrize("names", [[*SETTINGS][::2], [*SETTINGS][1::2]], ids=" ".join)
def test_settings_are_the_fakes(names: list[str], usual: dict[str, object]) -> None:
    told = told_config(*(option for name in names for option in SETTINGS[name][0]))
    changed = {name: value for name, value in told.items() if value != usual[name]}
    assert changed == {name: SETTINGS[name][1] for name in names}


def test_the_exit_code_is_the_commands() -> None:
    assert run("--", sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_a_command_that_a_signal_ended_is_told_as_shells_do() -> None:
    ending = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run("--", sys.executable, "-c", ending).returncode == 128 + signal.SIGKILL


def test_the_variables_lead_googles_clients_to_the_fake(tmp_path: Path) -> None:
    script = tmp_path / "show.py"
    script.write_text(
        "import json, os\n"
        "env = os.environ\n"
        "account = json.load(open(env['GOOGLE_APPLICATION_CREDENTIALS']))\n"
        "assert env['GOOGLE_VERTEX_BASE_URL'] == env['IMAGEN_FAKE_URL']\n"
        "assert account['token_url'] == env['IMAGEN_FAKE_URL'] + '/v1/token'\n"
        "print(env['GOOGLE_APPLICATION_CREDENTIALS'])\n"
    )
    ended = run("--", sys.executable, str(script))
    assert ended.returncode == 0, ended.stderr
    assert not Path(ended.stdout.strip()).exists()


def test_an_option_behind_the_command_is_the_commands() -> None:
    assert run("--", sys.executable, "-c", "import sys; print(sys.argv[1:])", "--rule").stdout == (
        "['--rule']\n"
    )


@pytest.mark.parametrize("command", ["no-such-command", "./no-such-file", "cd /tmp && ls"])
def test_a_command_that_is_not_there_is_named_and_told_as_shells_do(command: str) -> None:
    ended = run("--", command)
    assert (ended.returncode, ended.stdout) == (127, "")
    assert f"{command}: No such file or directory. Is it installed" in ended.stderr
    assert "imagen-fake run -- sh -c" in ended.stderr


def test_a_rule_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(main, ["run", "--rule", "bogus=1", "--", "true"])
    assert result.exit_code == 2
    assert "'bogus=1' is no directive" in result.output


def test_an_option_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(main, ["run", "--bogus", "--", "true"])
    assert (result.exit_code, "No such option" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("mode", "text", "code", "reason"),
    [
        (0o644, "", 126, "Permission denied. Make it executable (chmod +x)"),
        (0o755, "no program", 126, "Exec format error. Make it executable"),
        (0o755, "#!/no/such/interpreter\n", 127, "No such file or directory. Is it installed"),
    ],
)
def test_a_file_that_is_no_program_is_named_and_told_as_shells_do(
    mode: int, text: str, code: int, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    file.chmod(mode)
    ended = run("--", str(file))
    assert (ended.returncode, "Traceback" in ended.stderr) == (code, False)
    assert f"{file}: {reason}" in ended.stderr


def test_a_folder_is_no_program(tmp_path: Path) -> None:
    ended = run("--", str(tmp_path))
    assert (ended.returncode, f"{tmp_path}: Permission denied" in ended.stderr) == (126, True)


RUN = "from imagen_fake.cli import main, run; run.KILL_AFTER_SECONDS = 0.3; main.main()"
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


def test_a_signal_is_heard_even_where_python_swallows_exceptions(tmp_path: Path) -> None:
    hooks, temporary = tmp_path / "hooks", tmp_path / "temporary"
    hooks.mkdir()
    temporary.mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "imagen_fake", "run", "--", "touch", str(tmp_path / "started")],
        env={**os.environ, **signal_at_import(hooks, "jwt"), "TMPDIR": str(temporary)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (128 + SIGTERM, b"")
    assert list(tmp_path.iterdir()) == [hooks, temporary]
    assert list(temporary.iterdir()) == []


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
