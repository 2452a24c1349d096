"""Requests beyond a quota: a rule's, and the service's own."""

from dataclasses import replace

from imagen_fake import spec
from imagen_fake.verdict.entries import Client, Entry
from imagen_fake.verdict.findings import Finding, merge
from imagen_fake.verdict.quota import quota_findings
from tests.verdict.making import MODEL, entry

FACTS = spec.read(f"models/{MODEL}.json")["quota"]
LIMIT = FACTS["requestsPerMinute"]


def found(calls: list[Entry]) -> list[Finding]:
    return list(merge(quota_findings(calls)))


def test_what_a_quota_refused_is_a_warning() -> None:
    calls = [entry(n, 429, number=n, quota=2) for n in (3, 4)]
    assert [(one.check, one.severity, one.calls) for one in found(calls)] == [
        ("over-quota", "warning", (3, 4))
    ]


def test_a_429_that_was_forced_is_nobodys_mistake() -> None:
    assert found([entry(0, 429)]) == []


def spread(count: int, seconds: float) -> list[Entry]:
    return [entry(n * seconds / count, number=n + 1) for n in range(count)]


def test_as_many_as_the_service_takes_in_a_minute_are_right() -> None:
    assert found(spread(LIMIT, 50)) == []
    assert found(spread(3 * LIMIT, 190)) == []


def test_more_than_the_service_takes_in_a_minute_are_worth_a_word() -> None:
    (finding,) = found(spread(LIMIT + 3, 50))
    assert (finding.check, finding.severity) == ("busy-minute", "info")
    assert finding.calls == (LIMIT + 1, LIMIT + 2, LIMIT + 3)
    assert f"{LIMIT + 3} requests for {FACTS['baseModel']}" in finding.what
    assert finding.basis
    assert finding.basis.grade == FACTS["x-grade"]


def test_each_project_and_location_has_a_quota_of_its_own() -> None:
    here = spread(LIMIT, 50)
    elsewhere = [replace(one, path=one.path.replace("us-central1", "europe-west4")) for one in here]
    another = [replace(one, client=Client("q")) for one in here]
    assert found([*here, *elsewhere, *another]) == []
