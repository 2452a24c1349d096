"""Findings: merged, ordered, and named in words."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.verdict.findings import SEVERITIES, Basis, Finding, merge, numbers
from tests.verdict.making import CLIENT


def finding(call: int = 1, severity: int = 1, check: str = "check") -> Finding:
    return Finding(
        check=check, severity=SEVERITIES[severity], client=CLIENT, calls=(call,), what="what",
        why="why", advice="advice", basis=Basis("documented", ("quotas",)),
    )  # fmt: skip


def test_findings_that_differ_in_their_calls_alone_are_one() -> None:
    found = list(merge([finding(3), finding(1), finding(3), finding(2, check="other")]))
    assert [(one.check, one.calls) for one in found] == [("check", (1, 3)), ("other", (2,))]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2), st.sampled_from("ab"))))
def test_the_gravest_come_first_and_none_is_lost(made: list[tuple[int, int, str]]) -> None:
    found = list(merge(finding(*one) for one in made))
    ranks = [SEVERITIES.index(one.severity) for one in found]
    assert ranks == sorted(ranks, reverse=True)
    merged = {
        (call, SEVERITIES.index(one.severity), one.check) for one in found for call in one.calls
    }
    assert merged == set(made)


def test_calls_are_named_in_words_and_many_are_counted() -> None:
    assert numbers([7]) == "call 7"
    assert numbers([1, 3]) == "calls 1, 3"
    assert (numbers([]), numbers([], 1), numbers([], 7)) == ("0 calls", "1 call", "7 calls")
    assert numbers(range(1, 23)).endswith(", 20 and 2 more")
    assert numbers([1, 2], 5) == "calls 1, 2 and 3 more"


def test_a_finding_is_the_same_after_it_was_json() -> None:
    (one,) = merge(finding(call) for call in range(1, 31))
    made = json.loads(json.dumps(one.to_json()))
    assert (made["calls"], made["count"]) == (list(range(1, 31)), 30)
    client = replace(CLIENT, credential=CLIENT.credential[:6])  # the rest is nobody's business
    assert Finding.from_json(made) == replace(one, client=client)
    nobodys = replace(one, client=None, basis=None)
    assert Finding.from_json(nobodys.to_json()) == nobodys


def test_a_basis_is_what_a_fact_says_of_itself() -> None:
    assert Basis.of({"x-grade": "assumed", "x-note": "a guess"}) == Basis("assumed")
    assert Basis.of({"x-grade": "reported", "x-source": "a"}) == Basis("reported", ("a",))
    assert str(Basis.of({"x-grade": "reported", "x-source": ["a", "b"]})) == "reported: a, b"


def test_a_finding_is_readable_where_a_test_prints_it() -> None:
    assert str(finding(4)) == "warning: check: what (call 4)"
