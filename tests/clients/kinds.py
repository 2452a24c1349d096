"""How each kind of client's environment is built, and how its tests are run there."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT")
"""What the tests see of the caller's variables: no proxies, no credentials, no Google settings."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to install and test clients, known by the file that pins their versions."""

    manifest: str
    toolchain: Callable[[], str]
    """What an environment depends on beside the manifest."""
    version: Callable[[Path], str]
    """The pinned version of the client in a folder."""
    build: Callable[[Path, Path], None]
    """Install what a client's folder pins into an empty folder."""
    command: Callable[[Path, Path, Path], Sequence[str]]
    """What runs a folder's tests in an environment and writes a JUnit report to a file."""


def python_toolchain() -> str:
    """The interpreter, where it is and what it was built for: an environment links to it."""
    return f"{sys.version} {sys.base_prefix} {platform.machine()}"


def python_version(folder: Path) -> str:
    """The version in the first line of `requirements.txt`: that line is the client."""
    first = (folder / "requirements.txt").read_text().splitlines()[0]
    pin = re.fullmatch(r"[\w.\[\]-]+==(\S+)", first)
    if pin is None:
        raise ValueError(f"{folder.name}: the first requirement is no exact pin: {first!r}")
    return pin[1]


def build_python(folder: Path, environment: Path) -> None:
    """A virtual environment with the folder's requirements.

    Nothing is compiled ahead: Google's packages bring thousands of modules that no test imports.
    """
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    pip = [_python(environment), "-m", "pip", "--disable-pip-version-check", "install"]
    options = ["-qq", "--no-compile", "--no-input"]
    subprocess.run([*pip, *options, "-r", str(folder / "requirements.txt")], check=True)


def python_command(folder: Path, environment: Path, report: Path) -> Sequence[str]:
    """Pytest, with the settings of the client's folder instead of this project's."""
    settings = ["-c", str(folder / "pytest.ini"), "--confcutdir", str(HERE)]
    plain = ["-p", "no:cacheprovider", "--rootdir", str(folder), f"--junitxml={report}"]
    return [_python(environment), "-m", "pytest", *settings, *plain, str(folder)]


def variables(url: str) -> Mapping[str, str]:
    """The whole environment of a client's tests: where the fake is, and little else."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # google-auth would look for the caller's login, then ask a virtual machine's metadata server.
    hidden = {"CLOUDSDK_CONFIG": os.devnull, "NO_GCE_CHECK": "true"}
    return {**kept, **hidden, "IMAGEN_FAKE_URL": url}


def _python(environment: Path) -> str:
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return str(environment / folder / "python")


KINDS = (Kind("requirements.txt", python_toolchain, python_version, build_python, python_command),)
