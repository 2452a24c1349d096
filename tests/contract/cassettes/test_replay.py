"""Cassettes: each is whole, free of secrets, and answered by the fake as it was recorded."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from vcr.serialize import deserialize  # type: ignore[import-untyped]
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from imagen_fake import spec
from imagen_fake.contract.cassettes.cassette import Cassette, read, to_yaml
from imagen_fake.contract.cassettes.replay import cassettes, fake_for, replay
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.settle.observation import models_of, observe, probes_by_name
from tests.sweep import sweep

FOLDER = Path(__file__).parent.parents[2] / "cassettes"
PATHS = sorted(FOLDER.rglob("*.yaml"))

EXPECTED_LATER = {
    "gemini/closed-to-new-users-before-the-body": "a body is read before directives count",
    "vertex/location-unknown": "every location is served, and nothing answers with a page",
}
"""Cassettes that the fake does not answer as recorded yet, with the reason."""

GRADES = {"recorded", "fixture", "reported", "documented"}
LICENSES = {"Apache-2.0", "MIT", "CC-BY-4.0", "quotation"}
SECRETS = re.compile(
    r"ya29\.|AIza[\w-]{20}|\beyJ[\w-]+\.|[?&]key="
    r"|(?i:authorization|cookie(?! or other)|bearer\s(?!realm=))"
    r"|[\w.+-]+@[\w-]+\.[a-z]|projects/(?!PROJECT\b)\w|cloud-llm|[0-9a-f]{8}-[0-9a-f]{4}-"
)


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def of_runs() -> list[Path]:
    """The cassettes of the kit's own runs: it knows what was sent, which they have scrubbed."""
    return [path for path in PATHS if read(path).provenance.case]


def answerable() -> Iterator[ParameterSet]:
    """Every other cassette, marked where the fake is not yet as the service was."""
    for path in sorted(set(PATHS) - set(of_runs())):
        reason = EXPECTED_LATER.get(name_of(path))
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        yield pytest.param(path, id=name_of(path), marks=marks)


def without_digests(text: str) -> str:
    return re.sub(r"sha256: \S+|[\w+/]{200,}=*|digitalsourcetype/\S+", "", text)


@pytest.mark.parametrize("path", list(answerable()))
def test_the_fake_answers_as_was_recorded(path: Path) -> None:
    cassette = read(path, FOLDER)
    assert list(replay(fake_for(cassette), cassette)) == []


def test_the_facts_say_what_was_recorded_in_a_run_of_the_kit() -> None:
    recordings = {name_of(path): read(path) for path in of_runs()}
    probes = probes_by_name(models_of(list(recordings.values())))
    assert {
        name: observe(one, name, probes).differences
        for name, one in recordings.items()
        if one.provenance.case in probes and name not in EXPECTED_LATER
    } == dict.fromkeys(recordings, ())


@sweep("path", PATHS, ids=name_of)
def test_vcr_loads_every_cassette(path: Path) -> None:
    requests, responses, *_ = deserialize(path.read_text("utf-8"), yamlserializer)
    cassette = read(path)
    assert [request.uri for request in requests] == [
        request.url for request, _ in cassette.interactions
    ]
    assert [response["body"]["string"] for response in responses] == [
        response.body for _, response in cassette.interactions
    ]


@sweep("path", PATHS, ids=name_of)
def test_every_cassette_says_where_it_comes_from(path: Path) -> None:
    known = read(path).provenance
    listed = spec.table("sources")["sources"]
    assert known.shows.endswith(".")
    assert known.grade in GRADES
    assert known.license in LICENSES
    assert re.match(r"\d{4}", known.date)
    assert known.sources
    for source in known.sources:
        assert source in listed or re.fullmatch(r"github:[\w.-]+/[\w.-]+#\d+", source)


@sweep("path", PATHS, ids=name_of)
def test_no_cassette_holds_a_secret(path: Path) -> None:
    assert SECRETS.findall(without_digests(path.read_text("utf-8"))) == []


@sweep("path", PATHS, ids=name_of)
def test_every_cassette_is_written_as_the_recorder_writes(path: Path) -> None:
    assert path.read_text("utf-8") == to_yaml(read(path))


def unsettled() -> list[Path]:
    return [path for path in PATHS if read(path).provenance.unsettled]


@sweep("path", unsettled, ids=name_of)
def test_what_is_unsettled_is_answered_otherwise_by_the_fake(path: Path) -> None:
    cassette = read(path, FOLDER)
    strict = replace(cassette, provenance=replace(cassette.provenance, unsettled={}))
    differing = {difference.check for difference in replay(fake_for(cassette), strict)}
    for part in cassette.provenance.unsettled:
        assert any(f"{found}/".startswith(f"{part.rstrip('/')}/") for found in differing)


def test_all_cassettes_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.yaml")) < 2_000_000


def test_what_is_expected_later_is_there() -> None:
    assert EXPECTED_LATER.keys() <= {cassette.name for cassette in cassettes(FOLDER)}


def held() -> Cassette:
    return read(FOLDER / "vertex" / "generate-jpeg-safety-attributes.yaml")


def test_a_difference_names_the_cassette_the_part_and_the_grade() -> None:
    cassette = held()
    _, recorded = cassette.interactions[0]
    (found,) = replay(lambda _: replace(recorded, status=500), cassette)
    place = f"cassettes/{cassette.name}.yaml#/interactions/0/response/status"
    assert (found.fact.pointer, found.fact.grade) == (place, "recorded")
    assert (found.expected, found.observed) == ("200", "500")


def test_requests_go_below_another_url_where_one_is_given() -> None:
    asked: list[Request] = []
    _, recorded = held().interactions[0]

    def ask(request: Request) -> Response:
        asked.append(request)
        return recorded

    list(replay(ask, held(), "http://localhost:8080/"))
    assert asked[0].url.startswith("http://localhost:8080/v1beta1/projects/PROJECT/")


def test_a_part_that_is_unsettled_is_not_compared() -> None:
    cassette = held()
    ((request, recorded),) = cassette.interactions
    loose = replace(cassette.provenance, unsettled={"body/predictions": "nobody agrees"})
    empty = replace(recorded, body=b'{"predictions": []}')
    assert list(replay(lambda _: empty, replace(cassette, provenance=loose))) == []
    assert list(replay(lambda _: empty, cassette)) != []
    assert request.body


def test_of_an_unsettled_list_the_length_alone_may_differ() -> None:
    cassette = held()
    ((_, recorded),) = cassette.interactions
    loose = replace(cassette.provenance, unsettled={"body/predictions/": "nobody agrees"})
    one = replace(recorded, body=b'{"predictions": [{}]}')
    checks = {found.check for found in replay(lambda _: one, replace(cassette, provenance=loose))}
    assert "body/predictions" not in checks
    assert "body/predictions/0" in checks


def test_a_folder_names_its_cassettes_by_their_place() -> None:
    names = [cassette.name for cassette in cassettes(FOLDER)]
    assert "vertex/filter-all" in names
    assert len(names) == len(PATHS)
