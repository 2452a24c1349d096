from pathlib import Path

import click
import pytest
from click.core import ParameterSource

from imagen_fake.cli.config_file import CONFIG_FILE, ConfigFile
from imagen_fake.cli.main import main
from imagen_fake.cli.origins import NOTED, origins

FILE = ConfigFile(Path("/p/imagen-fake.toml"), "", {}, None)


def said(
    name: str, value: object, source: ParameterSource = ParameterSource.DEFAULT_MAP
) -> list[str]:
    context = click.Context(main.commands["serve"])
    context.meta[CONFIG_FILE] = FILE
    context.params[name] = value
    context.set_parameter_source(name, source)
    return [*origins(context)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("storage", "gs"), ("host", "0.0.0.0"), ("host", "::"), ("allow_origins", ("https://a",)),
        ("allow_hosts", ("a.test",)), ("keys", Path("/p/keys")), ("url", "https://a.test"),
    ],
)  # fmt: skip
def test_what_opens_the_fake_or_leads_elsewhere_is_said(name: str, value: object) -> None:
    (text,) = said(name, value)
    assert text.startswith(f"{name} = ")
    assert text.endswith(f"(/p/imagen-fake.toml: {name})")
    for source in set(ParameterSource) - {ParameterSource.DEFAULT_MAP}:
        assert said(name, value, source) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("storage", Path("/p/bucket")), ("storage", None), ("host", "127.0.0.1"), ("host", "::1"),
        ("host", "localhost"), ("allow_origins", ()), ("strict", True), ("port", 80),
    ],
)  # fmt: skip
def test_what_is_harmless_is_not(name: str, value: object) -> None:
    assert said(name, value) == []


def test_what_is_noted_are_options() -> None:
    names = {one.name for command in main.commands.values() for one in command.params}
    assert set(NOTED) - names <= {"forward", "forward_credentials"}
