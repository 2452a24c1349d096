"""Workers of pytest-xdist: each has fakes of its own."""

import pytest

TEST = """
import os
import pathlib
import pytest
from tests.beside.asking import ask

@pytest.fixture(scope="session")
def live(imagen_fake_session):
    return imagen_fake_session.url

@pytest.mark.parametrize("turn", range(8))
def test_intercepted(imagen_intercept, turn):
    imagen_intercept.rule("error=503 times=1")
    with pytest.raises(OSError, match="503"):
        ask(prompt=str(turn))
    assert ask(prompt=str(turn)) == 2
    assert [call.prompt for call in imagen_intercept.calls] == [str(turn)] * 2

@pytest.mark.parametrize("turn", range(8))
def test_served(live, imagen_fake, turn):
    imagen_fake.rule("error=503 times=1")
    with pytest.raises(OSError, match="503"):
        ask(live, prompt=str(turn))
    assert ask(live, prompt=str(turn)) == 2
    assert [call.prompt for call in imagen_fake.calls] == [str(turn)] * 2
    pathlib.Path(os.environ["PYTEST_XDIST_WORKER"]).write_text(live)
"""


@pytest.mark.parametrize("distribution", ["load", "loadscope", "worksteal"])
def test_each_worker_has_fakes_of_its_own(pytester: pytest.Pytester, distribution: str) -> None:
    pytester.makepyfile(TEST)
    options = ["-p", "no:cacheprovider", "-n3", f"--dist={distribution}"]
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=16)
    used = [file.read_text() for file in pytester.path.glob("gw*")]
    assert len(set(used)) == len(used) >= 1
