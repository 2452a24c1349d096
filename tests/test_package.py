"""What `import imagen_fake` gives, and what it costs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import imagen_fake
from imagen_fake.testing import interception, transports

IMPORTED = "import sys; before = set(sys.modules); import imagen_fake; {}; print(len({}))"

PROJECT = Path(__file__).parent.parent
PINS = sorted(PROJECT.glob("tests/clients/*/requirements.txt"))
SERVING = {"click", "httptools", "uvicorn", "uvloop"}
"""What only a fake in a process of its own needs."""


def names(requirements: list[str]) -> set[str]:
    """The packages that are required."""
    return {re.split(r"[\[=><; ]", one)[0] for one in requirements}


def modules(statement: str, counted: str) -> int:
    """How many modules there are after a statement, in a new interpreter."""
    code = IMPORTED.format(statement, counted)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return int(done.stdout)


def test_the_package_imports_nothing_but_itself_and_its_warnings() -> None:
    assert modules("pass", "set(sys.modules) - before") == 2
    assert modules("pass", "set(sys.modules) & {'imagen_fake', 'imagen_fake.warning'}") == 2


def test_what_is_asked_for_is_imported() -> None:
    assert modules("imagen_fake.intercept", "{'starlette'} & set(sys.modules)") == 1


def test_the_names_are_those_of_their_modules() -> None:
    assert imagen_fake.intercept is interception.intercept
    assert imagen_fake.transport is transports.transport


def test_what_the_package_imports_is_declared() -> None:
    command = [sys.executable, "-m", "deptry", ".", "--no-ansi"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_there() -> None:
    assert all(hasattr(imagen_fake, name) for name in imagen_fake.__all__)


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match="'imagen_fake' has no attribute 'intercepted'"):
        _ = imagen_fake.intercepted  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "pins",
    [path for path in PINS if "starlette" in path.read_text()],
    ids=lambda pins: pins.parent.name,
)
def test_clients_beside_the_fake_in_one_process_have_what_it_needs(pins: Path) -> None:
    described = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    needed = names(described["project"]["dependencies"]) - SERVING
    assert needed - names(pins.read_text().splitlines()) == set()
