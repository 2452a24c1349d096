"""Cassettes: each is whole, free of secrets, and answered by the fake as it was recorded."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from vcr.serialize import deserialize  # type: ignore[import-untyped]
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from imagen_fake import spec
from imagen_fake.contract.cassette import Cassette, read, text_of
from imagen_fake.contract.compare import compare
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.replay import cassettes, fake_for, replay

FOLDER = Path(__file__).parents[2] / "cassettes"
PATHS = sorted(FOLDER.rglob("*.yaml"))
CASSETTES = [pytest.param(path, id=path.relative_to(FOLDER).as_posix()) for path in PATHS]

EXPECTED_LATER: dict[str, str] = {}
"""Cassettes that the fake does not answer as recorded yet, with the reason."""

GRADES = {"recorded", "fixture", "reported", "documented"}
LICENSES = {"Apache-2.0", "MIT", "CC-BY-4.0", "quotation"}
SECRETS = re.compile(
    r"ya29\.|AIza[\w-]{20}|\beyJ[\w-]+\.|(?i:authorization|cookie|bearer\s)|[?&]key="
    r"|[\w.+-]+@[\w-]+\.[a-z]|projects/(?!PROJECT\b)\w|cloud-llm|[0-9a-f]{8}-[0-9a-f]{4}-"
)


def answerable() -> Iterator[ParameterSet]:
    """Every cassette, marked where the fake is not yet as the service was."""
    for cassette in cassettes(FOLDER):
        reason = EXPECTED_LATER.get(cassette.name)
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        yield pytest.param(cassette, id=cassette.name, marks=marks)


def without_digests(text: str) -> str:
    return re.sub(r"sha256: \S+|[\w+/]{200,}=*|digitalsourcetype/\S+", "", text)


@pytest.mark.parametrize("cassette", answerable())
def test_the_fake_answers_as_was_recorded(cassette: Cassette) -> None:
    with fake_for(cassette) as ask:
        assert list(replay(ask, cassette)) == []


@pytest.mark.parametrize("path", CASSETTES)
def test_vcr_loads_every_cassette(path: Path) -> None:
    requests, responses, *_ = deserialize(path.read_text("utf-8"), yamlserializer)
    cassette = read(path)
    assert [request.uri for request in requests] == [
        request.url for request, _ in cassette.interactions
    ]
    assert [response["body"]["string"] for response in responses] == [
        response.body for _, response in cassette.interactions
    ]


@pytest.mark.parametrize("path", CASSETTES)
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


@pytest.mark.parametrize("path", CASSETTES)
def test_no_cassette_holds_a_secret(path: Path) -> None:
    assert SECRETS.findall(without_digests(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", CASSETTES)
def test_every_cassette_is_written_as_the_recorder_writes(path: Path) -> None:
    assert path.read_text("utf-8") == text_of(read(path))


@pytest.mark.parametrize("path", CASSETTES)
def test_what_is_unsettled_is_answered_otherwise_by_the_fake(path: Path) -> None:
    cassette = read(path)
    strict = replace(cassette, provenance=replace(cassette.provenance, unsettled={}))
    with fake_for(cassette) as ask:
        differing = {difference.check for difference in replay(ask, strict)}
    assert set(cassette.provenance.unsettled) <= differing


def test_all_cassettes_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.yaml")) < 2_000_000


def test_what_is_expected_later_is_there() -> None:
    assert EXPECTED_LATER.keys() <= {cassette.name for cassette in cassettes(FOLDER)}


def held() -> Cassette:
    return read(FOLDER / "vertex" / "generate-jpeg-safety-attributes.yaml")


def answered(body: object, status: int = 200) -> Response:
    return Response(status, (), json.dumps(body).encode())


def parts(recorded: object, other: object) -> list[str]:
    return [found.check for found in compare(answered(recorded), answered(other))]


def test_a_difference_names_the_cassette_the_part_and_the_grade() -> None:
    cassette = held()
    _, recorded = cassette.interactions[0]
    (found,) = replay(lambda _: replace(recorded, status=500), cassette)
    place = f"cassettes/{cassette.name}.yaml#/interactions/0/response/status"
    assert (found.fact.pointer, found.fact.grade) == (place, "recorded")
    assert (found.expected, found.observed) == ("200", "500")


def test_an_answer_of_another_size_differs() -> None:
    cassette = held()
    _, recorded = cassette.interactions[0]
    (body,) = (json.loads(recorded.body),)
    other = json.loads(read(FOLDER / "vertex" / "upscale-x2.yaml").interactions[0][1].body)
    body["predictions"][0]["bytesBase64Encoded"] = other["predictions"][0]["bytesBase64Encoded"]
    changed = replace(recorded, body=json.dumps(body).encode())
    (found,) = replay(lambda _: changed, cassette)
    assert (found.expected, found.observed) == ("JPEG RGB 1024x1024", "JPEG RGB 2048x2048")


def test_a_missing_header_differs_and_one_more_does_not() -> None:
    recorded = Response(200, ((b"Server", b"scaffolding"),), b"{}")
    bare = Response(200, (), b"{}")
    assert [found.check for found in compare(recorded, bare)] == ["headers/server"]
    assert list(compare(bare, recorded)) == []


def test_numbers_projects_and_free_text_do_not_count() -> None:
    said = {"error": {"message": "Model `projects/a/locations/b/models/m` has 3 of 4."}}
    other = {"error": {"message": "Model `projects/x/locations/y/models/m` has 7 of 9."}}
    assert parts(said, other) == []
    assert parts({"prompt": "A cat."}, {"prompt": "A dog, at length."}) == []


def test_words_of_a_message_count() -> None:
    said = {"error": {"code": 404, "message": "Not found."}}
    assert parts(said, {"error": {"code": 404, "message": "Not there."}}) == ["body/error/message"]


def test_keys_and_counts_count() -> None:
    assert parts({"predictions": []}, {}) == ["body", "body/predictions"]
    two = {"predictions": [{"mimeType": "image/png"}] * 2}
    one = {"predictions": [{"mimeType": "image/png"}]}
    assert "body/predictions" in parts(two, one)


def test_details_for_googles_own_callers_do_not_count() -> None:
    inside = {"@type": "type.googleapis.com/google.rpc.DebugInfo", "detail": "[ORIGINAL ERROR]"}
    assert parts({"error": {"details": [inside]}}, {"error": {}}) == []


def test_requests_go_below_another_url_where_one_is_given() -> None:
    asked: list[Request] = []
    _, recorded = held().interactions[0]

    def ask(request: Request) -> Response:
        asked.append(request)
        return recorded

    list(replay(ask, held(), "http://localhost:8080/"))
    assert asked[0].url.startswith("http://localhost:8080/v1beta1/projects/PROJECT/")


def test_a_file_that_is_no_cassette_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("version: 1\ninteractions: []\n")
    with pytest.raises(ValueError, match=r"other\.yaml is no cassette"):
        read(path)
