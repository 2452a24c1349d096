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


DRAW_AND_STORE = """
import json
import sys
from imagen_fake.testing.pyfakefs import load_all
load_all()
before = set(sys.modules)
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request

model = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"
prompts = ["an apple", "\u0434\u043e\u043c", "\u0918\u0930"]
for prompt in prompts:
    asked = {"instances": [{"prompt": prompt}], "parameters": {"storageUri": "gs://pictures/a"}}
    request = Request("POST", f"https://google.test{model}", (), json.dumps(asked).encode())
    assert InProcess(State()).ask(request).status == 200
print(sorted(name for name in set(sys.modules) - before if not name.startswith("encodings")))
"""


def test_whatever_draws_and_stores_is_loaded(pytester: pytest.Pytester) -> None:
    assert pytester.run(sys.executable, "-c", DRAW_AND_STORE).stdout.str() == "[]"
