"""The facts that a run settles, as lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from imagen_fake.contract.settle.settlement import Outcome, Settlement

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def settlement_lines(settled: Iterable[Settlement]) -> Iterator[str]:
    """Every fact that was not sure, by what became of it, with its grade; the counts last."""
    ordered = _by_outcome(settled)
    for one in ordered:
        missing = f", {one.missing} more to see" if one.outcome == "in part" else ""
        yield f"{one.outcome}: {one.fact.pointer} ({one.fact.grade}{missing})"
        yield from _contradictions(one)
    yield settlement_counts(ordered)


def settlement_data(settled: Iterable[Settlement]) -> list[dict[str, Any]]:
    """Each fact as plain values: its pointer, grade, outcome, what is missing, and differences."""
    return [
        {
            "fact": one.fact.pointer,
            "grade": one.fact.grade,
            "outcome": one.outcome,
            "missing": one.missing,
            "differences": [
                {"check": check, "expected": expected, "observed": observed}
                for check, expected, observed in _sides(one)
            ],
        }
        for one in _by_outcome(settled)
    ]


def settlement_counts(settled: Sequence[Settlement]) -> str:
    """How many facts became what."""
    counts = Counter(one.outcome for one in settled)
    numbers = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES)
    return f"of {len(settled)} facts that no recording had settled: {numbers}"


def _by_outcome(settled: Iterable[Settlement]) -> list[Settlement]:
    return sorted(settled, key=lambda one: OUTCOMES.index(one.outcome))


def _contradictions(settlement: Settlement) -> Iterator[str]:
    """What a fact says and what was seen, in lines."""
    for check, expected, observed in _sides(settlement):
        yield f"  {check}: expected {expected}"
        yield f"  {' ' * len(check)}  was      {observed}"


def _sides(settlement: Settlement) -> Iterable[tuple[str, str, str]]:
    """What each check expected of a fact and what it saw, once for each."""
    return dict.fromkeys(
        (one.check, one.expected, one.observed) for _, one in settlement.contradicting
    )
