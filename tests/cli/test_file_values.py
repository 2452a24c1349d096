"""What may stand in a configuration file, and what a command makes of it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from imagen_fake.cli.config_file import ConfigFile, ConfigFileError
from imagen_fake.cli.file_values import file_values, keys
from imagen_fake.cli.main import main
from tests.sweep import sweep

FOLDER = Path("/repo/app")


def file_of(settings: dict[str, Any], boundary: Path | None = Path("/repo")) -> ConfigFile:
    return ConfigFile(FOLDER / "pyproject.toml", "tool.imagen-fake", settings, boundary)


def values(command: str, /, **settings: Any) -> Any:
    return file_values(file_of(settings), main.commands[command], main.commands)


def test_a_command_takes_what_concerns_it() -> None:
    settings = {"caption": "off", "port": 9000, "seed": 7}
    assert values("serve", **settings) == {"caption": "off", "port": 9000}
    assert values("render", **settings) == {"caption": "off", "seed": 7}
    assert values("models", **settings) == {}


def test_the_table_of_a_command_counts_before_what_stands_above_it() -> None:
    for settings in (
        {"model": "a", "seed": 1, "render": {"model": "b"}},
        {"render": {"model": "b"}, "model": "a", "seed": 1},
    ):
        assert values("render", **settings) == {"model": "b", "seed": 1}
        assert values("contract", **settings) == {"model": "a", "seed": 1}


def test_an_option_may_be_named_like_a_command() -> None:
    settings = {"credentials": "adc.json"}
    assert values("env", **settings) == {"credentials": "/repo/app/adc.json"}
    assert values("credentials", credentials={"kind": "api-key"}) == {"kind": "api-key"}


OF_KINDS: dict[str, tuple[Any, Any, str]] = {
    "strict": (True, True, "true or false"),
    "include_rai_reason": (False, False, "true or false"),
    "port": (0, 0, "an integer"),
    "budget": (1, 1, "a number"),
    "rules": (["a", "b"], ["a", "b"], 'a list of texts, such as ["…"]'),
    "endpoints": ({"7": "m"}, ["7=m"], 'a table of texts, such as {"…" = "…"}'),
    "pictures": (
        {"image": "a.png"},
        ["image=/repo/app/a.png"],
        'a table of texts, such as {"…" = "…"}',
    ),
    "project": ("p", "p", "a text"),
    "keys": ("k", "/repo/app/k", "a text"),
    "fonts": (["f.ttf"], ["/repo/app/f.ttf"], 'a list of texts, such as ["…"]'),
}
WRONG: tuple[Any, ...] = (
    True, 7, 1.5, "a", "a\0b", ["a"], [1], [["a"]], {"a": "b"}, {"a": 1}, {"a": {"b": "c"}},
)  # fmt: skip


@sweep("key", OF_KINDS)
@sweep("value", WRONG)
def test_a_value_of_another_type_is_refused_with_what_is_expected(key: str, value: Any) -> None:
    right, _, expected = OF_KINDS[key]
    fits = type(value) is type(right) or (key == "budget" and value == 1.5)
    if fits and value not in ("a\0b", [1], [["a"]], {"a": 1}, {"a": {"b": "c"}}):
        return
    with pytest.raises(ConfigFileError) as caught:
        values("contract", **{key: value})
    place = f"/repo/app/pyproject.toml: tool.imagen-fake.{key}"
    assert str(caught.value) == f"{place} must be {expected}, not {value!r}."


@sweep("key", OF_KINDS)
def test_a_value_of_the_right_type_is_as_the_command_line_has_it(key: str) -> None:
    right, given, _ = OF_KINDS[key]
    command = "contract" if key in ("budget", "pictures") else "serve"
    assert values(command, **{key: right}) == {key: given}


def test_every_option_of_every_command_may_stand_in_a_file() -> None:
    for command in main.commands.values():
        for key, option in keys(command).items():
            assert option.envvar, (command.name, key)
            with pytest.raises(ConfigFileError, match=rf"\.{key} must be "):
                values(str(command.name), **{str(command.name): {key: object()}})


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"prot": 1}, "tool.imagen-fake.prot is unknown. Did you mean 'port'?"),
        ({"as-of": "x"}, "Did you mean 'as_of'?"),
        ({"rule": ["x"]}, "Did you mean 'rules'?"),
        ({"deny": ["x"]}, "Did you mean 'denied'?"),
        ({"Strict": True}, "Did you mean 'strict'?"),
        ({"not_approved": True}, "Did you mean 'approved'?"),
        ({"tool": {"imagen-fake": {}}}, "in this file its keys stand at the top."),
        ({"zzz": 1}, "`imagen-fake serve --help` lists the options"),
        ({"render": {"zzz": 1}}, "render.zzz is unknown. `imagen-fake render --help`"),
        ({"render": {"port": 1}}, "tool.imagen-fake.render.port is unknown."),
        ({"serve": 1}, "tool.imagen-fake.serve is unknown."),
        ({"config": "other.toml"}, "tool.imagen-fake.config is unknown."),
        ({"no_config": True}, "tool.imagen-fake.no_config is unknown."),
        ({"x" * 100_000: 1}, "is unknown."),
    ],
)
def test_an_unknown_key_is_refused_with_what_may_be_meant(
    settings: dict[str, Any], told: str
) -> None:
    for command in ("serve", "models"):  # whether or not the command would read it
        with pytest.raises(ConfigFileError) as caught:
            values(command, **settings)
        assert told in str(caught.value)
        assert len(str(caught.value)) < 400


def test_a_key_that_is_of_another_type_elsewhere_stands_in_a_table() -> None:
    assert values("check", check={"fail_on": ["ignored"]}) == {"fail_on": ["ignored"]}
    assert values("verdict", verdict={"fail_on": "warning"}) == {"fail_on": "warning"}
    for value in ("warning", ["ignored"]):
        with pytest.raises(ConfigFileError, match="put it into the table of one"):
            values("verdict", fail_on=value)


def test_a_huge_value_is_not_repeated() -> None:
    with pytest.raises(ConfigFileError) as caught:
        values("serve", port="9" * 100_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("path", ["../../etc", "/etc/passwd", "a/../../../etc", "~/.ssh"])
@pytest.mark.parametrize("key", ["storage", "keys", "ready_file", "tls_key"])
def test_no_path_leads_out_of_the_repository_of_a_file_that_nobody_named(
    key: str, path: str
) -> None:
    with pytest.raises(ConfigFileError, match=r"leads out of /repo\. If that is meant"):
        values("serve", **{key: path})
    named = file_values(file_of({key: path}, None), main.commands["serve"], main.commands)
    assert Path(named[key]).is_absolute()


def test_a_path_may_lead_out_of_the_folder_of_the_file() -> None:
    assert values("serve", storage="../bucket") == {"storage": "/repo/app/../bucket"}


def test_a_link_leads_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "link").symlink_to(tmp_path)
    folder = tmp_path / "repo"
    file = ConfigFile(folder / "imagen-fake.toml", "", {"keys": "link/keys"}, folder)
    with pytest.raises(ConfigFileError, match=r"imagen-fake\.toml: keys: 'link/keys' leads out of"):
        file_values(file, main.commands["serve"], main.commands)


def test_what_is_no_path_stays() -> None:
    assert values("serve", storage="gs", ready_file="-") == {"storage": "gs", "ready_file": "-"}


def test_a_day_may_be_a_day_of_toml() -> None:
    for text in ("as_of = 2026-08-18", 'as_of = "2026-08-18"'):
        assert values("serve", **tomllib.loads(text)) == {"as_of": "2026-08-18"}
    with pytest.raises(ConfigFileError, match="must be a day, such as 2026-08-18"):
        values("serve", **tomllib.loads("as_of = 2026-08-18T10:00:00"))


def test_a_command_that_stands_alone_knows_its_own_keys() -> None:
    command = click.Command("alone", params=[click.Option(["--size"], type=int)])
    assert file_values(file_of({"size": 7}), command, {}) == {"size": 7}
    with pytest.raises(ConfigFileError, match="sise is unknown"):
        file_values(file_of({"sise": 7}), command, {})
    assert json.dumps(file_values(file_of({}), command, {})) == "{}"
