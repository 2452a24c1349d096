import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from imagen_fake.cli.main import main
from imagen_fake.cli.options import (
    CliGroup,
    FolderPath,
    config_options,
    option,
    rule_option,
    to_config,
)
from tests.sweep import sweep


@click.command()
@option("--token-seconds", default=1)
@option("--allowlisted/--not-allowlisted", default=True)
def command(token_seconds: int, allowlisted: bool) -> None:
    click.echo(f"{token_seconds} {allowlisted}")


@pytest.mark.parametrize(
    ("arguments", "variables", "shown"),
    [
        ([], {}, "1 True"),
        (["--token-seconds", "2", "--not-allowlisted"], {}, "2 False"),
        ([], {"IMAGEN_FAKE_TOKEN_SECONDS": "3", "IMAGEN_FAKE_ALLOWLISTED": "0"}, "3 False"),
        (["--token-seconds", "2"], {"IMAGEN_FAKE_TOKEN_SECONDS": "3"}, "2 True"),
    ],
)
def test_an_option_is_a_variable_too(
    arguments: list[str], variables: dict[str, str], shown: str
) -> None:
    assert CliRunner().invoke(command, arguments, env=variables).output == f"{shown}\n"


def test_help_names_the_variable_and_the_default() -> None:
    shown = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert "IMAGEN_FAKE_TOKEN_SECONDS" in shown
    assert "default: 1" in shown


@click.command()
@rule_option
@config_options
def shown(rules: tuple[str, ...], **settings: Any) -> None:
    click.echo(json.dumps([rules, to_config(**settings).directives]))


def told(*arguments: str, **variables: str) -> Any:
    made = CliRunner().invoke(shown, arguments, env=variables)
    assert made.exit_code == 0, made.output
    return json.loads(made.output)


RULES = ["model=imagen-4* error=503 times=2", 'error="429:Slow down."']


def test_rules_are_repeated_options_or_the_lines_of_a_variable() -> None:
    assert told() == [[], "all"]
    assert told("--rule", RULES[0], "--rule", RULES[1])[0] == RULES
    assert told(IMAGEN_FAKE_RULE=RULES[0])[0] == RULES[:1]
    assert told(IMAGEN_FAKE_RULE="\n".join(["", *RULES, ""]))[0] == RULES


@pytest.mark.parametrize("rule", ["fliter=1", "surface=vertx drop", "error=503:it's"])
def test_a_rule_that_cannot_be_followed_is_refused_at_the_start(rule: str) -> None:
    made = CliRunner().invoke(shown, ["--rule", rule])
    assert made.exit_code == 2
    assert "Invalid value for '--rule'" in made.output


def test_captions_are_on_unless_switched_off_by_option_or_variable() -> None:
    def captioned(*arguments: str, **variables: str) -> str:
        return CliRunner().invoke(captions, arguments, env=variables).output.strip()

    assert captioned() == "on"
    assert captioned("--caption", "off") == captioned(IMAGEN_FAKE_CAPTION="off") == "off"
    assert CliRunner().invoke(captions, ["--caption", "no"]).exit_code == 2


@click.command()
@config_options
def captions(**settings: Any) -> None:
    click.echo(to_config(**settings).caption)


def test_where_directives_are_taken_from_is_an_option_and_a_variable() -> None:
    assert told("--directives", "header")[1] == "header"
    assert told(IMAGEN_FAKE_DIRECTIVES="off")[1] == "off"
    assert CliRunner().invoke(shown, ["--directives", "none"]).exit_code == 2


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


@click.command()
@option("--where", type=FolderPath(writable=True))
def keep(where: Path) -> None:
    click.echo(where)


@sweep(
    ("arguments", "names"),
    [
        (["serve", "--ready-file", ""], "file"),
        (["serve", "--storage", ""], "folder"),
        (["serve", "--keys", ""], "folder"),
        (["render", "a red apple", "-o", ""], "file"),
        (["openapi", "-o", ""], "file"),
        (["credentials", "-o", ""], "file"),
        (["contract", "--report", ""], "file"),
        (["contract", "--record", ""], "folder"),
    ],
)
def test_a_variable_of_the_shell_that_is_not_set_is_no_path(
    arguments: list[str], names: str
) -> None:
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, f"an empty path names no {names}." in result.output) == (2, True)


@pytest.mark.parametrize("where", ["/proc/none", "/proc", "/dev/null/below"])
def test_a_folder_that_will_be_written_to_is_tried(where: str) -> None:
    result = CliRunner().invoke(keep, ["--where", where])
    assert (result.exit_code, f"'{where}'" in result.output) == (2, True)


def test_trying_a_folder_makes_it_and_leaves_nothing_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert CliRunner().invoke(keep, ["--where", str(folder)]).output == f"{folder}\n"
    assert list(folder.iterdir()) == []
