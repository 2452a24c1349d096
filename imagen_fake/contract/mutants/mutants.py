"""Mutants: deliberately wrong fakes, and whether the suite notices each and names its fact."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.exchange import Case, Difference, Request, Response
from imagen_fake.contract.mutants.patched_facts import Patch, PatchedFake
from imagen_fake.contract.mutants.response_mutators import MUTATORS, Mutator
from imagen_fake.contract.suite import Finding, run
from imagen_fake.contract.targets.target import Target
from imagen_fake.contract.targets.targets import InProcessTarget


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fake that deviates in one respect: by patched facts, or by a response mutator.

    `fact` is the pointer that a finding must name, `by` the check or relation that finds it. A
    fact that begins with `*` may be in any file. `through` is the relation whose responses show
    it, and `first` is part of the names of the cases that show it soonest.
    """

    name: str
    fact: str
    by: str
    patch: Patch | None = None
    mutator: str = ""
    through: str | None = None
    first: str = ""

    def explains(self, difference: Difference) -> bool:
        """Whether a difference is due to the deviation of this fake."""
        pointer = difference.fact.pointer
        same = pointer.endswith(self.fact[1:]) if self.fact[0] == "*" else pointer == self.fact
        return same and difference.check == self.by


@dataclass(frozen=True, slots=True)
class Kill:
    """The calls and seconds that it took to find a mutant, and the finding; None: it survives."""

    mutant: Mutant
    calls: int
    seconds: float
    finding: Finding | None


class MutatedTarget(Target):
    """A target whose requests or responses are changed."""

    def __init__(self, target: Target, name: str, mutator: Mutator) -> None:
        self.name, self.kind = name, target.kind
        self._target, self._mutator = target, mutator

    def ask(self, request: Request) -> Response:
        """The changed response."""
        return self._mutator(self._target.ask, request)


@cache
def mutants() -> Sequence[Mutant]:
    """Every mutant of `mutants.json`."""
    listed = json.loads(Path(__file__).with_name("mutants.json").read_bytes())["mutants"]
    return [
        Mutant(
            one["name"],
            one["fact"],
            one["by"],
            None if "mutator" in one else Patch(one.get("set", {}), one.get("removed", ())),
            one.get("mutator", ""),
            one["by"] if one["by"] in RELATIONS else one.get("through"),
            one.get("first", ""),
        )
        for one in listed
    ]


def run_mutants(cases: Iterable[Case], selected: Iterable[Mutant] | None = None) -> Iterator[Kill]:
    """The kill of each mutant, or of the selected ones.

    The cases and the relations are the suite's; the most promising come first, and the first
    finding that names the fact ends a run.
    """
    listed, fake = list(cases), InProcessTarget()
    with PatchedFake() as patched:
        for mutant in mutants() if selected is None else selected:
            if mutant.patch is not None:
                patched.apply(mutant.patch)
                yield run_mutant(mutant, patched, listed)
            else:
                target = MutatedTarget(fake, mutant.name, MUTATORS[mutant.mutator])
                yield run_mutant(mutant, target, listed)


def run_mutant(mutant: Mutant, target: Target, cases: Iterable[Case]) -> Kill:
    """The kill of a mutant, which is the target."""
    if mutant.through:
        relations = [RELATIONS[mutant.through]]
        result = run(target, [], relations, stop_when=mutant.explains, start=cases)
    else:
        result = run(target, prioritize(mutant, cases), [], stop_when=mutant.explains)
    findings = (one for one in result.findings if mutant.explains(one.difference))
    return Kill(mutant, result.calls, result.seconds, next(findings, None))


def prioritize(mutant: Mutant, cases: Iterable[Case]) -> list[Case]:
    """The cases, those first that cover the fact or are related to it."""
    needs_answer = not CHECKS[mutant.by].refusals
    return sorted(
        cases,
        key=lambda case: (
            mutant.first not in case.name,
            mutant.fact not in case.facts,
            case.model not in mutant.fact,
            case.surface not in mutant.fact,
            case.task not in mutant.fact,
            (case.violation is None) != needs_answer,
        ),
    )
