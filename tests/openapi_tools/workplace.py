"""A temporary folder in which the tools are installed, and how one is run there."""

import shutil
import subprocess
import sys
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.http import call
from tests.openapi.reading import operations

TIMEOUT = 300.0
"""How many seconds a tool may take."""

PROJECT = Path(__file__).with_name("project")
"""The pins, the settings and the programs that use what was generated."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """A folder with the tools and the document of a running fake."""

    folder: Path
    url: str
    document: Any

    def node(self, program: str, *arguments: str, codes: Container[int] = (0,)) -> str:
        """What a program of the npm packages prints; its exit code has to be one of these."""
        return self.command(f"node_modules/.bin/{program}", *arguments, codes=codes)

    def python(self, program: str, *arguments: str) -> str:
        """What a program of the Python packages prints."""
        return self.command(f"venv/bin/{program}", *arguments)

    def command(self, *command: str, codes: Container[int] = (0,)) -> str:
        """What a command prints. Raises CalledProcessError after showing what it said."""
        done = subprocess.run(
            command, cwd=self.folder, check=False, capture_output=True, text=True, timeout=TIMEOUT
        )
        if done.returncode not in codes:
            sys.stderr.write(done.stdout + done.stderr)
            done.check_returncode()
        return done.stdout

    def operations(self) -> list[Any]:
        """The operations of the document."""
        return [one for _, _, one in operations(self.document)]

    def text(self, path: str) -> str:
        """What a generated file holds."""
        return (self.folder / path).read_text()


@contextmanager
def workplace(url: str) -> Iterator[Workplace]:
    """A new workplace with the document of the fake at a URL."""
    with TemporaryDirectory() as name:
        folder = shutil.copytree(PROJECT, Path(name, "project"))
        install(folder)
        document = call(url, "/_fake/openapi.json")
        (folder / "openapi.json").write_bytes(document.body)
        yield Workplace(folder, url, document.json)


def install(folder: Path) -> None:
    """Install what the folder pins. Raises CalledProcessError."""
    npm_install(folder)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    pip = [
        str(folder / "venv/bin/python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-q",
    ]
    subprocess.run([*pip, "-r", str(folder / "requirements.txt")], check=True)


def npm_install(folder: Path) -> None:
    """Install what the `package.json` of a folder pins. Raises CalledProcessError."""
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run([shutil.which("npm") or "npm", "install", *quiet], cwd=folder, check=True)
