import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from imagen_fake.cli.fake_options import fake_options, to_config


@click.command()
@fake_options
def shown(fonts: tuple[Path, ...], **settings: Any) -> None:  # noqa: ARG001 (loaded by others)
    click.echo(json.dumps([to_config(**settings).rules, to_config(**settings).directives]))


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
@fake_options
def captions(fonts: tuple[Path, ...], **settings: Any) -> None:  # noqa: ARG001 (loaded by others)
    click.echo(to_config(**settings).caption)


def test_where_directives_are_taken_from_is_an_option_and_a_variable() -> None:
    assert told("--directives", "header")[1] == "header"
    assert told(IMAGEN_FAKE_DIRECTIVES="off")[1] == "off"
    assert CliRunner().invoke(shown, ["--directives", "none"]).exit_code == 2
