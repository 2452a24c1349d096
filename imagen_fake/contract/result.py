"""What a run of the suite found, and how far it has come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from imagen_fake.contract.exchange import Case, Difference
from imagen_fake.contract.printable import printable


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, and the case whose answer has it."""

    case: Case
    difference: Difference


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: the case at hand, and what was found so far."""

    case: Case
    asked: int
    found: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found; `unanswered` are the cases, by name, to which no answer came."""

    target: str
    asked: int
    seconds: float
    findings: tuple[Finding, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What the target does otherwise than the service was seen, or is said, to do."""
        return tuple(one for one in self.findings if not one.difference.blames_the_fake)

    @property
    def assumptions(self) -> tuple[Finding, ...]:
        """Where the target contradicts what is only assumed: the fake is wrong, or not proven."""
        return tuple(one for one in self.findings if one.difference.blames_the_fake)

    @property
    def passed(self) -> bool:
        """Whether every answer came, and none differs."""
        return not self.findings and not self.unanswered

    @property
    def per_second(self) -> float:
        """How many calls were asked and judged in a second."""
        return self.asked / self.seconds if self.seconds else 0.0

    def scrubbed(self, scrub: Callable[[str], str]) -> "Result":
        """This result with every text of the target scrubbed; cases are named as they are."""
        return replace(
            self,
            target=printable(scrub(self.target)),
            findings=tuple(
                Finding(one.case, scrubbed(one.difference, scrub)) for one in self.findings
            ),
            gone={model: printable(scrub(words)) for model, words in self.gone.items()},
            unanswered={name: printable(scrub(words)) for name, words in self.unanswered.items()},
        )

    def joined(self, other: "Result") -> "Result":
        """This result and another one of the same target as one."""
        return Result(
            self.target,
            self.asked + other.asked,
            self.seconds + other.seconds,
            (*self.findings, *other.findings),
            {**self.gone, **other.gone},
            {**self.unanswered, **other.unanswered},
        )


SHOWN = 300
"""How many characters of a value a finding shows."""


def scrubbed(difference: Difference, scrub: Callable[[str], str]) -> Difference:
    """Scrubbed before it is cut, so that no half of a secret is left at the end."""
    expected, observed = map(scrub, (difference.expected, difference.observed))
    return replace(difference, expected=_cut(expected), observed=_cut(observed), words={})


def _cut(text: str) -> str:
    return printable(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
