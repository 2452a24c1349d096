"""What is printed and written of verdicts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.mutation.judge import CAUGHT, NOT_VIABLE, Verdict


def progress(verdict: Verdict) -> str:
    """A verdict in a line."""
    return f"{verdict.outcome:11} {verdict.calls:5} calls  {verdict.mutant.name}"


def lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Each mutant that was not caught, then the counts and the share."""
    for one in verdicts:
        if one.outcome not in {CAUGHT, NOT_VIABLE}:
            changed = f", {len(one.changed)} answer otherwise" if one.changed else ""
            yield f"{one.mutant.name}: {one.outcome} by {one.units} units{changed}"
            yield one.mutant.diff
    counts = Counter(one.outcome for one in verdicts)
    yield ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())
    viable = len(verdicts) - counts[NOT_VIABLE]
    yield f"{counts[CAUGHT]} of {viable} viable mutants caught: {share(verdicts):.1%}"


def share(verdicts: Sequence[Verdict]) -> float:
    """The share of the viable mutants that was caught; 0 where none is viable."""
    viable = [one for one in verdicts if one.outcome != NOT_VIABLE]
    return sum(one.outcome == CAUGHT for one in viable) / len(viable) if viable else 0.0


def as_json(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """The verdicts as JSON."""
    return [
        {
            "mutant": one.mutant.name,
            "diff": one.mutant.diff,
            "outcome": one.outcome,
            "units": one.units,
            "calls": one.calls,
            "by": one.by,
            "finding": one.finding,
            "changed": one.changed[:10],
        }
        for one in verdicts
    ]
