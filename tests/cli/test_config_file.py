"""Which file is read, and what is said of one that cannot be."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from imagen_fake.cli.config_file import ConfigFile, ConfigFileError, find, read
from tests.sweep import sweep

SHARED = '[tool.imagen-fake]\ncaption = "off"\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder that is nobody's, and has `repo/.git` and `loose` in it."""
    for folder in ("home/repo/.git", "home/repo/a/b", "home/loose/a"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def put(file: Path, text: str = 'caption = "off"\n') -> Path:
    file.write_text(SHARED if file.name == "pyproject.toml" else text)
    return file


def found(folder: Path) -> Path | None:
    file = find(folder)
    return file.path if file else None


@pytest.mark.parametrize("name", ["imagen-fake.toml", "pyproject.toml"])
def test_the_nearest_file_upwards_holds(home: Path, name: str) -> None:
    outer, inner = put(home / "repo" / name), put(home / "repo" / "a" / name)
    assert found(home / "repo") == outer
    assert found(home / "repo" / "a" / "b") == inner
    assert dict(find(home / "repo").settings) == {"caption": "off"}  # type: ignore[union-attr]


def test_a_pyproject_without_a_table_of_ours_does_not_end_the_search(home: Path) -> None:
    outer = put(home / "repo" / "imagen-fake.toml")
    for text in (
        "[project]",
        'dependencies = ["imagen-fake"]',
        "broken = [",
        "tool = 7 # imagen-fake",
    ):
        (home / "repo" / "a" / "pyproject.toml").write_text(text)
        assert found(home / "repo" / "a") == outer


@pytest.mark.parametrize(
    ("file", "folder", "is_read"),
    [
        ("home/imagen-fake.toml", "home/repo/a", False),  # above the repository
        ("home/imagen-fake.toml", "home/loose/a", True),  # no repository: up to the home folder
        ("imagen-fake.toml", "home/loose", False),  # above the home folder
        ("imagen-fake.toml", "elsewhere/a", False),  # neither: anybody may write to /tmp
        ("elsewhere/imagen-fake.toml", "elsewhere/a", False),
        ("elsewhere/a/imagen-fake.toml", "elsewhere/a", True),
    ],
)
def test_the_search_ends_at_the_repository_or_at_home(
    file: str, folder: str, is_read: bool, tmp_path: Path
) -> None:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    put(tmp_path / file)
    assert (found(tmp_path / folder) is not None) is is_read


def test_where_nobody_knows_a_home_the_folder_alone_is_looked_at(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", nowhere)
    put(home / "loose" / "imagen-fake.toml")
    assert (found(home / "loose"), found(home / "loose" / "a")) == (
        home / "loose" / "imagen-fake.toml",
        None,
    )


def test_a_folder_that_was_removed_has_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert find() is None


def test_two_files_in_one_folder_are_refused(home: Path) -> None:
    both = [put(home / "repo" / name) for name in ("imagen-fake.toml", "pyproject.toml")]
    with pytest.raises(ConfigFileError, match="both configure imagen-fake") as caught:
        find(home / "repo")
    assert all(str(file) in str(caught.value) for file in both)


OURS = b"# imagen-fake\n"
SPOILT: dict[str, tuple[bytes | Callable[[Path], object], str]] = {
    "broken": (b"[imagen-fake", "is no TOML: Expected ']'"),
    "a number without end": (OURS + b"a = " + b"1" * 9999, "is no TOML"),
    "twice": (OURS + b"a = 1\na = 2", "is no TOML: Cannot overwrite"),
    "nested": (OURS + b"a = " + b"[" * 9999, "is nested too deeply"),
    "not UTF-8": (OURS + b"\xff", "is not UTF-8 (byte 14)"),
    "huge": (OURS * 2**17, "has more than 512 KB"),
    "dotted": (OURS + b"a." * 9999 + b"a = 1", "line 2 has more than 1000 dots"),
    "a folder": (Path.mkdir, "is no regular file"),
    "a pipe": (os.mkfifo, "is no regular file"),
    "a circle": (lambda file: file.symlink_to(file), "cannot be read: Too many levels"),
}


@sweep("name", ["imagen-fake.toml", "pyproject.toml"])
@pytest.mark.parametrize("what", SPOILT)
def test_a_file_that_cannot_be_read_is_named_and_said_why(what: str, name: str, home: Path) -> None:
    spoil, told = SPOILT[what]
    folder = home / "repo" / "a" / name.replace(".", "")
    folder.mkdir()
    file = folder / name
    file.write_bytes(spoil) if isinstance(spoil, bytes) else spoil(file)
    with pytest.raises(ConfigFileError) as caught:
        find(folder)
    assert told in str(caught.value)
    assert str(file) in str(caught.value)
    with pytest.raises(ConfigFileError):
        read(file)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="Linux has such a file")
def test_a_file_that_fails_when_it_is_read_is_named() -> None:
    with pytest.raises(
        ConfigFileError, match=r"^/proc/self/mem cannot be read: Input/output error"
    ):
        read(Path("/proc/self/mem"))


def test_a_table_of_ours_that_is_none_is_refused(home: Path) -> None:
    (home / "repo" / "pyproject.toml").write_text('[tool]\nimagen-fake = "strict"')
    with pytest.raises(ConfigFileError, match=r"tool\.imagen-fake must be a table"):
        find(home / "repo")


def test_a_named_file_of_any_name_is_read_and_has_to_be_there(home: Path) -> None:
    file = home / "loose" / "mine.conf"
    with pytest.raises(ConfigFileError, match=r"mine\.conf cannot be read: No such file"):
        read(file)
    file.write_bytes(b"\xef\xbb\xbfport = 9000")  # as Windows' editors begin a file
    assert (read(file).settings, read(file).boundary) == ({"port": 9000}, None)
    (home / "loose" / "pyproject.toml").write_text("[project]")
    with pytest.raises(ConfigFileError, match=r"has no \[tool\.imagen-fake\]"):
        read(home / "loose" / "pyproject.toml")


def test_a_place_names_the_table_of_the_command_if_the_key_stands_there() -> None:
    settings = {"model": "a", "contract": {"model": "b"}}
    file = ConfigFile(Path("/p/pyproject.toml"), "tool.imagen-fake", settings, None)
    assert file.place("model", "render") == "/p/pyproject.toml: tool.imagen-fake.model"
    assert file.place("model", "contract") == "/p/pyproject.toml: tool.imagen-fake.contract.model"
    assert len(file.place("x" * 10_000)) < 200
