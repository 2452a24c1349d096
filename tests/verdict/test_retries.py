"""Which retries are wrong, by when they come after what."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.verdict.entries import Client, Entry
from imagen_fake.verdict.findings import merge
from imagen_fake.verdict.retries import is_hammering, retries, retry_findings
from tests.verdict.making import CLIENT, attempts, checks, entry

RETRYABLE = spec.table("retries")["statuses"]["value"]


def found(entries: list[Entry]) -> list[tuple[str, tuple[int, ...]]]:
    return checks(merge(retry_findings(entries)))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 501])
def test_an_error_that_comes_again_is_not_to_be_retried(status: int) -> None:
    assert found(attempts(status, 1, 2, 4)) == [("retried-error", (2, 3, 4))]


@pytest.mark.parametrize("status", RETRYABLE)
def test_an_error_that_may_pass_is_to_be_retried_with_growing_pauses(status: int) -> None:
    assert found(attempts(status, 1, 2, 4)) == []


@pytest.mark.parametrize("status", [200, 499])
def test_what_was_answered_or_broken_off_may_be_asked_again(status: int) -> None:
    assert found(attempts(status, 0, 0, 0)) == []


def test_an_equal_request_after_more_than_a_minute_is_another() -> None:
    assert found(attempts(400, 60)) == [("retried-error", (2,))]
    assert found(attempts(400, 60.5)) == []


@pytest.mark.parametrize(
    "other",
    [
        {"body": b"other"},
        {"path": "/v1/other"},
        {"client": replace(CLIENT, project="q")},
        {"client": replace(CLIENT, credential="f" * 16)},
        {"client": replace(CLIENT, user_agent="other")},
    ],
    ids=["body", "path", "project", "credential", "agent"],
)
def test_another_request_or_client_is_no_retry(other: dict[str, Any]) -> None:
    assert found([entry(0, 400), entry(1, 400, number=2, **other)]) == []


def test_equal_requests_at_the_same_time_are_no_retries() -> None:
    together = [entry(0, 503, number=n, seconds=2.0) for n in (1, 2, 3)]
    assert list(retries(together)) == []


def test_an_equal_request_that_began_before_the_answer_is_no_retry() -> None:
    assert list(retries([entry(0, 503, seconds=2), entry(1, 503, number=2)])) == []


def test_entries_are_judged_in_order_of_time_not_of_the_journal() -> None:
    late_in_the_journal = [entry(5, 200, number=1), entry(0, 400, number=2)]
    assert found(late_in_the_journal) == [("retried-error", (1,))]


def test_a_success_in_between_ends_the_retries() -> None:
    statuses = [503, 200, 503, 200]
    calls = [entry(n / 100, status, number=n) for n, status in enumerate(statuses, 1)]
    assert found(calls) == []


@pytest.mark.parametrize(
    ("gaps", "hammers"),
    [
        ([0.0], False),  # once at once, as urllib3 does
        ([0.0, 0.0], True),
        ([0.0, 0.2, 0.4], False),
        ([0.0, 0.01, 0.02], True),
        ([0.2, 0.2, 0.2], True),
        ([0.2, 0.2], False),
        ([1.0, 1.0, 1.0], False),
        ([0.4, 0.8, 1.6], False),
        ([1.3, 2.2, 4.9, 8.1], False),
    ],
)
def test_pauses_have_to_grow_or_be_long(gaps: list[float], hammers: bool) -> None:
    assert is_hammering(gaps) == hammers
    expected = [("no-backoff", tuple(range(2, len(gaps) + 2)))] if hammers else []
    assert found(attempts(503, *gaps)) == expected


@given(
    st.floats(0.5, 2),
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
)
def test_backoff_as_googles_client_does_it_is_right(first: float, jitter: list[float]) -> None:
    gaps = [first * 2**n + more for n, more in enumerate(jitter)]
    assert not is_hammering(gaps)


def test_a_wait_that_the_answer_asked_for_has_to_be_over() -> None:
    assert found(attempts(429, 3, wait=5)) == [("ignored-wait", (2,))]
    assert found(attempts(429, 5, wait=5)) == []


def test_a_wait_begins_when_the_answer_has_come() -> None:
    late = [entry(0, 429, delay=4, wait=5), entry(6, 200, number=2)]
    assert found(late) == [("ignored-wait", (2,))]


def test_who_gave_up_before_the_answer_came_did_not_ignore_it() -> None:
    given_up = [entry(0, 429, delay=30, wait=5), entry(10, 200, number=2)]
    assert found(given_up) == []


def test_each_client_is_judged_by_itself() -> None:
    other = Client("q", "", "other")
    calls = [*attempts(400, 1), *(replace(one, client=other) for one in attempts(400, 1))]
    assert [(one.client, one.calls) for one in merge(retry_findings(calls))] == [
        (CLIENT, (2,)),
        (other, (2,)),
    ]


@given(st.lists(st.tuples(st.sampled_from([200, 400, 429, 503]), st.floats(0, 100)), max_size=30))
def test_a_retry_is_of_an_error_and_comes_within_a_minute(moments: list[tuple[int, float]]) -> None:
    calls = [entry(moment, status, number=n) for n, (status, moment) in enumerate(moments)]
    for retry in retries(calls):
        assert retry.failed.status >= 400
        assert 0 <= retry.gap <= 60
    assert len(list(retries(calls))) < max(1, len(calls))
