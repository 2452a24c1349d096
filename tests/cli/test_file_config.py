"""The Config that the pytest plugin takes from a file."""

from datetime import date
from pathlib import Path

import pytest

from imagen_fake.cli.config_file import ConfigFileError, read
from imagen_fake.cli.file_config import file_config
from imagen_fake.config import Config


def file_of(folder: Path, text: str) -> Path:
    file = folder / "imagen-fake.toml"
    file.write_text(text)
    return file


FULL = """
as_of = 2026-08-18
rules = ["error=503"]
endpoints = {"56" = "imagen-4.0-generate-001"}
cache_mb = 1
storage = "bucket"
auth = "issued"
denied = ["mallory"]
allow_origins = ["https://a.test"]
port = 9000
[serve]
caption = "off"
[run]
strict = true
"""


def test_the_settings_at_the_top_make_a_config(tmp_path: Path) -> None:
    config, notes = file_config(read(file_of(tmp_path, FULL)))
    assert config == Config(
        as_of=date(2026, 8, 18),
        rules=("error=503",),
        endpoints={"56": "imagen-4.0-generate-001"},
        cache_bytes=2**20,
        storage=tmp_path / "bucket",
        auth="issued",
        denied=frozenset({"mallory"}),
        allow_origins=("https://a.test",),
    )
    assert notes == []


def test_what_leads_out_of_this_machine_is_said(tmp_path: Path) -> None:
    config, notes = file_config(read(file_of(tmp_path, 'storage = "gs"')))
    assert config.storage == "gs"
    assert list(notes) == [f'storage = "gs" ({tmp_path}/imagen-fake.toml: storage)']


def test_an_empty_file_makes_the_config_that_there_is_without(tmp_path: Path) -> None:
    assert file_config(read(file_of(tmp_path, ""))) == (Config(), [])


def test_variables_are_the_command_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEN_FAKE_STRICT", "1")
    monkeypatch.setenv("IMAGEN_FAKE_CAPTION", "nonsense")
    assert file_config(read(file_of(tmp_path, "cache_mb = 1")))[0] == Config(cache_bytes=2**20)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('caption = "of"', "imagen-fake.toml: caption: 'of' is not one of"),
        ("prot = 1", "prot is unknown. Did you mean 'port'?"),
        ('port = "x"', "port must be an integer"),  # though it is serve's alone
        ('denied = ["bob"]', "without --auth issued"),
        ('project = "a b"', "project must be an id"),
        (f'storage = "{"x" * 5000}"', "File name too long"),
        ('fonts = ["imagen-fake.toml"]', "imagen-fake.toml"),
    ],
)
def test_what_is_wrong_is_told_in_words(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigFileError) as caught:
        file_config(read(file_of(tmp_path, text)))
    assert told in str(caught.value)
