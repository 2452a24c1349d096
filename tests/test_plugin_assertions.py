"""What pytest says of rules that did nothing, and of what failed in the fake itself."""

import pytest

from tests.test_pytest_plugin import imported, passed, project

pytest_plugins = ["pytester"]
__all__ = ["imported", "project"]

UNUSED = """
@pytest.mark.parametrize("fake", ["imagen_fake", "imagen_intercept"])
def test_calm(fake, request):
    fake = request.getfixturevalue(fake)
    fake.rule("error=503", model="imagen-3*")
    ask(*[fake.url] if fake.url else [])
"""
TOLD = (
    "*UnusedRuleWarning: rule-1 'model=\"imagen-3?\" error=503' was never applied: the nearest of 1"
    " call is call 1: model: expected 'imagen-3?', was 'imagen-4.0-generate-001'."
)


def test_a_rule_that_was_never_applied_is_a_warning(project: pytest.Pytester) -> None:
    result = passed(project, UNUSED, apart=True, passed=2, warnings=2)
    result.stdout.fnmatch_lines([TOLD])


@pytest.mark.parametrize(
    ("filters", "outcome"),
    [
        ("ignore::imagen_fake.UnusedRuleWarning", {"passed": 2}),
        ("error::imagen_fake.ImagenFakeWarning", {"failed": 2}),
    ],
)
def test_the_warning_can_be_switched_off_or_an_error(
    project: pytest.Pytester, filters: str, outcome: dict[str, int]
) -> None:
    project.makeini(f"[pytest]\nfilterwarnings = {filters}")
    passed(project, UNUSED, apart=True, **outcome)


def test_a_marker_of_the_test_counts_as_a_rule_of_its_own(project: pytest.Pytester) -> None:
    test = """
@pytest.mark.imagen_fake("error=503 after=9")
def test_calm():
    ask()
"""
    result = passed(project, test, apart=True, passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*'error=503 after=9' was never applied: its turn never came,*"])


SHARED = """
from imagen_fake import Config
pytestmark = pytest.mark.imagen_fake("error=503 prompt=*grape*")

@pytest.fixture(scope="session")
def imagen_fake_config():
    return Config(rules=("error=429 prompt=*plum*",))

@pytest.fixture(scope="session", autouse=True)
def busy(imagen_fake_session):
    imagen_fake_session.rule("error=500 prompt=*cherry*")

@pytest.mark.imagen_fake("error=400 prompt=*fig*")
class TestAll:
    def test_intercepted(self, imagen_intercept):
        ask()

    def test_served(self, imagen_fake):
        ask(imagen_fake.url)

    def test_of_the_session(self, imagen_fake_session):
        ask(imagen_fake_session.url)

    def test_without_a_call(self, imagen_intercept):
        assert len(imagen_intercept.rules) == 3

    @pytest.mark.parametrize("prompt", [
        pytest.param("a pear", marks=pytest.mark.imagen_fake("seed=1 prompt=*pear*")),
    ])
    def test_with_one_of_its_own(self, imagen_intercept, prompt):
        ask(prompt=prompt)
        assert imagen_intercept.rules[0].applied == 1
"""


def test_rules_of_more_than_a_test_may_do_nothing_in_one(project: pytest.Pytester) -> None:
    passed(project, SHARED, passed=5)


def test_a_rule_that_did_something_is_no_warning(project: pytest.Pytester) -> None:
    test = """
def test_used(imagen_intercept):
    imagen_intercept.rule("caption=off")
    imagen_intercept.rule("quota=5", name="limit")
    ask()
    imagen_intercept.state.rules.remove(imagen_intercept.rules[1])

def test_forgotten(imagen_intercept):
    imagen_intercept.rule("error=503")
    imagen_intercept.reset()
"""
    passed(project, test, passed=2)


def test_a_failure_is_told_of_the_rule_that_did_nothing(project: pytest.Pytester) -> None:
    test = """
def test_calm(imagen_intercept):
    imagen_intercept.rule("error=503", prompt="*pear*")
    ask()
    imagen_intercept.assert_called_with(status=503)
"""
    result = passed(project, test, failed=1)
    result.stdout.fnmatch_lines(["E  *status: expected 503, was 200", "E  *was never applied*"])


BUGS = """
import urllib.error

def break_it(fake):
    def fail(*_):
        raise KeyError("a bug")
    fake.state.generation.rules.apply_directives = fail

def test_meets_it(imagen_fake_session):
    break_it(imagen_fake_session)
    with pytest.raises(urllib.error.HTTPError, match="500"):
        ask(imagen_fake_session.url)

def test_does_not(imagen_fake_session):
    assert len(imagen_fake_session.errors) == 1

def test_is_expected_to(imagen_fake):
    break_it(imagen_fake)
    with pytest.raises(urllib.error.HTTPError, match="500"):
        ask(imagen_fake.url)
    imagen_fake.reset()
"""


def test_only_the_test_that_met_a_bug_fails(project: pytest.Pytester) -> None:
    result = passed(project, BUGS, passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["*test_meets_it*", "imagen-fake failed, please report it:", "*KeyError: 'a bug'"]
    )


AGAIN = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    runtestprotocol(item, log=False, nextitem=nextitem)
    item._initrequest()
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_a_test_that_is_run_again_is_told_nothing_twice(project: pytest.Pytester) -> None:
    project.makeconftest(AGAIN)
    test = """
runs = []
def test_calm(imagen_intercept):
    runs.append(imagen_intercept.rule("drop"))
    assert len(runs) == 1

def test_next(imagen_intercept):
    pass
"""
    result = passed(project, test, passed=1, failed=1)
    noted = [line for line in result.outlines if line.startswith("E ")]  # CI's summary has it again
    assert sum("was never applied: no call was made" in line for line in noted) == 1
