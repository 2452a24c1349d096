"""Entries of a journal made by hand."""

from collections.abc import Iterable
from typing import Any

from imagen_fake.pipeline.respond import Delivery
from imagen_fake.state.trace import Trace
from imagen_fake.verdict.entries import Client, Entry
from imagen_fake.verdict.findings import Finding

MODEL = "imagen-4.0-generate-001"
PATH = f"/v1/projects/p/locations/us-central1/publishers/google/models/{MODEL}:predict"
CLIENT = Client("p", "0123456789abcdef", "test/1.0")
PICTURE = Delivery(MODEL, "generate", 1)


def entry(
    started: float = 0.0,
    status: int = 200,
    *,
    number: int = 1,
    seconds: float = 0.0,
    delay: float = 0.0,
    body: bytes = b"body",
    wait: float = 0.0,
    delivery: Delivery | None = None,
    **more: Any,
) -> Entry:
    """One call."""
    ended = started + seconds
    made = {"client": CLIENT, "surface": "vertex", "model": MODEL, "path": PATH, **more}
    trace = Trace(started, ended, ended + delay, body, wait, delivery)
    return Entry(number=number, status=status, trace=trace, **made)


def attempts(status: int, *gaps: float, last: int = 200, wait: float = 0.0) -> list[Entry]:
    """A request that fails with a status again and again, after these pauses."""
    moments = [sum(gaps[:number]) for number in range(len(gaps) + 1)]
    statuses = [status] * len(gaps) + [last]
    return [
        entry(moment, one, number=number, wait=wait if one == status else 0.0)
        for number, (moment, one) in enumerate(zip(moments, statuses, strict=True), 1)
    ]


def checks(findings: Iterable[Finding]) -> list[tuple[str, tuple[int, ...]]]:
    """The check and the calls of each finding."""
    return [(finding.check, finding.calls) for finding in findings]
