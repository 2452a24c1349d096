"""Every command reads the configuration file, below variables, below flags."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.fake_options import fake_options, to_config
from imagen_fake.cli.group import CliGroup
from imagen_fake.cli.main import main
from imagen_fake.cli.options import option
from tests.sweep import sweep


@click.group(cls=CliGroup)
def own() -> None: ...


@own.command()
@option("--host", default="127.0.0.1")
@fake_options
def show(host: str, fonts: tuple[Path, ...], **settings: Any) -> None:
    config = to_config(**settings)
    shown = {name: str(getattr(config, name)) for name in ("caption", "strict", "as_of", "rules")}
    click.echo(json.dumps({**shown, "host": host, "fonts": len(fonts)}))


@own.command()
def plain() -> None:
    click.echo("plain")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(text: str, name: str = "imagen-fake.toml") -> Path:
    Path(name).write_text(text)
    return Path(name).absolute()


def ask(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(own, ["show", *arguments], env=variables)


def shown(*arguments: str, **variables: str) -> Any:
    result = ask(*arguments, **variables)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_file_counts_below_variables_which_count_below_flags() -> None:
    put('caption = "off"\nstrict = true\nas_of = 2026-08-18\nrules = ["error=503"]')
    assert shown() == {
        "caption": "off",
        "strict": "True",
        "as_of": "2026-08-18",
        "rules": "('error=503',)",
        "host": "127.0.0.1",
        "fonts": 0,
    }
    assert shown(IMAGEN_FAKE_CAPTION="on")["caption"] == "on"
    assert shown("--caption", "on", IMAGEN_FAKE_CAPTION="off")["caption"] == "on"
    assert shown("--no-strict")["strict"] == shown(IMAGEN_FAKE_STRICT="0")["strict"] == "False"
    assert shown("--rule", "error=429")["rules"] == "('error=429',)"


def test_a_file_may_be_named_or_none_be_read() -> None:
    put("strict = true")
    other = str(put('caption = "off"', "other.toml"))
    assert shown("--config", other)["strict"] == "False"
    assert shown("--config", other)["caption"] == "off"
    assert shown("--no-config")["strict"] == "False"
    assert shown(IMAGEN_FAKE_CONFIG=other)["caption"] == "off"
    assert shown(IMAGEN_FAKE_NO_CONFIG="1")["strict"] == "False"
    assert shown("--config", other, IMAGEN_FAKE_NO_CONFIG="1")["caption"] == "off"
    assert shown("--no-config", IMAGEN_FAKE_CONFIG=other)["caption"] == "on"
    for arguments in (["--config", other, "--no-config"], ["--no-config", "--config", other]):
        result = ask(*arguments)
        assert (result.exit_code, "Either --config FILE or --no-config" in result.output) == (
            2,
            True,
        )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "imagen-fake.toml is no TOML"),
        ("strit = true", "strit is unknown. Did you mean 'strict'?"),
        ('strict = "yes"', "strict must be true or false, not 'yes'"),
        ("cache_mb = -1", "/imagen-fake.toml: cache_mb: -1 is not in the range"),
        ('caption = "of"', "/imagen-fake.toml: caption: 'of' is not one of"),
        ('rules = ["fliter=1"]', "/imagen-fake.toml: rules: "),
        ('endpoints = {"7" = "imagn"}', "endpoints: There is no model 'imagn'"),
        ('as_of = "soon"', "/imagen-fake.toml: as_of: 'soon' does not match"),
        ('fonts = ["none.ttf"]', "/imagen-fake.toml: fonts: File '"),
        ('denied = ["bob"]', "--deny has no effect without --auth issued"),
        ('[show]\ncaption = "of"', "/imagen-fake.toml: show.caption: 'of' is not one of"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_words_with_its_place(text: str, told: str) -> None:
    file = put(text)
    result = ask()
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert told in " ".join(result.output.split()), result.output
    assert str(file) in result.output or "no effect" in told


def test_help_and_the_version_ask_for_no_file() -> None:
    put("[")
    for arguments in (["show", "--help"], ["--help"], ["plain"]):
        assert CliRunner().invoke(own, arguments).exit_code == 0
    assert CliRunner().invoke(own, ["show", "--no-config"]).exit_code == 0


@sweep("command", main.commands)
def test_every_command_with_settings_reads_the_file(command: str) -> None:
    names = {one.name for one in main.commands[command].params}
    assert {"config", "no_config"} <= names or command == "config"


def test_what_lets_others_in_is_said_with_its_place() -> None:
    file = put('host = "0.0.0.0"\nallow_hosts = ["fake.test"]\ncaption = "off"')
    assert ask().stderr.splitlines() == [
        f'imagen-fake: host = "0.0.0.0" ({file}: host)',
        f'imagen-fake: allow_hosts = ["fake.test"] ({file}: allow_hosts)',
    ]
    assert ask("--host", "0.0.0.0", IMAGEN_FAKE_ALLOW_HOST="a.test").stderr == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "/a/b"), "/a/b: No such file"),
        (OSError(28, "No space left on device"), "Error: No space left on device"),
        (OSError("in words alone"), "Error: in words alone"),
    ],
)
def test_a_failure_of_the_disk_is_a_line(error: OSError, said: str) -> None:
    @click.group(cls=CliGroup)
    def main() -> None: ...

    @main.command()
    def fail() -> None:
        raise error

    result = CliRunner().invoke(main, ["fail"])
    assert (result.exit_code, said in result.output) == (1, True)
