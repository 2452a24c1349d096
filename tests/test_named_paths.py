"""Whatever path an option names, a bad one is told in a line, before any work is done."""

from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from imagen_fake.cli.main import main

NOWHERE = ("--host", "256.256.256.256")
"""`serve` cannot listen there: a bad path that is taken is another error, and no server."""

BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    "serve": NOWHERE,
    "check": ("--model", "imagen-4.0-generate-001"),
    "render": ("a cat",),
    "credentials": (),
    "env": (),
    "health": (),
    "contract": ("--dry-run", "--target", "vertex"),
    "openapi": (),
    "models": (),
    "verdict": (),
    "migrate": (),
    "run": (),
}
"""What each command needs beside the option."""

BESIDE = {
    ("serve", "tls_cert"): ("--tls-key", __file__),
    ("serve", "tls_key"): ("--tls-cert", __file__),
    ("serve", "keys"): ("--auth", "issued"),
    ("migrate", "request"): ("--model", "imagen-4.0-generate-001"),
    ("migrate", "ready_file"): ("--journal",),
    ("migrate", "out"): ("--model", "imagen-4.0-generate-001", "--try", __file__),
}
"""What an option needs beside it."""


def is_path(parameter: click.Parameter) -> bool:
    return isinstance(parameter.type, click.Path | click.File) or parameter.name == "storage"


def named() -> list[tuple[str, click.Parameter]]:
    """Every parameter of every command that names a file or a folder."""
    return [
        (command, parameter)
        for command in main.commands
        for parameter in main.commands[command].params
        if is_path(parameter)
    ]


def takes_folders(parameter: click.Parameter) -> bool:
    kind = parameter.type
    return parameter.name == "storage" or (isinstance(kind, click.Path) and kind.dir_okay)


FILES = [one for one in named() if not takes_folders(one[1])]
FOLDERS = [one for one in named() if takes_folders(one[1])]


def given(command: str, parameter: click.Parameter, path: Path) -> Result:
    option = [parameter.opts[0], str(path)] if isinstance(parameter, click.Option) else [str(path)]
    beside = BESIDE.get((command, str(parameter.name)), ())
    return CliRunner().invoke(main, [command, *BEGINNINGS[command], *beside, *option])


def is_told(result: Result, path: Path) -> bool:
    assert isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code in (1, 2)
    return path.name in result.output and str(path.parent) in result.output


def ids(one: object) -> str:
    return one if isinstance(one, str) else str(getattr(one, "name", one))


def test_all_of_them_are_found() -> None:
    assert {parameter.name for _, parameter in named()} == {
        "ready_file", "storage", "fonts", "keys", "tls_cert", "tls_key", "output", "credentials",
        "ca", "request", "resume", "record", "reports", "config", "out",
    }  # fmt: skip


@pytest.mark.parametrize(("command", "parameter"), FILES, ids=ids)
def test_a_file_in_no_folder(command: str, parameter: click.Parameter, tmp_path: Path) -> None:
    path = tmp_path / "no" / "file.png"
    assert is_told(given(command, parameter, path), path)


@pytest.mark.parametrize(("command", "parameter"), FILES, ids=ids)
def test_a_folder_for_a_file(command: str, parameter: click.Parameter, tmp_path: Path) -> None:
    path = tmp_path / "folder.png"
    path.mkdir()
    assert is_told(given(command, parameter, path), path)


@pytest.mark.parametrize(("command", "parameter"), FOLDERS, ids=ids)
def test_a_file_for_a_folder(command: str, parameter: click.Parameter, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    assert is_told(given(command, parameter, path), path)


@pytest.mark.parametrize(("command", "parameter"), [*FILES, *FOLDERS], ids=ids)
def test_a_path_below_a_file(command: str, parameter: click.Parameter, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "inner.png"
    assert is_told(given(command, parameter, path), path)


READ = [
    ("env", "ready_file"),
    ("health", "ready_file"),
    ("serve", "tls_cert"),
    ("serve", "tls_key"),
    ("serve", "fonts"),
    ("render", "fonts"),
    ("check", "request"),
]


@pytest.mark.parametrize("content", [b"", b"\xff\x00" * 100, b"[" * 100_000, b'{"url": 7}', b"[]"])
@pytest.mark.parametrize(("command", "name"), READ)
def test_a_file_of_something_else(command: str, name: str, content: bytes, tmp_path: Path) -> None:
    [parameter] = [one for at, one in named() if (at, one.name) == (command, name)]
    path = tmp_path / "file"
    path.write_bytes(content)
    result = given(command, parameter, path)
    assert isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code in (1, 2)
    assert path.name in result.output or command == "check"  # whose words are the service's
