"""Models that were deprecated, retired or not there yet on a day."""

from collections.abc import Iterable, Iterator
from datetime import date

from imagen_fake import spec
from imagen_fake.verdict.entries import Entry
from imagen_fake.verdict.findings import Basis, Finding, Severity

DIALECTS = "openai"
"""The surface whose facts say which service is behind a path that speaks a dialect."""


def life_cycle_findings(entries: Iterable[Entry], as_of: date | None) -> Iterator[Finding]:
    """The models that were asked for and were not, or not for long, on the day to judge by."""
    for entry in entries:
        day = str(entry.as_of or as_of or "")
        model = spec.any_model(entry.model)
        cycle = model.life_cycle(service(entry)) if model else {}
        if not cycle or not day:
            continue
        basis = Basis.of(cycle)
        if day < cycle["launched"]:
            what = f"asked {entry.model}, which was launched on {cycle['launched']}"
            yield _finding(entry, "unlaunched-model", "error", what, basis)
        elif "retired" in cycle and day >= cycle["retired"]:
            what = f"asked {entry.model}, which was retired on {cycle['retired']}"
            yield _finding(entry, "retired-model", "error", what, basis)
        elif "deprecated" in cycle and day >= cycle["deprecated"]:
            end = f"; it is retired on {cycle['retired']}" if "retired" in cycle else ""
            what = f"asked {entry.model}, which is deprecated since {cycle['deprecated']}{end}"
            yield _finding(entry, "deprecated-model", "warning", what, basis)


def service(entry: Entry) -> str:
    """The surface whose models answer a call: of a dialect the one behind it."""
    for path, place in spec.surface(DIALECTS).facts["paths"]["value"].items():
        if entry.path.endswith(path):
            return str(place["behind"])
    return entry.surface


def _finding(entry: Entry, check: str, severity: Severity, what: str, basis: Basis) -> Finding:
    return Finding(
        check=check,
        severity=severity,
        client=entry.client,
        calls=(entry.number,),
        what=what,
        why="the service answers for a model from its launch until it is retired",
        advice="ask a model that has a future: `imagen-fake models --as-of DATE` lists them",
        basis=basis,
    )
