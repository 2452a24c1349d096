"""Whether the kit convicts a mutant: its units asked, the most telling first, until one differs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from time import monotonic

from imagen_fake.contract.mutants.mutated_fake import MutatedFake
from imagen_fake.contract.suite import Result
from tests.mutation.mutant import Mutant
from tests.mutation.reach import Digest, Reach, in_function
from tests.mutation.units import Unit

CAUGHT, NOT_VIABLE, SURVIVED, NOT_REACHED = "caught", "not viable", "survived", "not reached"

SECONDS = 120.0
"""The time for a mutant: one may only wait, and nothing else would be wrong with it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: one of the outcomes, after so many units and calls.

    `finding` says what was found, `by` which unit found it. `changed` are the units to which it
    answers otherwise than the true fake does, without being convicted.
    """

    mutant: Mutant
    outcome: str
    units: int = 0
    calls: int = 0
    by: str = ""
    finding: str = ""
    changed: tuple[str, ...] = ()


def judge(mutant: Mutant, units: Sequence[Unit], reach: Reach, seconds: float = SECONDS) -> Verdict:
    """The verdict on a mutant that these units are asked of, in this order, for so long."""
    if not units:
        return Verdict(mutant, NOT_REACHED)
    with MutatedFake() as fake:
        try:
            fake.apply(mutant.program)
        except OSError as error:
            return Verdict(mutant, NOT_VIABLE, finding=str(error))
        number, calls, changed, end = 0, 0, list[str](), monotonic() + seconds
        for number, unit in enumerate(units, 1):
            if monotonic() > end:
                break
            digest = Digest()
            try:
                result = unit.ask(fake, digest)
            except Exception as error:  # noqa: BLE001 (what a wrong fake says may break a check)
                finding = f"the kit fails: {type(error).__name__}: {error}"
                return Verdict(mutant, CAUGHT, number, calls, unit.name, finding)
            calls += result.calls
            if not result.passed:
                return Verdict(mutant, CAUGHT, number, calls, unit.name, _first(result))
            if digest.value != reach.answers[unit.name]:
                changed.append(unit.name)
    return Verdict(mutant, SURVIVED, number, calls, changed=tuple(changed))


def select(mutant: Mutant, units: Iterable[Unit], reach: Reach, limit: int) -> list[Unit]:
    """The units to ask: those that reach the mutated line, then those that reach its module.

    The latter because what is cached was reached only by the first that needed it. One of each
    group comes after the other, the quick ones first. A line in a function that nothing reaches:
    no unit at all. A limit of 0 is none.
    """
    on_line = reach.units(mutant.module, mutant.line)
    if not on_line and in_function(mutant.program.text, mutant.line):
        return []
    nearby = reach.units_of_module(mutant.module) - on_line
    listed = [unit for unit in units if unit.name in reach.seconds]
    chosen = [
        *interleave((one for one in listed if one.name in on_line), reach),
        *interleave((one for one in listed if one.name in nearby), reach),
    ]
    return chosen[: limit or None]


def interleave(units: Iterable[Unit], reach: Reach) -> list[Unit]:
    """One unit of each group, then the next of each; the quick ones of a group first."""
    groups = defaultdict[str, list[Unit]](list)
    for unit in sorted(units, key=lambda one: (reach.seconds[one.name], one.name)):
        groups[unit.group].append(unit)
    return [one for rank in zip_longest(*groups.values()) for one in rank if one]


def _first(result: Result) -> str:
    for finding in (*result.findings, *result.flaky):
        one = finding.difference
        return f"{one.check} ({one.fact.pointer}): {one.expected[:200]} | {one.observed[:200]}"
    return "no answer: " + next(iter(result.unanswered.values()), "")
