"""Where a recording comes from, and what differed from the facts when it was made."""

from collections.abc import Callable, Sequence
from datetime import date

from imagen_fake import spec
from imagen_fake.contract.cassettes.cassette import Provenance
from imagen_fake.contract.exchange import Case, Difference

SERVICE = "contract-runs"
"""The source, in `tables/sources.json`, of recordings of the service itself."""

LICENSE = "Apache-2.0"
"""The project's own, under which recordings of the service are sent to it."""

MAX_LENGTH = 1000
"""The most characters of a value that a recording's finding keeps."""


def provenance_of(
    case: Case, differences: Sequence[Difference], target: str, scrub: Callable[[str], str]
) -> Provenance:
    """The provenance of a case that was sent today to a target of that name."""
    genuine = target in spec.surfaces()
    return Provenance(
        f"{case.name}.",
        "recorded",
        (SERVICE if genuine else target,),
        LICENSE if genuine else "yours",
        date.today().isoformat(),
        case=case.name,
        findings=tuple(
            {
                "check": one.check,
                "fact": one.fact.pointer,
                "grade": one.fact.grade,
                "expected": scrub(one.expected)[:MAX_LENGTH],
                "observed": scrub(one.observed)[:MAX_LENGTH],
            }
            for one in differences
        ),
    )
