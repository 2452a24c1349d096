"""`pytest --imagen-report FILE` in test runs of their own."""

import json
from pathlib import Path
from typing import Any

import pytest

from imagen_fake import spec

pytest_plugins = ["pytester"]

MODEL = "imagen-4.0-generate-001"
PRICE = spec.table("prices")["models"][MODEL]["usd"]
HELP = f"""
import httpx
import imagen_fake
import pytest

URL = "https://generativelanguage.googleapis.com/v1beta/models/{MODEL}:predict"

def ask(prompt="a red apple", url=URL, **parameters):
    body = {{"instances": [{{"prompt": prompt}}], "parameters": {{"sampleCount": 1, **parameters}}}}
    return httpx.post(url, json=body).status_code
"""
QUIET = (
    "-p",
    "no:cacheprovider",
    "-p",
    "no:schemathesis",
    "-W",
    "ignore::imagen_fake.ImagenFakeWarning",
)


def run(pytester: pytest.Pytester, code: str, *options: str) -> tuple[pytest.RunResult, Any]:
    """A run of tests, and its report."""
    pytester.makepyfile(test_it=HELP + code)
    file = pytester.path / "report.json"
    result = pytester.runpytest_subprocess(*QUIET, f"--imagen-report={file}", *options)
    return result, json.loads(file.read_text("utf-8")) if file.exists() else None


def found(report: Any) -> dict[str, list[str]]:
    return {
        one["check"]: sorted(test.partition("::")[2] for test in one["tests"])
        for one in report["findings"]
    }


TESTS = """
def test_refused(imagen_intercept):
    assert [ask(""), ask("")] == [400, 400]

def test_reset_in_between(imagen_intercept):
    ask(""); ask("")
    imagen_intercept.reset()
    ask()

def test_served(imagen_fake):
    url = imagen_fake.url + "/v1beta/models/imagen-4.0-generate-001:predict"
    assert ask(url=url, sampelCount=1) == 200

def test_without_a_fixture():
    with imagen_fake.intercept():
        ask(sampelCount=1)

def test_transport():
    body = {"instances": [{"prompt": "x"}]}
    httpx.Client(transport=imagen_fake.transport()).post(URL, json=body)

@pytest.mark.imagen_fake("error=503 times=2", as_of="2026-08-18")
def test_retired():
    assert ask() == 404

def test_nothing():
    pass
"""
EXPECTED = {
    "retired-model": ["test_retired"],
    "retried-error": ["test_refused", "test_reset_in_between"],
    "ignored-field": ["test_served", "test_without_a_fixture"],
    "default-count": ["test_transport"],
}


