"""The verdicts on many tests as one report, which is made in several processes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import Any

from imagen_fake.verdict.findings import SEVERITIES, Finding
from imagen_fake.verdict.spending import Item, budget_findings, spending_on
from imagen_fake.verdict.verdict import MAX_FINDINGS, NO_BUDGET, Verdict

MAX_TESTS_SHOWN = 20
MAX_KINDS = 2000
"""Of findings that differ; more are counted."""


@dataclass(slots=True)
class Seen:
    """In how many calls and tests findings of a kind were, and the first tests."""

    calls: int = 0
    count: int = 0
    tests: list[str] = field(default_factory=list)

    def add(self, calls: int, count: int, tests: list[str]) -> None:
        """Count some more."""
        self.calls += calls
        self.count += count
        self.tests = [*self.tests, *tests][:MAX_TESTS_SHOWN]


class Gathered:
    """What was found in tests so far."""

    def __init__(self) -> None:
        self.tests = self.calls = self.forgotten = self.omitted = 0
        self.pictures: Counter[Item] = Counter()
        self.unchecked: dict[str, None] = {}
        self.missing: list[str] = []
        """The workers whose findings never came."""
        self._seen: dict[Finding, Seen] = {}

    def add(self, test: str, verdict: Verdict) -> None:
        """Add the verdict on the calls of a test."""
        self.tests += 1
        self.calls += verdict.calls
        self.forgotten += verdict.forgotten
        self.omitted += verdict.omitted
        self.unchecked |= dict.fromkeys(verdict.unchecked)
        for cost in verdict.spending.costs:
            self.pictures[cost.item] += cost.pictures
        for finding in verdict.findings:
            self._add(common(finding), Seen(len(finding.calls), 1, [test]))

    def pack(self) -> dict[str, Any]:
        """All of it in lists, texts and numbers, for another process to `merge`."""
        return {
            "tests": self.tests, "calls": self.calls, "forgotten": self.forgotten,
            "omitted": self.omitted, "unchecked": list(self.unchecked),
            "pictures": [[*key, count] for key, count in self.pictures.items()],
            "seen": [[kind.to_json(), list(astuple(seen))] for kind, seen in self._seen.items()],
        }  # fmt: skip

    def merge(self, packed: Mapping[str, Any]) -> None:
        """Add what another process has packed."""
        self.tests += packed["tests"]
        self.calls += packed["calls"]
        self.forgotten += packed["forgotten"]
        self.omitted += packed["omitted"]
        self.unchecked |= dict.fromkeys(packed["unchecked"])
        for *item, count in packed["pictures"]:
            self.pictures[Item(*item)] += count
        for kind, seen in packed["seen"]:
            self._add(Finding.from_json(kind), Seen(*seen))

    def _add(self, kind: Finding, seen: Seen) -> None:
        if kind not in self._seen and len(self._seen) >= MAX_KINDS:
            self.omitted += 1
            return
        self._seen.setdefault(kind, Seen()).add(seen.calls, seen.count, seen.tests)

    def to_json(self, budget: float | None = None) -> dict[str, Any]:
        """The report as JSON, in the shape of a verdict's; the budget is for all tests together."""
        spent = spending_on(self.pictures, budget)
        over = {common(finding): Seen() for finding in budget_findings((), spent)}
        seen = sorted(
            (over | self._seen).items(),
            key=lambda one: (-SEVERITIES.index(one[0].severity), one[0].check, -one[1].count),
        )
        counts = {name: sum(kind.severity == name for kind, _ in seen) for name in SEVERITIES}
        checked = {NO_BUDGET} if budget is not None else set()
        return {
            "tests": self.tests,
            "calls": self.calls,
            "forgotten": self.forgotten,
            "missing": self.missing,
            "severity": seen[0][0].severity if seen else None,
            "counts": counts,
            "findings": [_as_json(*one) for one in seen[:MAX_FINDINGS]],
            "omitted": self.omitted + max(0, len(seen) - MAX_FINDINGS),
            "spending": spent.to_json(),
            "unchecked": [text for text in self.unchecked if text not in checked],
        }


def common(finding: Finding) -> Finding:
    """What equal findings of several tests and processes have in common.

    The digest of a credential is another one in each process.
    """
    client = finding.client and replace(finding.client, credential="")
    return replace(finding, client=client, calls=())


def _as_json(kind: Finding, seen: Seen) -> dict[str, Any]:
    counted = {"count": seen.calls, "tests": seen.tests, "testCount": seen.count}
    return {**kind.to_json(), **counted}
