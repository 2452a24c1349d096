"""The values that travel through the kit: facts, cases, exchanges and differences."""

from dataclasses import dataclass, field
from typing import Any

from imagen_fake.testing.messages import Request, Response

__all__ = ["Case", "Difference", "Exchange", "Fact", "Request", "Response", "Violation"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the service, and its grade.

    `pointer` is its place: a file below `schemas/`, `#`, and a JSON pointer in it, such as
    `tasks/generate.json#/$defs/parameters/properties/sampleCount/maximum`.
    """

    pointer: str
    grade: str
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """The one rule that a body violates, and the error that refuses it.

    `keyword` is the JSON Schema keyword (or `x-max-tokens`, `x-restricted`, `extra`, …), `path`
    the parameter as the service spells it, `error` an id in `errors.json`.
    """

    keyword: str
    path: str
    error: str


@dataclass(frozen=True, slots=True)
class Case:
    """One body for one model, task and surface: what must happen follows from `broken`."""

    name: str
    surface: str
    model: str
    task: str
    body: Any
    violation: Violation | None = None
    facts: frozenset[str] = field(default=frozenset())
    """Pointers of the facts that the case covers."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A case, its request, and the response."""

    case: Case
    request: Request
    response: Response
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference found by a check: the fact it rests on, what that says, and what was seen."""

    check: str
    fact: Fact
    expected: str
    observed: str

    @property
    def blames_the_fake(self) -> bool:
        """Whether the fact is only the fake's assumption, and therefore what is wrong."""
        return self.fact.grade == "assumed"
