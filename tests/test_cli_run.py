import signal
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from imagen_fake.cli import main

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


def test_a_command_that_is_not_there_is_named() -> None:
    ended = run("--", "no-such-command")
    assert ended.returncode == 1
    assert "no-such-command: No such file or directory" in ended.stderr


def test_a_rule_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(main, ["run", "--rule", "bogus=1", "--", "true"])
    assert result.exit_code == 2
    assert "'bogus=1' is no directive" in result.output


def test_an_option_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(main, ["run", "--bogus", "--", "true"])
    assert (result.exit_code, "No such option" in result.output) == (2, True)


def test_a_file_that_is_no_program_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    ended = run("--", str(file))
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert f"{file}: Permission denied" in ended.stderr
