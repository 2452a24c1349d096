"""The registry of checks, in the order in which they run.

A check is a function of one exchange that yields what is wrong with it. Each rests on a fact of
`schemas/` and names it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from imagen_fake.contract.exchange import Difference, Exchange, Fact

Check = Callable[[Exchange], Iterator[Difference]]

MAX_LENGTH = 10_000
"""The most characters of a value that a difference keeps."""


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A check by its name; whether it applies to errors, answers or both, and needs the fake."""

    name: str
    function: Check
    refusals: bool
    answers: bool
    inside: bool


CHECKS: dict[str, RegisteredCheck] = {}
"""Every check by name; all of them once `runner.py` is imported."""


def check(
    name: str, *, refusals: bool = True, answers: bool = True, inside: bool = False
) -> Callable[[Check], Check]:
    """Register a check.

    `inside`: what it looks at is this fake's own, such as its watermark.
    """

    def register(function: Check) -> Check:
        CHECKS[name] = RegisteredCheck(name, function, refusals, answers, inside)
        return function

    return register


def is_error(exchange: Exchange) -> bool:
    """Whether the answer is an error."""
    return exchange.response.status >= 400


def difference(check: str, fact: Fact, expected: object, observed: object) -> Difference:
    """A difference; long values are cut."""
    return Difference(check, fact, _shorten(expected), _shorten(observed))


def _shorten(value: object) -> str:
    text = str(value)
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"
