"""Mistakes: what was done, in which calls, why it is one, and what to do instead."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from imagen_fake.verdict.entries import Client

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the slightest on."""

MAX_CALLS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Basis:
    """The fact that a finding rests on: its grade and its sources, as `schemas/` has them."""

    grade: str
    sources: tuple[str, ...] = ()

    @classmethod
    def of(cls, fact: Mapping[str, Any]) -> "Basis":
        """What is said of a fact in `schemas/`."""
        sources = fact.get("x-source", ())
        return cls(fact["x-grade"], (sources,) if isinstance(sources, str) else tuple(sources))

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.grade, ", ".join(self.sources))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake of one client, and the numbers of the calls that show it."""

    check: str
    severity: Severity
    client: Client | None
    """None where no single client is meant."""
    calls: tuple[int, ...]
    what: str
    why: str
    advice: str
    basis: Basis | None = None

    def __str__(self) -> str:
        return f"{self.severity}: {self.check}: {self.what} ({numbers(self.calls)})"

    def to_json(self) -> dict[str, Any]:
        """As JSON; of many calls the first ones are named."""
        return {
            "check": self.check,
            "severity": self.severity,
            "client": str(self.client) if self.client else None,
            "calls": list(self.calls[:MAX_CALLS_SHOWN]),
            "count": len(self.calls),
            "what": self.what,
            "why": self.why,
            "advice": self.advice,
            "basis": str(self.basis) if self.basis else None,
        }


def merge(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those that differ in their calls alone as one; the gravest first."""
    calls: dict[Finding, list[int]] = {}
    for finding in findings:
        calls.setdefault(replace(finding, calls=()), []).extend(finding.calls)
    merged = (replace(one, calls=tuple(dict.fromkeys(found))) for one, found in calls.items())
    return iter(sorted(merged, key=lambda one: -SEVERITIES.index(one.severity)))


def numbers(calls: Iterable[int], count: int | None = None) -> str:
    """Which calls, in words: `calls 1, 3`; no more than twenty of a `count`, or that alone."""
    listed = list(calls)
    shown, total = listed[:MAX_CALLS_SHOWN], len(listed) if count is None else count
    noun = "call" if total == 1 else "calls"
    if not shown:
        return f"{total} {noun}"
    more = f" and {total - len(shown)} more" if total > len(shown) else ""
    return f"{noun} {', '.join(map(str, shown))}{more}"
