"""`imagen-fake config` says what holds, and where it comes from."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagen_fake.cli.file_values import keys
from imagen_fake.cli.main import main
from tests.sweep import sweep


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(*arguments: str, **variables: str) -> dict[str, tuple[str, str]]:
    """The value and the origin of each setting."""
    result = CliRunner().invoke(main, ["config", *arguments], env=variables)
    assert result.exit_code == 0, result.output
    lines = re.findall(r"^(\w+) += (.*?) +# (.*)$", result.output, re.MULTILINE)
    return {name: (value, origin) for name, value, origin in lines}


def test_each_setting_is_shown_with_its_origin(here: Path) -> None:
    (here / "imagen-fake.toml").write_text("port = 9000\ncache_mb = 1\n[serve]\nproject = 'p'")
    shown = config("--journal-mb", "7", IMAGEN_FAKE_CACHE_MB="2")
    assert shown["port"] == ("9000", f"{here}/imagen-fake.toml: port")
    assert shown["project"] == ('"p"', f"{here}/imagen-fake.toml: serve.project")
    assert shown["cache_mb"] == ("2", "IMAGEN_FAKE_CACHE_MB")
    assert shown["journal_mb"] == ("7", "--journal-mb")
    assert shown["host"] == ('"127.0.0.1"', "default")
    assert shown["as_of"] == ("not set", "default")


def test_a_pyproject_is_named_with_its_table(here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.imagen-fake]\nport = 9000")
    assert config()["port"] == ("9000", f"{here}/pyproject.toml: tool.imagen-fake.port")
    assert config("--no-config")["port"] == ("8787", "default")
    (here / "other.toml").write_text("port = 9001")
    assert config("--config", "other.toml")["port"] == ("9001", f"{here}/other.toml: port")


@sweep("command", main.commands)
def test_every_setting_of_every_command_is_shown_without_its_arguments(command: str) -> None:
    assert set(config(command)) == set(keys(main.commands[command]))


def test_help_is_of_the_command_that_it_is_asked_of() -> None:
    assert "Usage: main config" in CliRunner().invoke(main, ["config", "--help"]).output
    assert "Usage: main run" in CliRunner().invoke(main, ["config", "run", "--help"]).output


def test_the_options_of_the_command_are_its_own() -> None:
    assert config("run", "--strict", "--", "npm", "test")["strict"] == ("true", "--strict")
    for arguments in (["config", "--colour", "red"], ["config", "--port", "x"]):
        assert CliRunner().invoke(main, arguments).exit_code == 2


def test_nothing_is_made_and_no_credential_is_shown(here: Path) -> None:
    secret = "AIza" + "x" * 35
    (here / "imagen-fake.toml").write_text(
        f"storage = 'bucket'\nrules = ['error=\"429:{secret}\"']"
    )
    result = CliRunner().invoke(main, ["config", "--allow-origin", "https://a:s3cret@b.test"])
    assert result.exit_code == 0
    assert [file.name for file in here.iterdir()] == ["imagen-fake.toml"]
    assert secret not in result.output
    assert "s3cret" not in result.output


def test_the_file_is_named_or_said_to_be_none(here: Path) -> None:
    assert CliRunner().invoke(main, ["config"]).output.startswith("# configuration file: none\n")
    (here / "imagen-fake.toml").write_text("")
    assert (
        f"# configuration file: {here}/imagen-fake.toml"
        in CliRunner().invoke(main, ["config"]).output
    )
    (here / "imagen-fake.toml").write_text("[")
    assert "is no TOML" in CliRunner().invoke(main, ["config"]).output