@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["one process", "two workers"])
def test_every_call_of_every_test_is_judged(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    result, report = run(pytester, TESTS, *options)
    result.assert_outcomes(passed=7)
    assert found(report) == EXPECTED
    assert (report["tests"], report["calls"], report["missing"]) == (6, 9, [])
    assert report["spending"]["usd"] == round(7 * PRICE, 6)
    result.stdout.fnmatch_lines(["1 error, 3 warnings, 0 info in 9 calls: *report.json"])


def test_calls_of_fixtures_that_outlive_a_test_are_judged(pytester: pytest.Pytester) -> None:
    code = """
@pytest.fixture(scope="module")
def drawn(imagen_intercept_session):
    ask(sampelCount=1)
    yield
    ask("", other=1)

def test_first(drawn): ask()
def test_second(drawn): ask()
"""
    result, report = run(pytester, code)
    result.assert_outcomes(passed=2)
    assert report["calls"] == 4
    assert found(report)["ignored-field"] == ["test_first"]


def test_a_budget_is_held_over_all_tests(pytester: pytest.Pytester) -> None:
    code = "def test_a(imagen_intercept): ask()\ndef test_b(imagen_intercept): ask()\n"
    _, report = run(pytester, code, f"--imagen-budget={PRICE}")
    assert found(report) == {"over-budget": []}
    assert report["spending"]["budget"] == PRICE


def test_a_failing_test_is_judged_too(pytester: pytest.Pytester) -> None:
    code = "def test_a(imagen_intercept):\n    ask(sampelCount=1)\n    assert False\n"
    result, report = run(pytester, code)
    result.assert_outcomes(failed=1)
    assert found(report) == {"ignored-field": ["test_a"]}


def test_a_worker_that_crashed_is_missed(pytester: pytest.Pytester) -> None:
    code = "import os\ndef test_a(imagen_intercept):\n    ask()\n    os._exit(1)\n"
    result, report = run(pytester, code, "-n1", "--max-worker-restart=0")
    result.assert_outcomes(failed=1)
    assert report["missing"] == ["gw0"]


def test_without_calls_the_report_is_empty(pytester: pytest.Pytester) -> None:
    _, report = run(pytester, "def test_a(): pass\n")
    assert (report["tests"], report["calls"], report["findings"]) == (0, 0, [])


def test_it_is_text_where_the_name_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=HELP + "def test_a(imagen_intercept): ask(''); ask('')\n")
    result = pytester.runpytest_subprocess(*QUIET, "--imagen-report=report.md")
    result.assert_outcomes(passed=1)
    lines = (pytester.path / "report.md").read_text("utf-8").splitlines()
    assert lines[0] == "0 errors, 1 warning, 0 info in 2 calls"
    assert "  - in: test_it.py::test_a" in lines
    assert any(line.startswith("  - where: 1 call, user agent python-httpx/") for line in lines)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--imagen-report=report.html"], "a report is .json, .md, .txt"),
        (["--imagen-report=report"], "a report is .json, .md, .txt"),
        (["--imagen-report=nowhere/report.json"], "there is no folder"),
        (["--imagen-report=report.json", "--imagen-budget=-1"], "an amount of US dollars"),
        (["--imagen-report=report.json", "--imagen-budget=nan"], "an amount of US dollars"),
        (["--imagen-budget=1"], "has no effect without --imagen-report"),
    ],
)
def test_what_cannot_be_is_refused_before_any_test(
    pytester: pytest.Pytester, options: list[str], words: str
) -> None:
    pytester.makepyfile("def test_a(): raise SystemExit")
    result = pytester.runpytest_subprocess(*QUIET, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in result.stderr.str()


def test_a_report_that_cannot_be_written_hides_no_result(pytester: pytest.Pytester) -> None:
    (pytester.path / "out").mkdir()
    pytester.makepyfile(test_it="import os\ndef test_a(): os.rmdir('out')\n")
    result = pytester.runpytest_subprocess(*QUIET, "--imagen-report=out/report.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*report.json could not be written: No such file or directory"])
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR


def test_without_the_option_nobody_listens(pytester: pytest.Pytester) -> None:
    code = """
def test_a(imagen_intercept):
    from imagen_fake.state.snapshot import OBSERVERS
    ask()
    assert OBSERVERS == []
"""
    pytester.makepyfile(test_it=HELP + code)
    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)
    assert not [*Path(pytester.path).glob("report*")]


def test_what_a_move_would_change_is_in_the_report(pytester: pytest.Pytester) -> None:
    code = """
def test_two(imagen_intercept):
    ask(); ask("a boat", seed=7, addWatermark=False, enhancePrompt=False)

def test_refused(imagen_intercept):
    ask("")
"""
    moved = run(pytester, code, "-n2")[1]["migration"]
    assert (moved["calls"], moved["newCalls"], moved["refused"]) == (3, 2, 1)
    lost = {note["field"]: note["calls"] for note in moved["notes"] if note["verdict"] == "lost"}
    assert lost == {"seed": 1, "addWatermark": 1}
    file = pytester.path / "report.md"
    pytester.runpytest_subprocess(*QUIET, f"--imagen-report={file}")
    said = file.read_text("utf-8").splitlines()
    assert "3 calls of Imagen would be 2 calls of generateContent" in said
    assert any(line.startswith("- lost in 1 call: seed: ") for line in said)
