"""The plan of a run against a service that costs money: the cases in order, and their cost."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from imagen_fake import spec
from imagen_fake.contract.checks.effective_request import effective_request
from imagen_fake.contract.exchange import Case
from imagen_fake.contract.result import LeftOut

DONE = "sent by an earlier run"
SEVERAL = "they ask for several pictures, and a live run buys one at a time"
BEYOND = "beyond the budget"


@dataclass(frozen=True, slots=True)
class Plan:
    """The cases in order: first those that must be refused and are free, then the others.

    The estimate is in US dollars. `left_out` has the reason for each case that is not sent.
    """

    free: tuple[Case, ...]
    paid: tuple[Case, ...]
    usd: float
    left_out: Mapping[str, str]

    @property
    def cases(self) -> tuple[Case, ...]:
        """All of them, in order."""
        return (*self.free, *self.paid)

    def unsent(self) -> Iterator[LeftOut]:
        """Each case that is not sent, and why."""
        for name, reason in self.left_out.items():
            yield LeftOut("cases", name, reason)

    def lines(self) -> Iterator[str]:
        """The plan as text."""
        yield f"{len(self.free)} bodies that must be refused, free of charge"
        for model, count in Counter(case.model for case in self.paid).items():
            spent = sum(cost(case) for case in self.paid if case.model == model)
            yield f"{count} answers of {model}: about {spent:.2f} USD"
        yield f"about {self.usd:.2f} USD in all"
        for reason, count in Counter(self.left_out.values()).items():
            yield f"left out: {count} cases: {reason}"


def plan(cases: Sequence[Case], budget: float, done: Collection[str] = ()) -> Plan:
    """The plan within a budget in US dollars, without the cases that are done, by name.

    Cheap models first, one answer of each before the second of any; one picture each.
    """
    remaining = [case for case in cases if case.name not in done]
    free = tuple(case for case in remaining if case.violation)
    left_out = {case.name: DONE for case in cases if case.name in done}
    turns: Counter[str] = Counter()
    ranked = []
    for case in remaining:
        if case.violation:
            continue
        if pictures(case) == 1:
            turns[case.model] += 1
            ranked.append((turns[case.model], cost(case), case))
        else:
            left_out[case.name] = SEVERAL
    paid, spent = [], 0.0
    for _, price, case in sorted(ranked, key=lambda one: one[:2]):
        if spent + price <= budget:
            paid.append(case)
            spent += price
        else:
            left_out[case.name] = BEYOND
    return Plan(free, tuple(paid), spent, left_out)


def cost(case: Case) -> float:
    """About what the answer to a case costs, in US dollars; an error costs nothing."""
    return 0.0 if case.violation else price(case) * pictures(case)


def price(case: Case) -> float:
    """About what a picture or a text of the case's model and task costs, in US dollars."""
    prices = spec.table("prices")
    entry = prices["models"].get(case.model) or prices["tasks"].get(case.task) or prices["other"]
    return float(entry["usd"])


def pictures(case: Case) -> int:
    """The number of pictures or texts that a valid case requests."""
    return int(effective_request(case).parameter("sampleCount") or 1)
