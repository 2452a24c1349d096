"""Calls that were made again after an error: whether they should have been, and how soon."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

from imagen_fake import spec
from imagen_fake.verdict.entries import Entry
from imagen_fake.verdict.findings import Basis, Finding

RETRY_SECONDS = 60.0
"""An equal request within this time is the same one again."""

NO_PAUSE = 0.1
"""Seconds that are no pause. One retry may follow at once: many clients' first one does."""

CANCELLED = 499
"""The status of a call that its own client ended."""

EARLY = 0.99
"""The share of a wait that has to be over: clocks differ."""


class Retry(NamedTuple):
    """A request that failed, and the next equal one of the same client."""

    failed: Entry
    again: Entry

    @property
    def gap(self) -> float:
        """The seconds between the error and the next request."""
        return self.again.trace.started - self.failed.trace.ended


def retries(entries: Iterable[Entry]) -> Iterator[Retry]:
    """Every request that was made again after an error, in order of time.

    Equal requests under way at the same time are none of each other.
    """
    latest: dict[Hashable, Entry] = {}
    for entry in sorted(entries, key=lambda one: one.trace.started):
        key = _key(entry)
        before = latest.get(key)
        latest[key] = entry
        if before is None or before.status < 400 or before.status == CANCELLED:
            continue
        retry = Retry(before, entry)
        if 0 <= retry.gap <= RETRY_SECONDS:
            yield retry


def retry_findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """What is wrong with the retries among entries."""
    statuses = spec.table("retries")["statuses"]
    chains: dict[int, list[Retry]] = {}
    for retry in retries(entries):
        if retry.failed.status not in statuses["value"]:
            yield _final_error(retry, Basis.of(statuses))
            continue
        if _is_early(retry):
            yield _ignored_wait(retry)
        chain = chains.pop(retry.failed.number, [])
        chain.append(retry)
        chains[retry.again.number] = chain
    for chain in chains.values():
        if is_hammering([retry.gap for retry in chain]):
            yield _no_backoff(chain)


def is_hammering(gaps: Sequence[float]) -> bool:
    """Whether the pauses before the attempts that follow each other are none, or do not grow."""
    if sum(gap < NO_PAUSE for gap in gaps) >= 2:
        return True
    first = spec.table("retries")["wait"]["seconds"]
    grows = max(gaps) >= 1.5 * max(gaps[0], NO_PAUSE)
    return len(gaps) >= 3 and fmean(gaps) < first and not grows


def _key(entry: Entry) -> Hashable:
    return entry.client, entry.path, entry.trace.body_digest


def _is_early(retry: Retry) -> bool:
    """Whether a client did not wait as long as the answer, which it had received, asked for."""
    failed, again = retry.failed.trace, retry.again.trace
    waited = again.started - failed.received
    return 0 <= waited < EARLY * failed.wait


def _final_error(retry: Retry, basis: Basis) -> Finding:
    return Finding(
        check="retried-error",
        severity="warning",
        client=retry.failed.client,
        calls=(retry.again.number,),
        what=f"asked again what had been refused with {retry.failed.status}",
        why="an equal request gets this error each time",
        advice="give up at once on every status but {}".format(
            ", ".join(map(str, spec.table("retries")["statuses"]["value"]))
        ),
        basis=basis,
    )


def _ignored_wait(retry: Retry) -> Finding:
    return Finding(
        check="ignored-wait",
        severity="warning",
        client=retry.failed.client,
        calls=(retry.again.number,),
        what="asked again before the time that the answer had asked to wait was over",
        why=f"the answer {retry.failed.status} said when to come again (Retry-After or RetryInfo)",
        advice="wait for as long as the header Retry-After or the detail RetryInfo says",
    )


def _no_backoff(chain: Sequence[Retry]) -> Finding:
    wait = spec.table("retries")["wait"]
    return Finding(
        check="no-backoff",
        severity="warning",
        client=chain[0].failed.client,
        calls=tuple(retry.again.number for retry in chain),
        what="asked again and again without a pause that grows",
        why=f"the answer was {chain[-1].failed.status}; all clients at once keep a service down",
        advice=f"wait {wait['seconds']} s before the second attempt and {wait['factor']} times as"
        " long before each that follows, with some jitter",
        basis=Basis.of(wait),
    )
