"""Impossible settings where users give them: on the command line. See test_config.py."""

from click.testing import CliRunner

from imagen_fake.cli.main import main
from imagen_fake.config import Config
from imagen_fake.config_checks import CHECKS
from tests.sweep import sweep


def test_each_check_takes_the_default() -> None:
    for name, refuse in CHECKS.items():
        refuse(name, getattr(Config(), name))


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
