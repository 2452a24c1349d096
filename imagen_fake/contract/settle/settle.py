"""From cassettes of the service to changes of `schemas/`, and what no change can say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from shutil import copyfile

from imagen_fake.contract.cassettes.cassette import Cassette
from imagen_fake.contract.cassettes.provenance import SERVICE
from imagen_fake.contract.facts.facts import graded_ancestor, is_graded, split_pointer
from imagen_fake.contract.facts.lookup import read_value
from imagen_fake.contract.facts.messages import PLACEHOLDER
from imagen_fake.contract.settle.change import Change, Values, apply
from imagen_fake.contract.settle.derive import derive
from imagen_fake.contract.settle.errors import DerivationError
from imagen_fake.contract.settle.observation import (
    Observation,
    ignored,
    models_of,
    observe,
    probes_by_name,
)
from imagen_fake.contract.settle.settlement import Settlement, settlements

FOLDER = "cassettes"
UNDERIVED = ("details", "headers")
"""The checks of errors from which no value is derived."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What some recordings lead to: a settlement of each fact, changes, and words for the rest.

    `files` has the recordings that changes refer to, by their names there.
    """

    settlements: tuple[Settlement, ...]
    changes: tuple[Change, ...]
    words: tuple[str, ...]
    files: Mapping[str, Path]


def settle(recordings: Mapping[Path, Cassette], rehearsal: bool = False) -> Verdict:
    """The verdict of recordings, by their files.

    `rehearsal`: take recordings of what played the service, too. Raises ValueError for recordings
    of something else, or of cases that the kit does not have any more.
    """
    for path, one in recordings.items():
        _check_recorded(path, one, rehearsal)
    probes = probes_by_name(models_of(list(recordings.values())))
    observations, files = list[Observation](), dict[str, Path]()
    for path, one in recordings.items():
        if one.provenance.case not in probes:
            raise ValueError(f"{path}: there is no such case any more: {one.provenance.case}")
        source = f"{FOLDER}/{probes[one.provenance.case].case.surface}/{path.name}"
        if source in files:
            raise ValueError(f"{path} has the name of {files[source]}.")
        files[source] = path
        try:
            observations.append(observe(one, f"{source}@{one.provenance.date}", probes))
        except ValueError as error:
            raise ValueError(f"{path} holds no exchange of its case: {error}") from error
    settled = tuple(settlements(observations, probes))
    changes, words = [], list(ignored(observations))
    for settlement in settled:
        try:
            change = _change(settlement, observations)
        except DerivationError as error:
            words.append(f"{settlement.fact.pointer}: contradicted, but not derived: {error}")
            continue
        if change:
            changes.append(change)
            words += _remarks(change, settlement)
    named = {change.source.rpartition("@")[0] for change in changes}
    return Verdict(
        settled, tuple(changes), tuple(words), {one: files[one] for one in sorted(named)}
    )


def diff(root: Path, changes: Sequence[Change]) -> tuple[Mapping[str, str], str]:
    """The new texts of the files below a folder that change, by name, and a unified diff of them.

    Raises OSError where there is no such file, KeyError where one has no such fact.
    """
    names = sorted({split_pointer(change.fact.pointer)[0] for change in changes})
    old = {name: (root / name).read_text("utf-8") for name in names}
    new = apply(old, changes)
    lines = [
        line
        for name in names
        for line in unified_diff(
            old[name].splitlines(keepends=True),
            new[name].splitlines(keepends=True),
            f"a/schemas/{name}",
            f"b/schemas/{name}",
        )
    ]
    return new, "".join(lines)


def summary(change: Change) -> str:
    """A change in a line: the fact, its grades, and what it says from now on."""
    values = [
        f"{place.rpartition('/')[2]} {value!r}" for place, value in change.values.values.items()
    ]
    removed = [f"no {place.rpartition('/')[2]}" for place in change.values.removed]
    says = ", ".join(values + removed) or "confirmed"
    return f"{change.fact.pointer}: {change.fact.grade} → recorded: {says}"


def _change(settlement: Settlement, observations: Sequence[Observation]) -> Change | None:
    """The change that a settlement leads to; None where it settles nothing.

    Raises DerivationError for a contradiction that does not tell what is true.
    """
    if settlement.outcome == "contradicted":
        source = _source(settlement)
        return Change(settlement.fact, source, derive(settlement, observations))
    if settlement.outcome == "confirmed":
        return Change(settlement.fact, settlement.confirming[0].source, Values())
    return None


def _source(settlement: Settlement) -> str:
    """The recording that shows best what is true instead: of a case that was made for the fact."""
    pointer = settlement.fact.pointer
    sources = [one for one, _ in settlement.contradicting]
    fitting = [one for one in sources if pointer in map(graded_ancestor, one.exchange.case.facts)]
    return (fitting or sources)[0].source


def _remarks(change: Change, settlement: Settlement) -> Iterator[str]:
    """What somebody has to look at who takes over a change."""
    pointer, grade = change.fact.pointer, change.fact.grade
    if change.contradicts and grade == "recorded":
        yield f"{pointer}: it was recorded before: see whether that was of another model"
    if change.contradicts and _is_of_another_task(settlement):
        yield f"{pointer}: other tasks have it, too: see whether it changes for them"
    for check in UNDERIVED:
        seen = next((one for _, one in settlement.contradicting if one.check == check), None)
        if seen and pointer.startswith("errors.json"):
            yield f"{pointer}: not derived: {check}: expected {seen.expected}, was {seen.observed}"
    for place, value in change.values.values.items():
        names = set(PLACEHOLDER.findall(_text(place))) - set(PLACEHOLDER.findall(str(value)))
        if names:
            yield f"{place}: no answer showed {', '.join(sorted(names))}, which stood there before"


def _is_of_another_task(settlement: Settlement) -> bool:
    """Whether a fact stands in the file of a task that was not asked for."""
    file, own = split_pointer(settlement.fact.pointer)[0], settlement.contradicting[0][0]
    return file.startswith("tasks/") and file != f"tasks/{own.exchange.case.task}.json"


def _text(pointer: str) -> str:
    return str(read_value(pointer)) if is_graded(pointer) else ""


def _check_recorded(path: Path, recording: Cassette, rehearsal: bool) -> None:
    sources = recording.provenance.sources
    if not recording.interactions:
        raise ValueError(f"{path} holds no exchange.")
    if not recording.provenance.case:
        raise ValueError(f"{path} is of no run of the kit: imagen-fake contract --record makes one")
    if SERVICE not in sources and not rehearsal:
        raise ValueError(
            f"{path} is of {', '.join(sources)}, not of the service: --rehearsal takes it"
        )


def write(root: Path, texts: Mapping[str, str], files: Mapping[str, Path]) -> None:
    """Change files below a folder `schemas`, and copy recordings beside it, each by its name.

    Raises OSError where that cannot be done.
    """
    for name, path in files.items():
        copy = root.resolve().parent / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if copy.resolve() != path.resolve():
            copyfile(path, copy)
    for name, text in texts.items():
        (root / name).write_text(text, "utf-8")
