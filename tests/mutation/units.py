"""What a run of the kit consists of, in parts that can be asked alone, by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from imagen_fake.contract.bodies.cases import every_case, operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.checks.relations import RELATIONS, Relation
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.fuzzing import fuzz
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.probes.registry import PROBE_LISTS
from imagen_fake.contract.suite import Observer, Result, first_of_each_model, run
from imagen_fake.contract.targets.target import Target

EXAMPLES = 5
IN_ORDER = ("quota_probes", "storage_probes")
"""Lists of which a probe depends on those before, beside those that hand on what was answered."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a run; `group` is what is alike, of which one unit after another is asked."""

    name: str
    group: str
    ask: Callable[[Target, Observer], Result]


def units() -> Iterator[Unit]:
    """All that a run with default settings asks, in its order."""
    cases = list(every_case())
    for case in cases:
        yield Unit(f"case {case.name}", _group(case), partial(_ask_case, case))
    for relation in RELATIONS.values():
        for start in first_of_each_model(relation, cases):
            name = f"relation {relation.name} {start.name}"
            yield Unit(name, f"relation {relation.name}", partial(_ask_relation, relation, start))
    for list_name in PROBE_LISTS:
        for name, probes in parts(list_name):
            yield Unit(name, list_name, partial(_ask_probes, probes))
    for operation in operations():
        name = f"bodies {operation.model} {operation.task} {operation.surface}"
        yield Unit(name, "bodies", partial(_ask_bodies, operation))


def _group(case: Case) -> str:
    refused = case.violation.keyword if case.violation else "answered"
    return f"{case.surface} {case.task} {refused}"


def parts(list_name: str) -> Iterator[tuple[str, Sequence[Probe]]]:
    """The probes of a list that can be asked alone; all together where they build on each other."""
    probes = [replace(probe, list_name=list_name) for probe in PROBE_LISTS[list_name]()]
    if list_name in IN_ORDER or any(probe.stores for probe in probes):
        yield f"probes {list_name}", probes
    else:
        for number, probe in enumerate(probes):
            yield f"probe {list_name} {number} {probe.case.name}", [probe]


def _ask_case(case: Case, target: Target, observer: Observer) -> Result:
    return run(target, [case], [], observer=observer)


def _ask_relation(relation: Relation, start: Case, target: Target, observer: Observer) -> Result:
    return run(target, [], [relation], start=[start], observer=observer)


def _ask_probes(probes: Sequence[Probe], target: Target, observer: Observer) -> Result:
    return run(target, [], [], probes=probes, observer=observer)


def _ask_bodies(operation: Operation, target: Target, observer: Observer) -> Result:
    return fuzz(target, [operation], 0, EXAMPLES, observer)
