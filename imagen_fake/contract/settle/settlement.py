"""Which facts some observations settle: confirmed, contradicted, in part, or not reached."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from imagen_fake.contract.exchange import Difference, Fact
from imagen_fake.contract.facts.facts import (
    all_facts,
    fact,
    graded_ancestor,
    model_file,
    split_pointer,
)
from imagen_fake.contract.facts.lookup import error_fact, read_value
from imagen_fake.contract.facts.messages import surface_error_id
from imagen_fake.contract.probes.probe import Probe
from imagen_fake.contract.settle.observation import Observation
from imagen_fake.contract.settle.opening import opening_fact, shared_opening

Outcome = Literal["contradicted", "confirmed", "in part", "not reached"]
SURE = "recorded"
"""The grade of facts that a recording has settled already."""

STATUS_CODES = "tables/status_codes.json#"

Claims = Mapping[str, Mapping[str, set[str]]]
"""Of each graded fact the pointers that cases cover in it, and the names of those cases."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a run leaves a fact: the observations for and against it, and what remains to be seen."""

    fact: Fact
    confirming: tuple[Observation, ...]
    contradicting: tuple[tuple[Observation, Difference], ...]
    missing: int
    """The number of pointers, or of cases of a list of values, that nothing has shown."""

    @property
    def outcome(self) -> Outcome:
        """The outcome in a word."""
        if self.contradicting:
            return "contradicted"
        if not self.confirming:
            return "not reached"
        return "in part" if self.missing else "confirmed"


def settlements(
    observations: Sequence[Observation], probes: Mapping[str, Probe]
) -> Iterator[Settlement]:
    """A settlement of each fact that is not sure, or is contradicted, in the order of the files.

    `probes` are all that could be sent: they tell which facts can be reached. Answers about the
    caller settle nothing.
    """
    claims = claims_of(probes.values())
    confirming, contradicting = _evidence(
        [one for one in observations if not one.is_about_the_caller]
    )
    for pointer, graded in all_facts().items():
        against = tuple(contradicting[pointer])
        unsure = graded.grade != SURE and pointer in claims and not pointer.endswith("#")
        if unsure or against:
            seen = confirming[pointer]
            yield Settlement(
                graded,
                tuple(
                    {one.exchange.case.name: one for each in seen.values() for one in each}.values()
                ),
                against,
                sum(_missing(claim, names, seen) for claim, names in claims[pointer].items()),
            )


def claims_of(probes: Iterable[Probe]) -> Claims:
    """The pointers that probes cover, by the fact that has them; those of their models, too.

    A whole file, such as a table, is covered by many answers and settled by none.
    """
    claims: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    files = set[str]()
    for probe in probes:
        for pointer in probe.case.facts:
            claims[graded_ancestor(pointer)][pointer].add(probe.case.name)
        if probe.request is None and not probe.case.violation:
            files |= {model_file(probe.case.model), f"tasks/{probe.case.task}.json"}
    for pointer in all_facts():
        if split_pointer(pointer)[0] in files and pointer not in claims:
            claims[pointer][pointer] = set()
    return claims


def _missing(claim: str, names: set[str], seen: Mapping[str, Sequence[Observation]]) -> int:
    """How many more cases have to confirm a pointer: every one of a list of values, else one."""
    cases = {one.exchange.case.name for one in seen.get(claim, ())}
    value = read_value(claim)
    values = value.get("value", value.get("enum")) if isinstance(value, dict) else value
    return len(names - cases) if isinstance(values, list) else int(not cases)


def _evidence(
    observations: Sequence[Observation],
) -> tuple[
    dict[str, dict[str, list[Observation]]], dict[str, list[tuple[Observation, Difference]]]
]:
    """What confirms each graded fact, by pointer in it, and what contradicts it."""
    confirming: dict[str, dict[str, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    contradicting: dict[str, list[tuple[Observation, Difference]]] = defaultdict(list)
    shared = shared_opening(observations) is not None
    for one in observations:
        for pointer in sorted(one.confirmed):
            confirming[graded_ancestor(pointer)][pointer].append(one)
        for difference in one.differences:
            contradicting[fact_of(one, difference, shared).pointer].append((one, difference))
    return confirming, contradicting


def fact_of(observation: Observation, difference: Difference, shared: bool) -> Fact:
    """The graded fact that a difference contradicts.

    Of the status or message of an error it is that error; but its opening words where all errors
    share others.
    """
    pointer, case = difference.fact.pointer, observation.exchange.case
    opens = pointer.endswith("/x-failure")
    if shared and opens:
        return opening_fact(case)
    if case.violation and (opens or pointer.startswith(STATUS_CODES)):
        return error_fact(surface_error_id(case, case.violation.error))
    return fact(graded_ancestor(pointer))
