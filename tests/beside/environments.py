"""Folders of tests beside other people's test tools, each with an environment of its own.

A folder pins libraries in `requirements.txt`. This project is installed there from the checkout,
as its users install it: with the extra `pytest`, and with plugins loaded by their entry points.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.clients.kinds import Kind, build_python, python_command, python_toolchain, python_version
from tests.clients.matrix import ROOT, Client, clients

HERE = Path(__file__).parent


def folders() -> Sequence[Client]:
    """Every folder, by name."""
    return list(clients(HERE, [KIND]))


def pins(folder: Path) -> Mapping[str, str]:
    """The versions of the libraries that a folder pins, by their names."""
    return dict(re.findall(r"^([\w.-]+)\S*==(\S+)$", requirements(folder), re.MULTILINE))


def requirements(folder: Path) -> str:
    """The text of `requirements.txt`."""
    return (folder / "requirements.txt").read_text(encoding="utf-8")


def _build(folder: Path, environment: Path) -> None:
    build_python(folder, environment, "--editable", f"{ROOT}[pytest]")


def _toolchain() -> str:
    return python_toolchain() + (ROOT / "pyproject.toml").read_text(encoding="utf-8")


KIND = Kind("requirements.txt", _toolchain, python_version, _build, python_command)
