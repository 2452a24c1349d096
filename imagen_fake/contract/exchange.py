"""The values that travel through the kit: facts, cases, what was asked and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from imagen_fake.testing.messages import Request, Response

__all__ = ["Broken", "Case", "Difference", "Exchange", "Fact", "Request", "Response"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of the service, and how well.

    `pointer` is where it stands: a file below `schemas/`, `#`, and a JSON pointer in it, such as
    `tasks/generate.json#/$defs/parameters/properties/sampleCount/maximum`.
    """

    pointer: str
    grade: str
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """The one thing that is wrong with a body: which rule it breaks, and how it is refused.

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
    broken: Broken | None = None
    facts: frozenset[str] = field(default=frozenset())
    """Pointers of the facts that the case touches."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A case, how it was asked, and what came back."""

    case: Case
    request: Request
    response: Response
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """What a check found: the fact it rests on, what that says, and what was there instead."""

    check: str
    fact: Fact
    expected: str
    observed: str
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def blames_the_fake(self) -> bool:
        """Whether the fact is only the fake's assumption, so that it is what is wrong."""
        return self.fact.grade == "assumed"
