"""What requests say in vain, and what they leave out."""

from collections.abc import Iterable, Iterator

from imagen_fake import spec
from imagen_fake.pipeline.validate import COUNT
from imagen_fake.verdict.entries import Entry
from imagen_fake.verdict.findings import Basis, Finding


def field_findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """What was sent and had no effect, and pictures that nobody asked for by number."""
    for entry in entries:
        for warning in entry.warnings:
            if not warning.startswith(f"{entry.model} is deprecated"):  # see `life_cycle.py`
                yield _ignored(entry, warning)
        if entry.trace.delivery and entry.trace.delivery.count_by_default:
            yield _default_count(entry)


def _ignored(entry: Entry, warning: str) -> Finding:
    return Finding(
        check="ignored-field",
        severity="warning",
        client=entry.client,
        calls=(entry.number,),
        what=f"sent what the service ignores: {warning}",
        why="the answer looks right, and is not what was asked for",
        advice="leave it out, or spell it as the service does",
    )


def _default_count(entry: Entry) -> Finding:
    delivery = entry.trace.delivery
    assert delivery  # noqa: S101 (see `field_findings`)
    schemas = (
        spec.request(delivery.model, delivery.task, entry.surface).schema,
        spec.task_schema(delivery.task),
    )
    count, of_task = (schema["$defs"]["parameters"]["properties"][COUNT] for schema in schemas)
    fact = of_task if of_task["default"] == count["default"] else count
    return Finding(
        check="default-count",
        severity="warning",
        client=entry.client,
        calls=(entry.number,),
        what=f"asked for {count['default']} pictures by leaving {COUNT} out",
        why="each picture is paid for",
        advice=f"say how many are wanted: {COUNT}, number_of_images in Google's clients",
        basis=Basis.of(fact),
    )
