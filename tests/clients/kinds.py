"""How each kind of client's environment is built, and how its tests are run there."""

import json
import os
import platform
import re
import shutil
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
    settings: Callable[[Path], Mapping[str, str]] = lambda _: {}
    """The variables that let tests find an environment's packages."""


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


def build_python(folder: Path, environment: Path, *more: str) -> None:
    """A virtual environment with the folder's requirements, and more arguments of pip's.

    Nothing is compiled ahead: Google's packages bring thousands of modules that no test imports.
    """
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    pip = [_python(environment), "-m", "pip", "--disable-pip-version-check", "install"]
    options = ["-qq", "--no-compile", "--no-input"]
    subprocess.run([*pip, *options, "-r", str(folder / "requirements.txt"), *more], check=True)


def python_command(folder: Path, environment: Path, report: Path) -> Sequence[str]:
    """Pytest, with the settings of the client's folder instead of this project's."""
    settings = ["-c", str(folder / "pytest.ini"), "--confcutdir", str(folder.parent)]
    plain = ["-p", "no:cacheprovider", "--rootdir", str(folder), f"--junitxml={report}"]
    return [_python(environment), "-m", "pytest", *settings, *plain, str(folder)]


def variables(url: str) -> Mapping[str, str]:
    """The whole environment of a client's tests: where the fake is, and little else."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # google-auth would look for the caller's login, then ask a virtual machine's metadata server.
    hidden = {"CLOUDSDK_CONFIG": os.devnull, "NO_GCE_CHECK": "true"}
    own = {"IMAGEN_FAKE_URL": url, "IMAGEN_FAKE_PYTHON": sys.executable}
    return {**kept, **hidden, **own}


def _python(environment: Path) -> str:
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return str(environment / folder / "python")


def node_toolchain() -> str:
    """The version of Node. Raises FileNotFoundError, with what to do, where there is none."""
    return subprocess.run([_node(), "--version"], capture_output=True, check=True).stdout.decode()


def node_version(folder: Path) -> str:
    """The version of the first dependency in `package.json`: that is the client."""
    pins: dict[str, str] = json.loads((folder / "package.json").read_text())["dependencies"]
    first, version = next(iter(pins.items()))
    if not re.fullmatch(r"[\d.]+", version):
        raise ValueError(f"{folder.name}: {first} is no exact pin: {version!r}")
    return version


def build_node(folder: Path, environment: Path) -> None:
    """A folder with the packages that `package.json` pins; none of their scripts is run."""
    environment.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "package.json", environment)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run([_node("npm"), "install", *quiet], cwd=environment, check=True)


def node_command(folder: Path, environment: Path, report: Path) -> Sequence[str]:
    """Node's own test runner, over the CommonJS tests of the folder.

    A client that needs a newer Node than the system's pins one among its packages.
    """
    pinned = sorted(environment.glob("node_modules/node-*/bin/node"))
    reports = [
        "--test-reporter=spec", "--test-reporter-destination=stdout",
        "--test-reporter=junit", f"--test-reporter-destination={report}",
    ]  # fmt: skip
    program = str(pinned[0]) if pinned else _node()
    return [program, "--test", *reports, *map(str, sorted(folder.glob("*.test.cjs")))]


def node_settings(environment: Path) -> Mapping[str, str]:
    """Where `require` looks, since the tests lie elsewhere."""
    return {"NODE_PATH": str(environment / "node_modules")}


def _node(program: str = "node") -> str:
    """The path of Node or of npm. Raises FileNotFoundError, with what to do."""
    found = shutil.which(program)
    if found is None:
        raise FileNotFoundError(f"{program} is not installed: the JavaScript clients need Node 20")
    return found


KINDS = (
    Kind("requirements.txt", python_toolchain, python_version, build_python, python_command),
    Kind("package.json", node_toolchain, node_version, build_node, node_command, node_settings),
)
