"""Metamorphic relations: rules that join several answers, of which none can be judged alone.

A relation is given what sends cases, and a valid case to start from. It yields what does not fit
together. Unsuccessful answers are left to the checks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from imagen_fake.contract.checks.response import decoded_pictures
from imagen_fake.contract.exchange import Case, Difference, Exchange


class Ask(Protocol):
    """What sends cases and checks the answers."""

    def __call__(self, case: Case) -> Exchange:
        """The exchange of one case. Raises OSError where no answer comes."""

    def together(self, cases: Sequence[Case]) -> Sequence[Exchange]:
        """The exchanges of cases that are all sent at once, in order. Raises OSError."""


Rule = Callable[[Ask, Case], Iterator[Difference]]
Applies = Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule by its name, and the cases it can start from."""

    name: str
    applies: Applies
    rule: Rule


RELATIONS: dict[str, Relation] = {}
"""Every relation by name, in order; all of them once `relations.py` is imported."""


def relation(name: str, applies: Applies) -> Callable[[Rule], Rule]:
    """Register a relation."""

    def register(rule: Rule) -> Rule:
        RELATIONS[name] = Relation(name, applies, rule)
        return rule

    return register


def pixels(exchange: Exchange) -> list[bytes]:
    """The pixels of every picture of an answer."""
    return [one.image.convert("RGB").tobytes() for one in decoded_pictures(exchange) if one.image]


def first_picture(exchange: Exchange) -> Image.Image | None:
    """The first picture of an answer; None if there is none."""
    return next((one.image for one in decoded_pictures(exchange) if one.image), None)
