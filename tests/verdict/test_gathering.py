"""Verdicts of many tests, from several processes, as one."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.respond import Delivery
from imagen_fake.verdict.gathering import MAX_KINDS, MAX_TESTS_SHOWN, Gathered
from imagen_fake.verdict.verdict import MAX_FINDINGS, NO_BUDGET, NO_DAY, Verdict, judge_entries
from tests.verdict.making import CLIENT, MODEL, attempts, entry

REFUSED = attempts(400, 1)
HAMMERED = attempts(503, 0, 0)
PICTURE = Delivery(MODEL, "generate", 1)
PRICE = spec.table("prices")["models"][MODEL]["usd"]


def ignoring(*fields: str) -> Verdict:
    return judge_entries([entry(number=n, warnings=(name,)) for n, name in enumerate(fields)])


def gathered(**verdicts: Verdict) -> Gathered:
    made = Gathered()
    for test, verdict in verdicts.items():
        made.add(test, verdict)
    return made


def found(made: Gathered, **more: Any) -> list[tuple[str, int, int, list[str]]]:
    return [
        (one["check"], one["count"], one["testCount"], one["tests"])
        for one in made.to_json(**more)["findings"]
    ]


def test_equal_findings_of_several_tests_are_one() -> None:
    made = gathered(a=judge_entries(REFUSED), b=judge_entries(HAMMERED), c=judge_entries(REFUSED))
    assert found(made) == [("no-backoff", 2, 1, ["b"]), ("retried-error", 2, 2, ["a", "c"])]


def test_a_client_is_the_same_in_every_process() -> None:
    other = replace(CLIENT, credential="f" * 16)
    elsewhere = [replace(one, client=other) for one in REFUSED]
    made = gathered(a=judge_entries(REFUSED), b=judge_entries(elsewhere))
    assert found(made) == [("retried-error", 2, 2, ["a", "b"])]
    (finding,) = made.to_json()["findings"]
    assert finding["client"]["credential"] == ""


def test_pictures_of_all_tests_are_added_and_held_to_one_budget() -> None:
    one = judge_entries([entry(delivery=PICTURE)])
    made = gathered(a=one, b=one)
    assert made.to_json()["spending"]["usd"] == 2 * PRICE
    assert found(made, budget=2 * PRICE) == []
    assert found(made, budget=PRICE) == [("over-budget", 0, 0, [])]
    assert made.to_json(budget=PRICE)["severity"] == "error"


def test_what_was_not_checked_in_some_test_is_said_once() -> None:
    made = gathered(a=ignoring("x"), b=ignoring("x"))
    assert made.to_json()["unchecked"] == [NO_DAY, NO_BUDGET]
    assert made.to_json(budget=1.0)["unchecked"] == [NO_DAY]


def test_of_many_tests_the_first_are_named() -> None:
    made = gathered(**{f"test{n}": judge_entries(REFUSED) for n in range(30)})
    ((_, count, tests, named),) = found(made)
    assert (count, tests, len(named)) == (30, 30, MAX_TESTS_SHOWN)


def test_findings_that_all_differ_do_not_grow_without_bound() -> None:
    made = Gathered()
    for batch in range(0, MAX_KINDS + 100, 10):
        made.add("a", ignoring(*(f"field {batch + n}" for n in range(10))))
    report = made.to_json()
    assert len(report["findings"]) == MAX_FINDINGS
    assert len(report["findings"]) + report["omitted"] == MAX_KINDS + 100


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["400", "503", "field"])), max_size=8))
def test_it_does_not_matter_which_process_ran_a_test(runs: list[tuple[bool, str]]) -> None:
    verdicts = {
        "400": judge_entries(REFUSED), "503": judge_entries(HAMMERED), "field": ignoring("x"),
    }  # fmt: skip
    alone, first, second = Gathered(), Gathered(), Gathered()
    for number, (elsewhere, name) in enumerate(runs):
        alone.add(str(number), verdicts[name])
        (second if elsewhere else first).add(str(number), verdicts[name])
    together = Gathered()
    for packed in (first.pack(), second.pack()):
        together.merge(json.loads(json.dumps(packed)))
    assert unordered(together.to_json()) == unordered(alone.to_json())


def unordered(report: dict[str, Any]) -> dict[str, Any]:
    findings = [{**one, "tests": sorted(one["tests"])} for one in report["findings"]]
    return {**report, "findings": sorted(findings, key=str)}
