"""The verdict on the clients of a fake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from imagen_fake.state.called import Called
from imagen_fake.state.journal import Journal
from imagen_fake.verdict.entries import Entry, entry
from imagen_fake.verdict.fields import field_findings
from imagen_fake.verdict.findings import SEVERITIES, Finding, Severity, merge
from imagen_fake.verdict.life_cycle import life_cycle_findings
from imagen_fake.verdict.quota import quota_findings
from imagen_fake.verdict.report import report_text
from imagen_fake.verdict.retries import retry_findings
from imagen_fake.verdict.spending import Spending, budget_findings, spending

MAX_FINDINGS = 200
"""More are counted, the slightest ones."""

MAX_BUDGET = 10**9
"""In US dollars."""

NO_DAY = "whether a model was deprecated or retired: no day was given (as_of)"
NO_BUDGET = "whether too much was spent: no budget was given"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What clients did wrong, the gravest first, and what they spent. Its text is a report."""

    findings: tuple[Finding, ...]
    spending: Spending
    calls: int
    """How many calls were judged."""
    forgotten: int = 0
    """How many calls the journal had forgotten before."""
    omitted: int = 0
    """How many findings are left out, as there are too many."""
    unchecked: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """That of the gravest finding; None without any."""
        return self.findings[0].severity if self.findings else None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        counts = {name: sum(one.severity == name for one in self.findings) for name in SEVERITIES}
        return {
            "calls": self.calls,
            "forgotten": self.forgotten,
            "severity": self.severity,
            "counts": counts,
            "findings": [finding.to_json() for finding in self.findings],
            "omitted": self.omitted,
            "spending": self.spending.to_json(),
            "unchecked": list(self.unchecked),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Verdict":
        """The verdict that `to_json` wrote."""
        return cls(
            tuple(map(Finding.from_json, value["findings"])),
            Spending.from_json(value["spending"]),
            value["calls"],
            value["forgotten"],
            value["omitted"],
            tuple(value["unchecked"]),
        )

    def __str__(self) -> str:
        return report_text(self.to_json())


def judge(
    calls: Iterable[Called],
    *,
    as_of: date | None = None,
    budget: float | None = None,
    forgotten: int = 0,
) -> Verdict:
    """The verdict on calls; models are judged as of a day, spending by a budget in US dollars.

    Takes time in proportion to the number of calls, not to their size. Raises ValueError for a
    budget that is no amount of money.
    """
    if budget is not None and not _is_amount(budget):
        raise ValueError(f"A budget is an amount of US dollars such as 2.5, not {budget!r:.80}.")
    return judge_entries(list(map(entry, calls)), as_of, budget, forgotten)


def _is_amount(budget: object) -> bool:
    if isinstance(budget, bool) or not isinstance(budget, int | float):
        return False
    return 0 <= budget <= MAX_BUDGET  # which is false of nan, too


def judge_journal(
    journal: Journal,
    project: str | None = None,
    *,
    as_of: date | None = None,
    budget: float | None = None,
) -> Verdict:
    """The verdict on the calls of a project that a journal has; on all calls for None.

    Raises ValueError, as `judge` does.
    """
    shed = journal.shed if project is None else journal.shed_of(project)
    return judge(journal.of(project), as_of=as_of, budget=budget, forgotten=shed.calls)


def judge_entries(
    judged: Sequence[Entry],
    as_of: date | None = None,
    budget: float | None = None,
    forgotten: int = 0,
) -> Verdict:
    """The verdict on entries, as `judge` gives it."""
    spent = spending(judged, budget)
    findings = list(merge(_findings(judged, as_of, spent, forgotten)))
    dated = as_of is not None or bool(judged and all(entry.as_of for entry in judged))
    unchecked = ("" if dated else NO_DAY, NO_BUDGET if budget is None else "")
    return Verdict(
        tuple(findings[:MAX_FINDINGS]),
        spent,
        len(judged),
        forgotten,
        max(0, len(findings) - MAX_FINDINGS),
        tuple(filter(None, unchecked)),
    )


def _findings(
    judged: Sequence[Entry], as_of: date | None, spent: Spending, forgotten: int
) -> Iterator[Finding]:
    if forgotten:
        yield _incomplete(forgotten)
    yield from life_cycle_findings(judged, as_of)
    yield from budget_findings(judged, spent)
    yield from retry_findings(judged)
    yield from field_findings(judged)
    yield from quota_findings(judged)


def _incomplete(forgotten: int) -> Finding:
    return Finding(
        check="incomplete",
        severity="warning",
        client=None,
        calls=(),
        what=f"{forgotten} calls were forgotten before this verdict",
        why="the journal keeps the last calls alone; what is said here holds of those",
        advice="ask for a verdict more often, and reset the fake after it",
    )
