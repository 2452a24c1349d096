"""Mutants: deliberately wrong fakes, and whether the suite notices each and names its fact."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from imagen_fake.contract.bodies.cases import every_case
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.checks.runner import CHECKS
from imagen_fake.contract.exchange import Case, Difference, Request, Response
from imagen_fake.contract.mutants.mutated_fake import MutatedFake
from imagen_fake.contract.mutants.mutator import Mutator
from imagen_fake.contract.mutants.patched_facts import Patch
from imagen_fake.contract.mutants.program import Program
from imagen_fake.contract.mutants.response_mutators import MUTATORS
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.registry import PROBE_LISTS
from imagen_fake.contract.suite import Finding, run
from imagen_fake.contract.targets.target import Target
from imagen_fake.contract.targets.targets import InProcessTarget


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fake that deviates in one respect: by facts, by a fault in its code, by its responses.

    `fact` is the pointer that a finding must name, `by` the check or relation that finds it. A
    fact that begins with `*` may be in any file. `through` is the relation or the list of probes
    whose responses show it, and `first` is part of the names of the cases that show it soonest.
    """

    name: str
    fact: str
    by: str
    change: Patch | Program | None = None
    mutator: str = ""
    through: str | None = None
    first: str = ""

    @property
    def kind(self) -> str:
        """What is wrong with it: facts, code, or responses."""
        kinds = {Patch: "facts", Program: "code", type(None): "responses"}
        return kinds[type(self.change)]

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
    """Every mutant: wrong facts and wrong responses, then wrong code."""
    files = (Path(__file__).with_name(name) for name in ("mutants.json", "programs.json"))
    return [
        Mutant(
            one["name"],
            one["fact"],
            one["by"],
            _change(one),
            one.get("mutator", ""),
            one["by"] if one["by"] in RELATIONS else one.get("through"),
            one.get("first", ""),
        )
        for file in files
        for one in json.loads(file.read_bytes())["mutants"]
    ]


def run_mutants(selected: Iterable[Mutant] | None = None) -> Iterator[Kill]:
    """The kill of each mutant, or of the selected ones, by the cases and relations of the suite.

    The most promising come first, and the first finding that names the fact ends a run. A process
    of its own serves the mutants: a script that calls this needs `if __name__ == "__main__":`.
    Raises OSError where a mutant cannot be served.
    """
    fake = InProcessTarget()
    with MutatedFake() as mutated:
        for mutant in mutants() if selected is None else selected:
            if mutant.change is not None:
                mutated.apply(mutant.change)
                yield run_mutant(mutant, mutated, every_case())
            else:
                target = MutatedTarget(fake, mutant.name, MUTATORS[mutant.mutator])
                yield run_mutant(mutant, target, every_case())


def run_mutant(mutant: Mutant, target: Target, cases: Iterable[Case]) -> Kill:
    """The kill of a mutant, which is the target."""
    if mutant.through in RELATIONS:
        relations = [RELATIONS[mutant.through]]
        result = run(target, [], relations, stop_when=mutant.explains, start=cases)
    elif mutant.through:
        probes = [probe for probe in _probes(mutant.through) if mutant.first in probe.case.name]
        result = run(target, [], [], stop_when=mutant.explains, probes=probes)
    else:
        result = run(target, prioritize(mutant, cases), [], stop_when=mutant.explains)
    findings = (one for one in result.findings if mutant.explains(one.difference))
    return Kill(mutant, result.calls, result.seconds, next(findings, None))


def _probes(name: str) -> Iterable[Probe]:
    """The probes of a list."""
    return PROBE_LISTS[name]()


def _change(listed: Mapping[str, Any]) -> Patch | Program | None:
    """What is changed in a fake; nothing where its responses are."""
    if "module" in listed:
        return Program(listed["module"], listed["text"], listed["instead"])
    if "mutator" in listed:
        return None
    return Patch(listed.get("set", {}), listed.get("removed", ()))


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
