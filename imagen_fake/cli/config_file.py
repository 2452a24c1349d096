"""The configuration file: `imagen-fake.toml`, or `[tool.imagen-fake]` of `pyproject.toml`.

Read is the nearest one from a folder upwards to the root of its repository; where there is none,
to the home folder; outside of both, that of the folder alone, as folders above may be anybody's.
"""

import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN_NAME, SHARED_NAME = "imagen-fake.toml", "pyproject.toml"
SHARED_TABLE = "tool.imagen-fake"

CONFIG_FILE = "imagen_fake.config_file"
"""The key of a click context's `meta` that holds the ConfigFile."""

MAX_BYTES = 2**19
MAX_DOTS = 1000
"""Dots in a line: the time that tomllib takes for a dotted key is quadratic in them."""


class ConfigFileError(ValueError):
    """A configuration file that cannot be used; the text names it and says why."""


@dataclass(frozen=True)
class ConfigFile:
    """A file and the settings in it."""

    path: Path
    table: str
    """The table that holds the settings; empty for the whole file."""
    settings: Mapping[str, Any]
    boundary: Path | None
    """The folder, of the repository if there is one, out of which no path may lead: who works in a
    folder need not trust what lies there. None if the user named the file."""

    def place(self, key: str, command: str = "") -> str:
        """The file and the key of a setting, of the table of a command if it stands there."""
        own = self.settings.get(command)
        below = command if isinstance(own, Mapping) and key in own else ""
        return f"{self.path}: {'.'.join(filter(None, (self.table, below, key[:80])))}"


def find(folder: Path | None = None) -> ConfigFile | None:
    """The nearest configuration file of a folder, or of the working folder.

    Raises ConfigFileError.
    """
    try:
        folder = folder or Path.cwd()
    except OSError:  # it was removed
        return None
    try:
        home = Path.home()
    except RuntimeError:  # nobody knows where that is
        home = folder
    above = [folder, *folder.parents]
    repository = next(filter(_is_repository, above), None)
    last = repository or (home if home in above[:-1] else folder)
    for place in above[: above.index(last) + 1]:
        boundary = repository or place
        loaded = (_load(place / name, boundary) for name in (OWN_NAME, SHARED_NAME))
        files = [file for file in loaded if file]
        if len(files) > 1:
            raise ConfigFileError(
                f"{files[0].path} and [{SHARED_TABLE}] of {files[1].path} both configure"
                " imagen-fake; move all into one of them."
            )
        if files:
            return files[0]
    return None


def read(path: Path) -> ConfigFile:
    """The configuration file that a user named. Raises ConfigFileError."""
    file = _load(path.absolute(), None)
    if file is None:
        raise ConfigFileError(f"{path} has no [{SHARED_TABLE}].")
    return file


def _is_repository(folder: Path) -> bool:
    try:
        return (folder / ".git").exists()
    except OSError:  # a folder that may not be entered
        return False


def _load(path: Path, boundary: Path | None) -> ConfigFile | None:
    """The settings in a file; None if it has none, or is not there and was not named."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigFileError(f"{path} is no regular file.")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        if boundary and isinstance(error, FileNotFoundError | NotADirectoryError):
            return None
        raise ConfigFileError(f"{path} cannot be read: {error.strerror}.") from None
    is_shared = path.name == SHARED_NAME
    if is_shared and b"imagen-fake" not in raw:
        return None  # whatever else is in it is not ours to judge
    settings = _parse(path, raw)
    for name in SHARED_TABLE.split(".") if is_shared else ():
        settings = settings.get(name) if isinstance(settings, Mapping) else None
        if settings is None:
            return None
    if not isinstance(settings, Mapping):
        raise ConfigFileError(f"{path}: {SHARED_TABLE} must be a table.")
    return ConfigFile(path, SHARED_TABLE if is_shared else "", settings, boundary)


def _parse(path: Path, raw: bytes) -> Any:
    if len(raw) > MAX_BYTES:
        raise ConfigFileError(f"{path} has more than {MAX_BYTES // 1024} KB.")
    for number, line in enumerate(raw.splitlines(), 1):
        if line.count(b".") > MAX_DOTS:
            raise ConfigFileError(f"{path}, line {number} has more than {MAX_DOTS} dots.")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except RecursionError:
        raise ConfigFileError(f"{path} is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise ConfigFileError(f"{path} is not UTF-8 (byte {error.start}).") from None
    except ValueError as error:  # not TOML, or a number without end
        raise ConfigFileError(f"{path} is no TOML: {str(error)[:200]}") from None
