"""What a run found: whether it passed, how fast it was, two runs as one."""

from imagen_fake.contract.exchange import Difference, Fact
from imagen_fake.contract.result import Finding, LeftOut, Result
from tests.contract.sample_cases import PLAIN

KNOWN, GUESSED = (
    Finding(PLAIN, Difference("status", Fact("errors.json#", grade), "200", "500"))
    for grade in ("recorded", "assumed")
)


def test_a_difference_is_laid_to_whoever_is_wrong() -> None:
    result = Result("fake", 2, 1.0, (KNOWN, GUESSED))
    assert result.errors == (KNOWN,)
    assert result.assumptions == (GUESSED,)
    assert not result.passed


def test_a_run_without_an_answer_has_not_passed() -> None:
    assert not Result("fake", 1, 1.0, unanswered={"a case": "timeout"}).passed
    assert not Result("fake", 1, 1.0, flaky=(KNOWN,)).passed
    assert Result("fake", 1, 1.0).passed


def test_two_runs_add_up() -> None:
    one = Result("fake", 2, 1.0, (KNOWN,), {"m": "gone"})
    both = one.merge(Result("fake", 4, 2.0, (GUESSED,), {}, {"c": "timeout"}))
    assert (both.calls, both.seconds, both.per_second) == (6, 3.0, 2.0)
    assert both.findings == (KNOWN, GUESSED)
    assert (both.gone, both.unanswered) == ({"m": "gone"}, {"c": "timeout"})


def test_calls_of_one_name_without_an_answer_are_counted_apart() -> None:
    one = Result("fake", 0, 1.0, unanswered={"c": "timeout"}, flaky=(KNOWN,))
    all_three = one.merge(one).merge(one)
    assert list(all_three.unanswered) == ["c", "c (2)", "c (3)"]
    assert all_three.flaky == (KNOWN, KNOWN, KNOWN)


def test_what_two_runs_left_out_is_counted_once() -> None:
    check, probe = LeftOut("checks", "watermark", "a"), LeftOut("path_probes", "GET /", "b")
    one, other = (Result("f", 1, 1.0, left_out=(check, *more)) for more in ((), (probe,)))
    assert one.merge(other).merge(one).left_out == (check, probe)


def test_a_value_is_scrubbed_before_it_is_cut() -> None:
    said = "x" * 297 + "quietmoon"
    wrong = Difference("message", Fact("errors.json#", "recorded"), "a", said)
    result = Result("quietmoon", 1, 1.0, (Finding(PLAIN, wrong),), {}, {"c": said})
    [finding] = result.scrub(lambda text: text.replace("quietmoon", "R")).findings
    assert finding.difference.observed == "x" * 297 + "R"
    [finding] = Result("a", 1, 1.0, flaky=result.findings).scrub(lambda _: "R").flaky
    assert finding.difference.observed == "R"
    assert result.scrub(str.upper).target == "QUIETMOON"
    assert result.scrub(lambda _: "y" * 999).findings[0].difference.observed == "y" * 300 + "…"
