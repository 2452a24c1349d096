"""The facts that an exchange confirms."""

from collections.abc import Sequence

from imagen_fake.contract.exchange import Difference, Exchange
from imagen_fake.contract.facts.facts import graded_ancestor, split_pointer

OUTCOME = frozenset({"status", "canonical", "message", "payload", "restricted"})
"""The checks by which an answer is another one than expected: it then confirms nothing else."""

FORMATS = frozenset({"tables/image_metadata.json", "tables/mime_types.json"})
"""The files about the format that was expected, of which a picture of another one shows nothing."""


def confirmed_pointers(exchange: Exchange, differences: Sequence[Difference]) -> frozenset[str]:
    """Pointers of the case's facts that no difference blames; none after another outcome.

    A case that is refused for want of a permission, say, does not confirm the rule it was made for.
    """
    if _is_other_outcome(exchange) or any(one.check in OUTCOME for one in differences):
        return frozenset()
    blamed = {graded_ancestor(one.fact.pointer) for one in differences}
    formats = FORMATS if any(one.check == "mime" for one in differences) else frozenset()
    return frozenset(
        pointer
        for pointer in exchange.case.facts
        if graded_ancestor(pointer) not in blamed and split_pointer(pointer)[0] not in formats
    )


def _is_other_outcome(exchange: Exchange) -> bool:
    """Whether a prediction was refused that is valid, or answered that is not."""
    case, refused = exchange.case, exchange.response.status >= 400
    return bool(case.model) and refused != bool(case.violation)
