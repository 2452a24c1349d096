"""The facts that an exchange confirms."""

from collections.abc import Sequence

from imagen_fake.contract.checks.response import predictions
from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import graded_ancestor

OUTCOME = frozenset({"status", "canonical", "message", "payload", "restricted"})
"""The checks by which an answer is another one than expected: it then confirms nothing else."""

FORMATS = frozenset({"tables/image_metadata.json", "tables/mime_types.json"})
"""The files about the format that was expected, of which a picture of another one shows nothing."""

ABOUT_PICTURES = ("tables/", "tasks/", "models/")
"""What an answer without a picture, because all are filtered, shows nothing of."""


def confirmed_pointers(exchange: Exchange, differences: Sequence[Difference]) -> frozenset[str]:
    """Pointers of the case's facts that no difference blames; none after another outcome.

    A case that is refused for want of a permission, say, does not confirm the rule it was made for.
    """
    if _is_other_outcome(exchange) or any(one.check in OUTCOME for one in differences):
        return frozenset()
    blamed = {graded_ancestor(one.fact.pointer) for one in differences}
    unseen = _unseen(exchange, differences)
    return frozenset(
        pointer
        for pointer in exchange.case.facts
        if graded_ancestor(pointer) not in blamed and not pointer.startswith(unseen)
    )


def _is_other_outcome(exchange: Exchange) -> bool:
    """Whether a prediction was refused that is valid, or answered that is not."""
    case, refused = exchange.case, exchange.response.status >= 400
    return bool(case.model) and refused != bool(case.violation)


def _unseen(exchange: Exchange, differences: Sequence[Difference]) -> tuple[str, ...]:
    """The beginnings of pointers to what the answer cannot show."""
    case, elements = exchange.case, predictions(exchange)
    if case.model and not case.violation and all("raiFilteredReason" in one for one in elements):
        return ABOUT_PICTURES
    return tuple(FORMATS) if any(one.check == "mime" for one in differences) else ()
