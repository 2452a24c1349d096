"""Recordings that facts name."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from imagen_fake.contract.cassettes.cassette import Cassette, write
from imagen_fake.contract.cassettes.provenance import provenance_of
from imagen_fake.contract.cassettes.recorder import cassette
from imagen_fake.contract.exchange import Fact
from imagen_fake.contract.settle import support
from tests.contract.settle.observing import TOO_MANY, answer

ERROR, OTHER = "errors.json#/errors/sample_count", "errors.json#/errors/picture_empty"


def recording() -> Cassette:
    exchange = answer(TOO_MANY)
    provenance = provenance_of(exchange.case, [], "vertex", str)
    return cassette("cassettes/vertex/one", exchange.request, exchange.response, provenance)


def unsupported(
    monkeypatch: pytest.MonkeyPatch, repository: Path, facts: Mapping[str, str]
) -> list[str]:
    """The unsupported facts where these alone have a source."""
    sources = {name: Fact(name, "recorded", (source,)) for name, source in facts.items()}
    monkeypatch.setattr(support, "all_facts", lambda: sources)
    return list(support.unsupported(repository))


def test_a_recording_has_to_be_there_of_that_day_and_show_the_fact(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = recording()
    write(made, tmp_path)
    file, day = "cassettes/vertex/one.yaml", made.provenance.date
    facts = {ERROR: f"{file}@{day}", OTHER: f"{file}@{day}"}
    assert unsupported(monkeypatch, tmp_path, facts) == [f"{OTHER}: {file} does not show it"]
    assert unsupported(monkeypatch, tmp_path, {ERROR: f"{file}@2001-01-01"}) == [
        f"{ERROR}: {file} is of {day}"
    ]
    missing = f"cassettes/vertex/two.yaml@{day}"
    assert unsupported(monkeypatch, tmp_path, {ERROR: missing}) == [
        f"{ERROR}: there is no cassettes/vertex/two.yaml"
    ]


def test_other_sources_are_no_recordings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert unsupported(monkeypatch, tmp_path, {ERROR: "try-on-pages"}) == []
