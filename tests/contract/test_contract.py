"""The suite as a pytest run of somebody else's."""

import pytest

from imagen_fake.contract.bodies.cases import every_case

pytest_plugins = ["pytester"]

SOME = "imageverification or verified"
SUITE = ["--pyargs", "imagen_fake.contract", "-p", "no:cacheprovider", "-q", "-k", SOME]


@pytest.fixture(scope="module", autouse=True)
def made() -> None:
    """Import what pytester imports anew for each run otherwise, and make the cases once."""
    every_case()


def test_the_fake_passes(pytester: pytest.Pytester) -> None:
    outcomes = pytester.runpytest_inprocess(*SUITE).parseoutcomes()
    assert outcomes["passed"] > 20
    assert "failed" not in outcomes


def test_another_target_is_asked_over_http(pytester: pytest.Pytester, url: str) -> None:
    outcomes = pytester.runpytest_inprocess(*SUITE, "--imagen-fake-target", url).parseoutcomes()
    assert outcomes["passed"] > 20
    assert "failed" not in outcomes


def test_who_does_not_answer_fails(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess(*SUITE, "--imagen-fake-target", "http://127.0.0.1:9")
    assert result.parseoutcomes()["failed"] > 20
    result.stdout.fnmatch_lines(["*ConnectionRefusedError*"])
