import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from imagen_fake.contract.evidence import Evidence
from imagen_fake.contract.exchange import Difference, Fact
from imagen_fake.contract.facts.facts import all_facts
from imagen_fake.contract.mutants.mutants import Kill, mutants
from imagen_fake.contract.report import (
    ASSUMPTION,
    Report,
    as_html,
    as_json,
    as_junit,
    format_difference,
    render,
)
from imagen_fake.contract.result import Finding, LeftOut, Result
from tests.contract.sample_cases import TOO_MANY, ask, generate_case

FACT = Fact("errors.json#/errors/sample_count", "assumed")
KNOWN = Fact("errors.json#/errors/aspect_ratio", "reported")
WRONG = Difference("message", KNOWN, "Invalid aspect ratio, 5:4", "No <b>such</b> ratio")
ONCE = Difference("status", KNOWN, "200", "503 at that time")
LEFT_OUT = (
    LeftOut("path_probes", "GET /somewhere", "leads to another host"),
    LeftOut("checks", "watermark", "needs what only this fake does"),
)
COUNT = "tasks/generate.json#/$defs/parameters/properties/sampleCount"
PLAIN = replace(
    generate_case("vertex imagen generate: plain", sampleCount=1), facts=frozenset({COUNT})
)
RATIO = replace(TOO_MANY, name="vertex imagen generate: a ratio")


@pytest.fixture(scope="module")
def report() -> Report:
    """The report of a run with a difference, a wrong assumption and a call without an answer."""
    evidence = Evidence()
    evidence(ask(PLAIN), [])
    evidence(replace(ask(RATIO), seconds=0.5), [WRONG])
    guess = Difference("message", FACT, "one text", "another")
    findings = (Finding(RATIO, WRONG), Finding(PLAIN, guess))
    gone = {"imagen-3.0-generate-001": "gone since 2026-08-17: not found"}
    once = (Finding(replace(PLAIN, name="vertex imagen generate: once"), ONCE),)
    lost = {"lost": "TimeoutError: late"}
    result = Result("somebody", 2, 1.5, findings, gone, lost, once, LEFT_OUT)
    first, second, *_ = mutants()
    kills = [Kill(first, 3, 0.1, findings[0]), Kill(second, 99, 2.0, None)]
    return Report(result, evidence, kills)


class Text(HTMLParser):
    """The words of a page, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert all(not (value or "").startswith("http") for _, value in attrs)


def test_json_tells_every_fact_and_finding(report: Report) -> None:
    told = json.loads(as_json(report))
    assert [one["pointer"] for one in told["facts"]] == list(all_facts())
    assert sum(told["counts"].values()) == len(all_facts())
    assert told["counts"]["contradicted"] == 1
    assert (told["passed"], told["asked"], told["target"]) == (False, 2, "somebody")
    assert told["findings"][0] == {
        "case": RATIO.name,
        "check": "message",
        "fact": KNOWN.pointer,
        "grade": "reported",
        "expected": WRONG.expected,
        "observed": WRONG.observed,
        "assumption": False,
    }
    assert told["findings"][1]["assumption"] is True
    assert [one["case"] for one in told["flaky"]] == ["vertex imagen generate: once"]
    assert told["left_out"][0] == {
        "part": "path_probes", "name": "GET /somewhere", "reason": "leads to another host"
    }  # fmt: skip
    assert told["unanswered"] == {"lost": "TimeoutError: late"}
    assert [one["found"] is None for one in told["kills"]] == [False, True]


def test_a_page_shows_it_all_without_help_from_elsewhere(report: Report) -> None:
    page = Text()
    page.feed(as_html(report))
    words = " ".join(" ".join(page.words).split())
    assert "There are differences." in words
    assert WRONG.observed in words
    assert "so the fake's assumption is wrong" in words
    assert "What differed once, and not when it was sent again" in words
    assert ONCE.observed in words
    assert "leads to another host: 1 path_probes GET /somewhere" in words
    assert "gone since 2026-08-17" in words
    assert "TimeoutError: late" in words
    assert "nobody" in words
    assert all(pointer in words for pointer in all_facts())
    assert page.tags.count("img") == 1


def test_what_was_answered_cannot_become_markup(report: Report) -> None:
    assert "<b>such</b>" not in as_html(report)


def test_junit_has_a_test_for_each_case_and_a_failure_for_each_difference(report: Report) -> None:
    suite = ElementTree.fromstring(as_junit(report))  # noqa: S314
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["6", "3", "1", "2"]
    skipped = suite.find(".//testcase[@name='GET /somewhere']/skipped")
    assert skipped is not None
    assert skipped.get("message") == "leads to another host"
    one = suite.find(f".//testcase[@name='{RATIO.name.partition(': ')[2]}']")
    assert one is not None
    assert (one.get("classname"), one.get("time")) == ("vertex imagen generate", "0.500")
    failure = one.find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == (format_difference(WRONG), KNOWN.pointer)
    once = suite.find(".//testcase[@name='once']/failure")
    assert once is not None
    assert once.get("message") == format_difference(ONCE)
    lost = suite.find(".//testcase[@name='lost']/error")
    assert lost is not None
    assert lost.get("message") == "TimeoutError: late"


def test_a_wrong_assumption_is_said_to_be_the_fakes() -> None:
    said = format_difference(Difference("message", FACT, "one text", "another"))
    assert said == f"{ASSUMPTION}: message: expected one text, was another"


@pytest.mark.parametrize("ending", [".html", ".json", ".xml"])
def test_the_ending_chooses_the_kind(report: Report, ending: str) -> None:
    told = render(report, Path(f"report{ending}"))
    begins = {".html": "<!doctype html>", ".json": "{", ".xml": "<?xml"}
    assert told.startswith(begins[ending])


def test_another_ending_is_refused(report: Report) -> None:
    with pytest.raises(ValueError, match=r"report\.pdf: a report ends in \.html, \.json, \.xml"):
        render(report, Path("report.pdf"))
