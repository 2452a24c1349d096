"""What the delivered pictures would have cost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from imagen_fake import spec
from imagen_fake.verdict.entries import Entry
from imagen_fake.verdict.findings import Basis, Finding


class Item(NamedTuple):
    """What is bought: a picture or a text of a model's task, from whom, and at whose price."""

    model: str
    task: str
    seller: str = ""
    """The surface that has prices of its own; else empty."""
    usd: float | None = None
    """That surface's price of one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the pictures of one model and task cost; `usd` is of one, None where it is unknown."""

    item: Item
    pictures: int
    usd: float | None
    basis: Basis | None
    date: str = ""
    """When it was the price: year and month, if known."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "model": self.item.model,
            "task": self.item.task,
            "pictures": self.pictures,
            "usd": self.usd,
            "basis": self.basis.to_json() if self.basis else None,
            "date": self.date or None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Cost":
        """The cost that `to_json` wrote."""
        item, basis = Item(value["model"], value["task"]), Basis.from_json(value["basis"])
        return cls(item, value["pictures"], value["usd"], basis, value["date"] or "")


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

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Spending":
        """The spending that `to_json` wrote."""
        return cls(tuple(map(Cost.from_json, value["costs"])), value["budget"])


def bought(entry: Entry) -> Item | None:
    """What an entry delivered; None if that is nothing."""
    delivery = entry.trace.delivery
    if delivery is None or not delivery.pictures:
        return None
    seller = "" if delivery.usd is None else entry.surface
    return Item(delivery.model, delivery.task, seller, delivery.usd)


def spending(entries: Iterable[Entry], budget: float | None = None) -> Spending:
    """What the pictures that entries delivered cost."""
    pictures: Counter[Item] = Counter()
    for entry in entries:
        if (item := bought(entry)) and entry.trace.delivery:
            pictures[item] += entry.trace.delivery.pictures
    return spending_on(pictures, budget)


def spending_on(pictures: Mapping[Item, int], budget: float | None = None) -> Spending:
    """What so many pictures cost, by model, task and price."""
    return Spending(tuple(cost(item, count) for item, count in pictures.items()), budget)


def cost(item: Item, pictures: int = 1) -> Cost:
    """What so many pictures cost, by what is known of their price."""
    if item.seller:
        rate = spec.surface(item.seller).facts["creditsPerDollar"]
        return Cost(item, pictures, item.usd, Basis.of(rate))
    prices = spec.table("prices")
    fact = prices["models"].get(item.model) or prices["tasks"].get(item.task)
    if fact is None:
        return Cost(item, pictures, None, None)
    return Cost(item, pictures, fact["usd"], Basis.of(fact), fact.get("date", ""))


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
        if (item := bought(entry)) and entry.trace.delivery:
            each = cost(item).usd or 0
            spent = round(spent + entry.trace.delivery.pictures * each, 6)
            if each and spent > budget:
                yield entry.number


def money(usd: float) -> str:
    """An amount in words, to a hundredth of a cent."""
    return f"{usd:.4f}".rstrip("0").rstrip(".") + " USD"
