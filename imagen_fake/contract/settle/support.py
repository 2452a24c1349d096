"""Whether the recordings that facts name as their sources are there, and show them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from imagen_fake.contract.cassettes.cassette import Cassette, read
from imagen_fake.contract.facts.facts import all_facts, graded_ancestor
from imagen_fake.contract.settle.observation import models_of, observe, probes_by_name

RECORDING = re.compile(r"(?P<file>cassettes/.+\.yaml)@(?P<day>[0-9-]{10})")
"""A source that is a recording: its file, from the top of the repository, and its day."""


def unsupported(repository: Path) -> Iterator[str]:
    """Every fact whose recording is missing, of another day, or does not show it, with the reason.

    Raises ValueError for a file that is no cassette.
    """
    sources = _sources()
    files = {match["file"] for matches in sources.values() for match in matches}
    recordings = {name: read(repository / name) for name in sorted(files)
                  if (repository / name).is_file()}  # fmt: skip
    confirmed = _confirmed(recordings)
    for pointer, matches in sources.items():
        for match in matches:
            recording = recordings.get(match["file"])
            if recording is None:
                yield f"{pointer}: there is no {match['file']}"
            elif recording.provenance.date != match["day"]:
                yield f"{pointer}: {match['file']} is of {recording.provenance.date}"
            elif pointer not in confirmed.get(match["file"], {pointer}):
                yield f"{pointer}: {match['file']} does not show it"


def _sources() -> Mapping[str, Sequence[re.Match[str]]]:
    """The recordings that are sources, by fact."""
    matches = {
        pointer: [match for source in fact.source if (match := RECORDING.fullmatch(source))]
        for pointer, fact in all_facts().items()
    }
    return {pointer: some for pointer, some in matches.items() if some}


def _confirmed(recordings: Mapping[str, Cassette]) -> Mapping[str, frozenset[str]]:
    """The facts that each recording confirms today.

    A case that broke a limit that has changed is no more in the kit: nothing is known of it.
    """
    probes = probes_by_name(models_of(list(recordings.values())))
    return {
        name: frozenset(map(graded_ancestor, observe(one, "", probes).confirmed))
        for name, one in recordings.items()
        if one.provenance.case in probes
    }
