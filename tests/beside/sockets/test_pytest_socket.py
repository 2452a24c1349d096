"""Sockets are refused: interception needs none, a served fake those of this machine."""

import pytest

TEST = """
from tests.beside.asking import ask

def test_asked({fixture}):
    assert ask({base}) == 2
"""


def outcome(pytester: pytest.Pytester, fixture: str, *options: str) -> pytest.RunResult:
    base = "" if fixture == "imagen_intercept" else f"{fixture}.url"
    pytester.makepyfile(TEST.format(fixture=fixture, base=base))
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)


def test_intercepted_without_sockets(pytester: pytest.Pytester) -> None:
    outcome(pytester, "imagen_intercept", "--disable-socket").assert_outcomes(passed=1)


def test_served_where_this_machine_is_allowed(pytester: pytest.Pytester) -> None:
    outcome(pytester, "imagen_fake", "--allow-hosts=127.0.0.1").assert_outcomes(passed=1)
