import click
import pytest
from click.testing import CliRunner

from imagen_fake.cli.options import option


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
