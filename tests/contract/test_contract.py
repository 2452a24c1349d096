"""The suite as a pytest run of somebody else's."""

import pytest

from imagen_fake.contract.bodies.cases import every_case
from imagen_fake.contract.probes.registry import probes

pytest_plugins = ["pytester"]

SOME = "imageverification or verified"
WITHOUT = ["-p", "no:cacheprovider", "-p", "no:schemathesis"]
SUITE = ["--pyargs", "imagen_fake.contract", *WITHOUT, "-q", "-k", SOME]


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


def test_probes_that_another_target_cannot_be_sent_are_skipped_with_the_reason(
    pytester: pytest.Pytester, url: str
) -> None:
    suite = [*SUITE[:-1], "test_probes", "-rs", "--imagen-fake-target", url]
    result = pytester.runpytest_inprocess(*suite)
    settings = {(probe.list_name, probe.setting) for probe in probes()}
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == sum(not setting for _, setting in settings)
    assert outcomes["passed"] + outcomes["skipped"] == len(settings)
    result.stdout.fnmatch_lines(
        ["*needs the fake as of another day*", "*needs what only this fake*"]
    )


def test_who_does_not_answer_fails(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess(*SUITE, "--imagen-fake-target", "http://127.0.0.1:9")
    assert result.parseoutcomes()["failed"] > 20
    result.stdout.fnmatch_lines(["*ConnectionRefusedError*"])
