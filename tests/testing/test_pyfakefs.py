"""Without its library, a stand-in for whose fixture is here; with it, see `tests/beside/files`."""

import sys

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import sys
import pytest

pytest_plugins = ["imagen_fake.testing.pyfakefs"]


class Faked:
    def __init__(self):
        self.loaded = "imagen_fake.tasks.upscale" in sys.modules
        self.shown = []

    def exists(self, path):
        return path in self.shown

    def add_real_paths(self, paths):
        self.shown += paths


@pytest.fixture
def fs():
    return Faked()
"""


def run(pytester: pytest.Pytester, test: str) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test)
    options = ("-p", "no:cacheprovider", "-p", "no:schemathesis")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)


@pytest.mark.parametrize("fixtures", ["fs, imagen_intercept", "imagen_intercept, fs"])
def test_all_is_loaded_before_files_are_faked_and_shown_afterwards(
    pytester: pytest.Pytester, fixtures: str
) -> None:
    run(
        pytester,
        f"""
import json
from pathlib import Path

def test_shown({fixtures}):
    assert fs.loaded
    credentials = Path(imagen_intercept.env["GOOGLE_APPLICATION_CREDENTIALS"])
    assert credentials in fs.shown
    assert any((path / "pytest_plugin.py").exists() for path in fs.shown)
    assert any((path / "tables" / "hosts.json").exists() for path in fs.shown)
    assert any((path / "PIL").exists() for path in fs.shown)
""",
    )


def test_a_test_without_a_fake_is_left_alone(pytester: pytest.Pytester) -> None:
    run(pytester, "def test_alone(fs):\n    assert not fs.loaded\n    assert fs.shown == []\n")


def test_no_module_of_a_fake_is_missing(pytester: pytest.Pytester) -> None:
    code = """
import sys
from imagen_fake.testing.pyfakefs import load_all
load_all()
before = set(sys.modules)
import imagen_fake
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from imagen_fake.state.state import State
answer = InProcess(State()).ask(Request("POST", "https://aiplatform.googleapis.com/v1/projects/p/\
locations/l/publishers/google/models/imagen-4.0-generate-001:predict", (), b'{"instances": \
[{"prompt": "an apple"}]}'))
assert answer.status == 200
print([name for name in set(sys.modules) - before if name.startswith(("imagen_fake", "PIL"))])
"""
    result = pytester.run(sys.executable, "-c", code)
    assert result.stdout.str() == "[]"
