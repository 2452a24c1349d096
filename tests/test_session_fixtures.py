"""The fixtures that outlive a test, alone and together with those of one test and the marker."""

import os

import pytest

from imagen_fake.auth.credentials import environment
from tests.test_pytest_plugin import imported, passed, project

pytest_plugins = ["pytester"]

__all__ = ["imported", "project"]

LIVE = """
import urllib.error

@pytest.fixture(scope="session")
def app({fake}_session):
    '''What a live server of the user's would be: it is led to the fake once.'''
    return lambda **asked: ask(*[{fake}_session.url] if {fake}_session.url else [], **asked)
"""

BOTH = pytest.mark.parametrize("fake", ["imagen_fake", "imagen_intercept"])


@BOTH
def test_what_was_started_once_asks_the_fake_of_each_test(
    project: pytest.Pytester, fake: str
) -> None:
    passed(
        project,
        f"""
{LIVE.format(fake=fake)}
def test_alone(app):
    assert app()["predictions"]

def test_with_the_fake_of_one_test(app, {fake}):
    assert {fake}.calls == []
    {fake}.rule("error=503")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        app()
    assert len({fake}.calls) == 1

def test_the_other_order({fake}, app):
    assert app()["predictions"]
    assert len({fake}.calls) == 1
""",
        passed=3,
    )


@BOTH
def test_the_marker_holds_for_the_fake_of_the_session(project: pytest.Pytester, fake: str) -> None:
    passed(
        project,
        f"""
{LIVE.format(fake=fake)}
@pytest.mark.imagen_fake("error=503 times=1", strict=True)
def test_marked(app, {fake}_session):
    with pytest.raises(urllib.error.HTTPError, match="503"):
        app()
    with pytest.raises(urllib.error.HTTPError, match="400"):
        app(sampleCuont=2)
    assert len({fake}_session.calls) == 2

def test_as_before(app):
    assert app(sampleCount=2)["predictions"]
""",
        passed=2,
    )


@BOTH
def test_without_a_fake_of_one_test_nothing_is_reset(project: pytest.Pytester, fake: str) -> None:
    passed(
        project,
        f"""
{LIVE.format(fake=fake)}
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_turn(app, {fake}_session, turn):
    app()
    assert len({fake}_session.calls) == turn
""",
        passed=3,
    )


@BOTH
def test_a_warning_is_of_the_test_whose_call_it_was(project: pytest.Pytester, fake: str) -> None:
    result = passed(
        project,
        f"""
{LIVE.format(fake=fake)}
def test_misspelt(app):
    app(sampleCuont=2)

def test_right(app):
    app(sampleCount=2)
""",
        apart=True,
        passed=2,
        warnings=1,
    )
    result.stdout.fnmatch_lines(["test_it.py::test_misspelt", "*ImagenFakeWarning: *sampleCuont*"])


def test_intercepted_from_the_first_use_to_the_end_of_the_session(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "real.json")
    project.makeconftest(
        """
import os
import pytest

def pytest_unconfigure():
    assert os.environ["GOOGLE_APPLICATION_CREDENTIALS"] == "real.json"

@pytest.fixture(scope="session", autouse=True)
def drawn(imagen_intercept_session):
    from asking import ask
    return ask()
"""
    )
    passed(
        project,
        """
import os

def test_no_fixture_at_all():
    assert ask()["predictions"]
    assert os.environ["GOOGLE_APPLICATION_CREDENTIALS"] != "real.json"

def test_of_a_fixture(drawn):
    assert drawn["predictions"]
""",
        passed=2,
    )


@pytest.mark.parametrize("fixture", ["imagen_intercept", "imagen_intercept_session"])
def test_a_fake_around_the_whole_run_does_not_take_what_is_intercepted(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, fixture: str
) -> None:
    around = "http://127.0.0.1:1"
    monkeypatch.setenv("IMAGEN_FAKE_URL", around)
    for name, value in environment(around, "p").items():
        monkeypatch.setenv(name, value)
    passed(
        project,
        f"""
import os

def test_intercepted({fixture}):
    led = ("GOOGLE_VERTEX_BASE_URL", "STORAGE_EMULATOR_HOST", "GCE_METADATA_HOST")
    assert not os.environ.keys() & set(led)
    assert os.environ["IMAGEN_FAKE_URL"]
""",
    )
    assert os.environ["GOOGLE_VERTEX_BASE_URL"] == around


def test_both_fakes_of_the_session_stand_beside_one_another(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import urllib.error

@pytest.mark.imagen_fake("error=503 times=1")
def test_both(imagen_intercept_session, imagen_fake_session):
    for base in ([], [imagen_fake_session.url]):
        with pytest.raises(urllib.error.HTTPError, match="503"):
            ask(*base)
    assert len(imagen_intercept_session.calls) == len(imagen_fake_session.calls) == 1
""",
    )


def test_each_worker_of_xdist_has_a_session_of_its_own(project: pytest.Pytester) -> None:
    passed(
        project,
        """
import os
import pathlib

@pytest.mark.parametrize("turn", range(4))
def test_turn(imagen_fake_session, turn):
    ask(imagen_fake_session.url)
    pathlib.Path(os.environ["PYTEST_XDIST_WORKER"]).write_text(imagen_fake_session.url)
""",
        "-n2",
        passed=4,
    )
    assert len({file.read_text() for file in project.path.glob("gw*")}) == 2
