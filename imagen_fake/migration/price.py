"""What a call costs before and after a move, by `schemas/tables/prices.json`."""

from dataclasses import dataclass
from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.call import Call
from imagen_fake.verdict.findings import Basis
from imagen_fake.verdict.spending import Item, cost

MILLION = 1_000_000
UNKNOWN = Basis("unknown")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars, None where nobody says, and the fact."""

    usd: float | None
    basis: Basis

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"usd": self.usd, "basis": self.basis.to_json()}


def predict_price(call: Call, pictures: int) -> Price:
    """What so many pictures of a call of `:predict` cost."""
    found = cost(Item(call.model.id, call.task), pictures)
    if found.usd is None or found.basis is None:
        return Price(None, UNKNOWN)
    return Price(round(found.usd * pictures, 6), found.basis)


def content_price(call: Call, pictures_in: int, calls: int) -> Price:
    """What so many equal calls of `generateContent` cost, words and thoughts left out."""
    fact = spec.table("prices")["content"].get(call.model.id)
    if fact is None:
        return Price(None, UNKNOWN)
    tokens = call.model.facts["tokens"]
    out = tokens["pictureOut"]["value"][call.parameters.get("imageSize", "1K")]
    each = tokens["pictureIn"]["value"] * pictures_in * fact["in"] + out * fact["pictureOut"]
    return Price(round(calls * each / MILLION, 6), Basis.of(fact))
