from collections import OrderedDict
from dataclasses import replace

from imagen_fake.clock import QuotaClock
from imagen_fake.directives.directives import parse
from imagen_fake.state.rule import MAX_COUNTERS, CallCounter, Rule, put_latest
from tests.conftest import understood

CALL = understood()


def rule(directives: str) -> Rule:
    return Rule(name="mine", directives=directives, parsed=parse(directives, in_rule=True))


def test_a_counter_forces_after_and_no_more_than_so_many_times() -> None:
    counter = CallCounter()
    directives = parse("drop after=1 times=2")
    assert [bool(counter.apply(directives, "seed")) for _ in range(5)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert (counter.seen, counter.applied) == (5, 2)


def test_a_rule_of_a_project_is_about_no_other_calls() -> None:
    of_a = rule("project=a drop")
    calls = [replace(CALL, project=project) for project in ("a", "b", "", "A")]
    assert [bool(of_a.answer(call, QuotaClock())) for call in calls] == [True, False, False, False]
    assert (of_a.project, of_a.seen) == ("a", 1)
    assert rule("drop").project == ""


def test_what_one_project_used_of_a_quota_is_forgotten_alone() -> None:
    clock, limit = QuotaClock(), rule("quota=1 clock=manual")

    def refused(project: str) -> bool:
        return "error" in limit.answer(replace(CALL, project=project), clock)

    assert [refused(project) for project in "aabb"] == [False, True, False, True]
    limit.forget("a")
    assert [refused(project) for project in "aabb"] == [False, True, True, True]


def test_of_very_many_counts_the_latest_stay() -> None:
    counted = OrderedDict[int, int]()
    for number in range(MAX_COUNTERS + 5):
        put_latest(counted, number, 0)
    assert list(counted) == [*range(5, MAX_COUNTERS + 5)]
