"""The table of checks, in the order in which they are made, and how an exchange is judged.

A check is a function of one exchange that yields what is wrong with it. Each rests on a fact of
`schemas/` and names it.
"""

from collections.abc import Callable, Iterator, Mapping
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
"""Every check that was entered so far; see `table`."""


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


def judge(exchange: Exchange, *, inside: bool = False) -> list[Difference]:
    """Everything that differs between an answer and what `schemas/` say of it.

    `inside`: the answer is from this fake, whose watermark can be read.
    """
    wanted = refused(exchange)
    return [
        difference
        for entry in table().values()
        if (entry.refusals if wanted else entry.answers) and (inside or not entry.inside)
        for difference in entry.judge(exchange)
    ]


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


def table() -> Mapping[str, Entry]:
    """Every check there is, by name, in order; the modules with them are imported first."""
    from imagen_fake.contract import (  # noqa: F401
        check_answers,
        check_payloads,
        check_pictures,
        check_refusals,
        check_safety,
    )

    return TABLE
