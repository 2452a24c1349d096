"""A result as lines for a terminal: what differs grouped by fact, with one example each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from imagen_fake.contract.mutants.mutants import Kill
from imagen_fake.contract.report import format_difference
from imagen_fake.contract.result import Finding, LeftOut, Result

Key = TypeVar("Key")
Item = TypeVar("Item")


def result_lines(result: Result) -> Sequence[str]:
    """The result of a run as lines, the summary last. Reports have each difference."""
    lines = [*grouped_findings(result.errors), *grouped_findings(result.assumptions)]
    lines += [f"flaky, {line}" for line in grouped_findings(result.flaky)]
    lines += [f"{model}: {words}" for model, words in result.gone.items()]
    lines += [f"no answer: {line}" for line in grouped_reasons(result.unanswered)]
    lines += list(grouped_left_out(result.left_out))
    lines += [] if result.calls else ["nothing was sent"]
    return [*lines, summary(result)]


def summary(result: Result) -> str:
    """The numbers of a run in one line."""
    facts = len({one.difference.fact for one in result.errors})
    differences = f"{len(result.errors)} differences" + (f" from {facts} facts" if facts else "")
    return (
        f"{result.calls} calls to {result.target} in {result.seconds:.1f} s: {differences}, "
        f"{len(result.assumptions)} wrong assumptions of the fake, "
        f"{len(result.flaky)} flaky, {len(result.unanswered)} without an answer, "
        f"{len(result.left_out)} left out"
    )


def grouped_findings(findings: Iterable[Finding]) -> Iterator[str]:
    """Three lines for each fact: how often it is contradicted, the first difference, its case."""
    groups = _grouped((one.difference.fact, one) for one in findings)
    for fact, some in sorted(groups.items(), key=lambda group: -len(group[1])):
        yield (
            f"{len(some)} x {fact.pointer} ({fact.grade})\n"
            f"  {format_difference(some[0].difference)}\n"
            f"  {some[0].case.name}"
        )


def grouped_reasons(reasons: Mapping[str, str]) -> Iterator[str]:
    """Two lines for each reason: what it is, and how many names have it, with the first."""
    groups = _grouped((reason, name) for name, reason in reasons.items())
    for reason, names in groups.items():
        yield f"{reason}\n  {len(names)} x, such as {names[0]}"


def grouped_left_out(left_out: Iterable[LeftOut]) -> Iterator[str]:
    """A line for each reason: how much of each part is left out for it."""
    groups = _grouped((one.reason, one.part) for one in left_out)
    for reason, parts in groups.items():
        counts = ", ".join(f"{count} {part}" for part, count in Counter(parts).items())
        yield f"left out ({reason}): {counts}"


def kill_lines(kills: Sequence[Kill]) -> Sequence[str]:
    """The wrong fakes that were not noticed, and how many were; nothing without mutants."""
    if not kills:
        return []
    survivors = [kill.mutant.name for kill in kills if kill.finding is None]
    kinds = Counter(kill.mutant.kind for kill in kills)
    listed = ", ".join(f"{count} with wrong {kind}" for kind, count in kinds.items())
    summary = f"{len(kills) - len(survivors)} of {len(kills)} wrong fakes were noticed: {listed}"
    return [*(f"nobody noticed: {name}" for name in survivors), summary]


def _grouped(pairs: Iterable[tuple[Key, Item]]) -> Mapping[Key, Sequence[Item]]:
    groups: defaultdict[Key, list[Item]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return groups
