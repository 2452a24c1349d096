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

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"grade": self.grade, "sources": list(self.sources)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> "Basis | None":
        """What `to_json` wrote; None for null."""
        return cls(value["grade"], tuple(value["sources"])) if value else None

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
        """As JSON."""
        return {
            "check": self.check,
            "severity": self.severity,
            "client": self.client.to_json() if self.client else None,
            "calls": list(self.calls),
            "count": len(self.calls),
            "what": self.what,
            "why": self.why,
            "advice": self.advice,
            "basis": self.basis.to_json() if self.basis else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Finding":
        """The finding that `to_json` wrote."""
        client = value["client"]
        return cls(
            check=value["check"],
            severity=value["severity"],
            client=Client.from_json(client) if client else None,
            calls=tuple(value["calls"]),
            what=value["what"],
            why=value["why"],
            advice=value["advice"],
            basis=Basis.from_json(value["basis"]),
        )


def merge(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those that differ in their calls alone as one; the gravest first."""
    calls: dict[Finding, list[int]] = {}
    for finding in findings:
        calls.setdefault(replace(finding, calls=()), []).extend(finding.calls)
    merged = (replace(one, calls=tuple(sorted(set(found)))) for one, found in calls.items())
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
