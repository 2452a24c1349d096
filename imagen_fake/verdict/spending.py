"""What the delivered pictures would have cost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imagen_fake import spec
from imagen_fake.verdict.entries import Entry
from imagen_fake.verdict.findings import Basis, Finding


@dataclass(frozen=True, slots=True)
class Cost:
    """What the pictures of one model and task cost; `usd` is of one, None where it is unknown."""

    model: str
    task: str
    pictures: int
    usd: float | None
    basis: Basis | None
    date: str = ""
    """When it was the price: year and month, if known."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "model": self.model,
            "task": self.task,
            "pictures": self.pictures,
            "usd": self.usd,
            "basis": str(self.basis) if self.basis else None,
            "date": self.date or None,
        }


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent, by model and task, and what might have been."""

    costs: tuple[Cost, ...]
    budget: float | None = None
    """In US dollars."""

    @property
    def usd(self) -> float:
        """The sum of all whose price is known."""
        return round(sum(cost.pictures * (cost.usd or 0) for cost in self.costs), 6)

    @property
    def unpriced(self) -> int:
        """How many pictures there were whose price is not known."""
        return sum(cost.pictures for cost in self.costs if cost.usd is None)

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        costs = [cost.to_json() for cost in self.costs]
        return {"usd": self.usd, "unpriced": self.unpriced, "budget": self.budget, "costs": costs}


def price(model: str, task: str) -> Mapping[str, Any] | None:
    """What is known of the price of a picture or a text; None where nothing is."""
    prices = spec.table("prices")
    entry: Mapping[str, Any] | None = prices["models"].get(model) or prices["tasks"].get(task)
    return entry


def spending(entries: Iterable[Entry], budget: float | None = None) -> Spending:
    """What the pictures that entries delivered cost."""
    pictures: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if (delivery := entry.trace.delivery) and delivery.pictures:
            pictures[delivery.model, delivery.task] += delivery.pictures
    return spending_on(pictures, budget)


def spending_on(pictures: Mapping[tuple[str, str], int], budget: float | None = None) -> Spending:
    """What so many pictures cost, by model and task."""
    return Spending(tuple(_cost(*key, count) for key, count in pictures.items()), budget)


def _cost(model: str, task: str, pictures: int) -> Cost:
    fact = price(model, task)
    if fact is None:
        return Cost(model, task, pictures, None, None)
    return Cost(model, task, pictures, fact["usd"], Basis.of(fact), fact.get("date", ""))


def budget_findings(entries: Iterable[Entry], spent: Spending) -> Iterator[Finding]:
    """That more was spent than the budget, and by which calls."""
    if spent.budget is None or spent.usd <= spent.budget:
        return
    grades = {cost.basis for cost in spent.costs if cost.basis}
    yield Finding(
        check="over-budget",
        severity="error",
        client=None,
        calls=tuple(_beyond(entries, spent.budget)),
        what=f"spent {money(spent.usd)} of a budget of {money(spent.budget)}",
        why="every picture that is not filtered is paid for",
        advice="ask for fewer pictures, keep what was made, or take a cheaper model",
        basis=next(iter(grades)) if len(grades) == 1 else Basis("of several grades"),
    )


def _beyond(entries: Iterable[Entry], budget: float) -> Iterator[int]:
    """The numbers of the calls for which the budget had not enough left."""
    spent = 0.0
    for entry in entries:
        delivery = entry.trace.delivery
        fact = price(delivery.model, delivery.task) if delivery else None
        if delivery and delivery.pictures and fact:
            spent = round(spent + delivery.pictures * fact["usd"], 6)
            if spent > budget:
                yield entry.number


def money(usd: float) -> str:
    """An amount in words, to a hundredth of a cent."""
    return f"{usd:.4f}".rstrip("0").rstrip(".") + " USD"
