from dataclasses import replace

from imagen_fake.contract.exchange import Difference, Fact
from imagen_fake.contract.mutants.mutants import Kill, mutants
from imagen_fake.contract.result import Finding, LeftOut, Result
from imagen_fake.contract.summary import kill_lines, result_lines
from tests.contract.sample_cases import PLAIN, TOO_MANY

RATIO = Fact("errors.json#/errors/aspect_ratio", "reported")
HEADER = Fact("surfaces/gemini.json#/headers", "recorded")
GUESS = Fact("errors.json#/errors/keyword_type", "assumed")


def finding(fact: Fact, name: str, check: str = "message") -> Finding:
    return Finding(replace(PLAIN, name=name), Difference(check, fact, "this", "that"))


def lines(result: Result) -> list[str]:
    return [line for text in result_lines(result) for line in text.splitlines()]


def test_what_differs_is_grouped_by_fact_the_most_frequent_first_with_one_example_each() -> None:
    headers = [finding(HEADER, f"case {number}", "headers") for number in range(3000)]
    ratios = [finding(RATIO, f"ratio {number}") for number in range(12)]
    guesses = [finding(GUESS, "guess", "status"), finding(GUESS, "other guess")]
    result = Result("somebody", 3014, 2.0, (*guesses, *ratios, *headers))
    assert lines(result) == [
        "3000 x surfaces/gemini.json#/headers (recorded)",
        "  headers: expected this, was that",
        "  case 0",
        "12 x errors.json#/errors/aspect_ratio (reported)",
        "  message: expected this, was that",
        "  ratio 0",
        "2 x errors.json#/errors/keyword_type (assumed)",
        "  the fake's assumption is wrong: status: expected this, was that",
        "  guess",
        (
            "3014 calls to somebody in 2.0 s: 3012 differences from 2 facts,"
            " 2 wrong assumptions of the fake, 0 flaky, 0 without an answer, 0 left out"
        ),
    ]


def test_what_is_gone_flaky_or_without_an_answer_is_listed_before_the_numbers() -> None:
    late = {f"lost {number}": "TimeoutError: late" for number in range(4)}
    gone = {"imagen-3.0-generate-001": "gone since 2026-08-17"}
    own, elsewhere = "needs what only this fake does", "leads to another host"
    left_out = (
        LeftOut("path_probes", "a", own),
        LeftOut("path_probes", "b", elsewhere),
        LeftOut("path_probes", "c", own),
        LeftOut("checks", "watermark", own),
    )
    result = Result("somebody", 9, 2.0, (), gone, late, (finding(RATIO, "once"),), left_out)
    assert lines(result) == [
        "flaky, 1 x errors.json#/errors/aspect_ratio (reported)",
        "  message: expected this, was that",
        "  once",
        "imagen-3.0-generate-001: gone since 2026-08-17",
        "no answer: TimeoutError: late",
        "  4 x, such as lost 0",
        "left out (needs what only this fake does): 2 path_probes, 1 checks",
        "left out (leads to another host): 1 path_probes",
        (
            "9 calls to somebody in 2.0 s: 0 differences, 0 wrong assumptions of the fake,"
            " 1 flaky, 4 without an answer, 4 left out"
        ),
    ]


def test_a_run_that_sent_nothing_is_said_to_be_one() -> None:
    assert lines(Result("somebody", 0, 0.0))[0] == "nothing was sent"


def test_wrong_fakes_that_live_are_named() -> None:
    first, second, *_ = mutants()
    found = Finding(TOO_MANY, Difference("status", RATIO, "400", "200"))
    kills = [Kill(first, 1, 0.1, found), Kill(second, 2, 0.1, None)]
    assert kill_lines(kills) == [
        f"nobody noticed: {second.name}", "1 of 2 wrong fakes were noticed: 2 with wrong facts"
    ]  # fmt: skip
    assert kill_lines([]) == []
