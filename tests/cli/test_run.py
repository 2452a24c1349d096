import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagen_fake.cli.main import main

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
}
"""How each setting is given, and as what it is told."""

ELSEWHERE = {"rules", "allow_hosts", "allow_origins", "command"}
"""What other tests hold, and what TELL needs."""


def test_every_setting_that_it_takes_is_among_these() -> None:
    assert {str(one.name) for one in main.commands["run"].params} == {*SETTINGS, *ELSEWHERE}


def told_config(*options: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(
        run(*options, *LET_IN, "--", sys.executable, "-c", TELL).stdout
    )
    return told


@pytest.fixture(scope="module")
def usual() -> dict[str, object]:
    return told_config()


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_the_fakes(setting: str, usual: dict[str, object]) -> None:
    options, value = SETTINGS[setting]
    told = told_config(*options)
    assert {name for name in told if told[name] != usual[name]} == {setting}
    assert told[setting] == value


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
