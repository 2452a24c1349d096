from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from imagen_fake.cli.main import main
from imagen_fake.cli.options import option
from imagen_fake.cli.params import FolderPath
from tests.sweep import sweep


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
