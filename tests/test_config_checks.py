"""Impossible settings where users give them: on the command line. See test_config.py."""

import pytest
from click.testing import CliRunner

from imagen_fake.cli.main import main
from imagen_fake.config import Config, ConfigError
from imagen_fake.config_checks import CHECKS, CONSTRAINTS, check_values
from tests.sweep import sweep


def test_each_check_takes_the_default() -> None:
    for name in {*CHECKS, *CONSTRAINTS}:
        assert hasattr(Config, name)
    check_values(Config())


@sweep(
    ("arguments", "advice"),
    [
        (["serve", "--project", ""], "project must be an id such as imagen-fake"),
        (["serve", "--token-seconds", "99999999999"], "token_seconds must be"),
        (["serve", "--allow-origin", "a.test"], "no origin to allow"),
        (["serve", "--allow-host", "http://a.test"], "no host to allow"),
        (["serve", "--endpoint", "5/6=imagen-4.0-generate-001"], "no id of an endpoint"),
        (["serve", "--auth", "issued", "--deny", ""], "name an account"),
        (["run", "--allow-origin", "a.test", "--", "true"], "no origin to allow"),
        (["run", "--allow-host", "http://a.test", "--", "true"], "no host to allow"),
    ],
)
def test_the_command_line_refuses_it_without_a_traceback(arguments: list[str], advice: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert advice in result.output
    assert "Traceback" not in result.output


def test_an_endpoint_has_two_hundred_characters_at_most() -> None:
    model = "imagen-3.0-generate-002"
    assert Config(endpoints={"5" * 200: model}).endpoints
    with pytest.raises(ConfigError, match="no id of an endpoint"):
        Config(endpoints={"5" * 201: model})


def test_of_a_value_of_another_type_the_beginning_is_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        Config(strict="x" * 1000)  # type: ignore[arg-type] # that is the point
    assert str(caught.value).endswith(f", not '{'x' * 79}.")
