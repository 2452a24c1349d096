"""The result and the progress of a run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count

from imagen_fake.contract.exchange import Case, Difference
from imagen_fake.contract.printable import printable


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference, and the case whose response has it."""

    case: Case
    difference: Difference


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a run did not do, and why.

    `part` is what it is one of: `cases`, `checks`, `relations`, or a list of probes by its name.
    """

    part: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run: the current case, and the numbers so far."""

    case: Case
    calls: int
    differences: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a run; `unanswered` are the cases, by name, without a response.

    `flaky` are the differences of responses that did not differ when the same body was sent again.
    """

    target: str
    calls: int
    seconds: float
    findings: tuple[Finding, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)
    flaky: tuple[Finding, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Where the target contradicts what the service was seen, or is documented, to do."""
        return tuple(one for one in self.findings if not one.difference.blames_the_fake)

    @property
    def assumptions(self) -> tuple[Finding, ...]:
        """Where the target contradicts what is only assumed: the fake is wrong, or not proven."""
        return tuple(one for one in self.findings if one.difference.blames_the_fake)

    @property
    def passed(self) -> bool:
        """Whether every response came, and none differs."""
        return not (self.findings or self.flaky or self.unanswered)

    @property
    def per_second(self) -> float:
        """The number of calls per second, checks included."""
        return self.calls / self.seconds if self.seconds else 0.0

    def scrub(self, scrub: Callable[[str], str]) -> "Result":
        """This result without secrets in the texts of the target; the names of cases stay."""
        return replace(
            self,
            target=printable(scrub(self.target)),
            findings=_scrub_findings(self.findings, scrub),
            flaky=_scrub_findings(self.flaky, scrub),
            gone={model: printable(scrub(words)) for model, words in self.gone.items()},
            unanswered={name: printable(scrub(words)) for name, words in self.unanswered.items()},
        )

    def merge(self, other: "Result") -> "Result":
        """This result and another one of the same target in one."""
        return Result(
            self.target,
            self.calls + other.calls,
            self.seconds + other.seconds,
            (*self.findings, *other.findings),
            {**self.gone, **other.gone},
            merge_names(self.unanswered, other.unanswered),
            (*self.flaky, *other.flaky),
            tuple(dict.fromkeys((*self.left_out, *other.left_out))),
        )


def merge_names(some: Mapping[str, str], others: Mapping[str, str]) -> Mapping[str, str]:
    """Texts by name, those of the others under a numbered name where it is taken."""
    merged = dict(some)
    for name, text in others.items():
        numbered = (f"{name} ({number})" for number in count(2))
        merged[next(one for one in chain([name], numbered) if one not in merged)] = text
    return merged


MAX_LENGTH = 300
"""The most characters of a value that a finding shows."""


def scrub_difference(difference: Difference, scrub: Callable[[str], str]) -> Difference:
    """A difference without secrets: removed before it is cut, so that no half of one is left."""
    expected, observed = map(scrub, (difference.expected, difference.observed))
    return replace(difference, expected=shorten(expected), observed=shorten(observed))


def _scrub_findings(
    findings: Iterable[Finding], scrub: Callable[[str], str]
) -> tuple[Finding, ...]:
    return tuple(Finding(one.case, scrub_difference(one.difference, scrub)) for one in findings)


def shorten(text: str) -> str:
    """A text of a target as it may be printed; the rest of a long one is left out."""
    return printable(text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…")
