"""Deliberately wrong fakes, and whether the suite notices each of them and says why."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from imagen_fake.contract.checks.judging import table
from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.exchange import Case, Difference, Request, Response
from imagen_fake.contract.mutants.perturbed import Changes, Laboratory
from imagen_fake.contract.mutants.warps import WARPS, Warp
from imagen_fake.contract.suite import Finding, Result, run
from imagen_fake.contract.targets.targets import InProcessTarget, Kind, Target


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fake that deviates in one respect: by other facts, or by a warp of what it says.

    `fact` is the pointer that a finding must name, `by` the check or relation that finds it. A
    fact that begins with `*` may stand in any file. `through` is the relation whose answers show
    it, and `first` stands in the names of the cases that show it soonest.
    """

    name: str
    fact: str
    by: str
    changes: Changes | None = None
    warp: str | None = None
    through: str | None = None
    first: str = ""

    def is_named(self, difference: Difference) -> bool:
        """Whether a difference lies in what is wrong with this fake."""
        pointer = difference.fact.pointer
        known = pointer.endswith(self.fact[1:]) if self.fact[0] == "*" else pointer == self.fact
        return known and difference.check == self.by


@dataclass(frozen=True, slots=True)
class Kill:
    """How a mutant was found: after how many calls and seconds, and by what; None: it lives."""

    mutant: Mutant
    asked: int
    seconds: float
    finding: Finding | None


class WarpedTarget:
    """A target whose answers are spoilt."""

    def __init__(self, target: Target, name: str, warp: Warp) -> None:
        self.name, self.kind, self._target, self._warp = name, target.kind, target, warp

    kind: Kind

    def ask(self, request: Request) -> Response:
        """The spoilt answer."""
        return self._warp(self._target.ask, request)

    def request(self, case: Case) -> Request:
        """How the true target is asked for a case."""
        return self._target.request(case)


@cache
def mutants() -> Sequence[Mutant]:
    """Every wrong fake of `mutants.json`."""
    listed = json.loads(Path(__file__).with_name("mutants.json").read_bytes())["mutants"]
    return [
        Mutant(
            one["name"],
            one["fact"],
            one["by"],
            None if "warp" in one else Changes(one.get("set", {}), one.get("left out", ())),
            one.get("warp"),
            one["by"] if one["by"] in RELATIONS else one.get("through"),
            one.get("first", ""),
        )
        for one in listed
    ]


def hunt(cases: Iterable[Case], wanted: Iterable[Mutant] | None = None) -> Iterator[Kill]:
    """How the suite fares with each wrong fake.

    The cases and the rules are the suite's; what is most likely to notice comes first, and the
    first finding that names the fact ends it.
    """
    known, fake = list(cases), InProcessTarget()
    with Laboratory() as laboratory:
        for mutant in mutants() if wanted is None else wanted:
            if mutant.changes is not None:
                laboratory.grow(mutant.changes)
                yield killed(mutant, laboratory, known)
            else:
                warp = WARPS[mutant.warp or ""]
                yield killed(mutant, WarpedTarget(fake, mutant.name, warp), known)
    fake.close()


def killed(mutant: Mutant, target: Target, cases: Iterable[Case]) -> Kill:
    """How a mutant, as a target, is found."""
    if mutant.through:
        rules = [RELATIONS[mutant.through]]
        result = run(target, [], rules, enough=mutant.is_named, start=cases)
    else:
        result = run(target, promising(mutant, cases), [], enough=mutant.is_named)
    return Kill(mutant, result.asked, result.seconds, _naming(mutant, result))


def promising(mutant: Mutant, cases: Iterable[Case]) -> list[Case]:
    """The cases, those first that touch the fact or at least have to do with it."""
    answering = not table()[mutant.by].refusals
    return sorted(
        cases,
        key=lambda case: (
            mutant.first not in case.name,
            mutant.fact not in case.facts,
            case.model not in mutant.fact,
            case.surface not in mutant.fact,
            case.task not in mutant.fact,
            (case.broken is None) != answering,
        ),
    )


def _naming(mutant: Mutant, result: Result) -> Finding | None:
    return next((one for one in result.findings if mutant.is_named(one.difference)), None)
