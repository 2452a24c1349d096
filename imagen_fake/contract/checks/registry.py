"""The registry of checks, in the order in which they are made.

A check is a function of one exchange that yields what is wrong with it. Each rests on a fact of
`schemas/` and names it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from imagen_fake.contract.exchange import Difference, Exchange, Fact

Check = Callable[[Exchange], Iterator[Difference]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A check by its name; whether it judges refusals, answers or both, and needs the fake."""

    name: str
    judge: Check
    refusals: bool
    answers: bool
    inside: bool


TABLE: dict[str, Entry] = {}
"""Every check that was entered so far; all of them once `judging.py` is imported."""


def check(
    name: str, *, refusals: bool = True, answers: bool = True, inside: bool = False
) -> Callable[[Check], Check]:
    """Enter a function in the table.

    `inside`: what it looks at is this fake's own, such as its watermark.
    """

    def entered(judge: Check) -> Check:
        TABLE[name] = Entry(name, judge, refusals, answers, inside)
        return judge

    return entered


def refused(exchange: Exchange) -> bool:
    """Whether the answer is a refusal."""
    return exchange.response.status >= 400


def differs(name: str, fact: Fact, expected: object, observed: object, **words: Any) -> Difference:
    """A difference; long values are cut."""
    return Difference(name, fact, _short(expected), _short(observed), words)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


SHOWN = 10_000
"""How many characters of a value a difference keeps."""
