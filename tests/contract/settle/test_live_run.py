"""A live run from the first free call to the change of `schemas/`, against a played service."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from vcr.serialize import deserialize  # type: ignore[import-untyped]
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from imagen_fake import spec
from imagen_fake.contract.cassettes.cassette import Cassette, read, to_yaml
from imagen_fake.contract.facts.facts import all_facts, graded_ancestor, split_pointer
from imagen_fake.contract.facts.lookup import read_value
from imagen_fake.contract.mutants.patched_facts import Patch, patched_copy
from imagen_fake.contract.settle.json_text import locate
from tests.contract.cassettes.test_replay import SECRETS, without_digests
from tests.contract.settle.stages import MODEL, PROJECT, Outcome, played, record, recordings, run
from tests.unmeasured import unmeasured

DENIED = "imagen-fake@imagen-fake.iam.gserviceaccount.com"
ERRORS = "errors.json#/errors"
OF_MODEL = f"models/{MODEL}.json#"
PARAMETERS = "tasks/generate.json#/$defs/parameters/properties"
CHANGES = {
    f"{ERRORS}/keyword_enum/message": "{failed}{value} is none of {options} ({name})",
    f"{ERRORS}/instance_not_object/message": "{failed}instances[0]: {kind} is no object",
    f"{ERRORS}/mime_type/status": "FAILED_PRECONDITION",
    f"{ERRORS}/picture_empty/http": 422,
    f"{OF_MODEL}/versionId/value": "001@default",
    f"{OF_MODEL}/predictSchemata/predictionSchemaUri": (
        "gs://google-cloud-aiplatform/schema/predict/prediction/virtual_try_on_1.0.0.yaml"
    ),
    "tasks/try_on.json#/$defs/parameters/properties/sampleCount/maximum": 3,
    f"{PARAMETERS}/seed/maximum": 2147483647,
    f"{PARAMETERS}/outputOptions/properties/mimeType/default": "image/jpeg",
    "surfaces/vertex.json#/headers/value/4/1": "ESF",
}
"""What the played service does otherwise: words, statuses, an entry, limits, a default, headers."""

CHANGED = {
    graded_ancestor(pointer) for pointer in CHANGES if pointer != f"{ERRORS}/picture_empty/http"
}
CHANGED |= {f"{ERRORS}/picture_empty"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run that was recorded, and where; what was settled of it, and the checkout it changed."""

    run: Outcome
    folder: Path
    settle: Outcome
    checkout: Path
    again: Outcome
    """The same run with the facts of the checkout."""
    cassettes: list[Cassette]
    """The recordings of the first."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """A recorded run against a service with the changes, settled in a checkout, and run again."""
    folder = tmp_path_factory.mktemp("live")
    checkout, cassettes = folder / "checkout", folder / "recorded"
    shutil.copytree(spec.ROOT, checkout / "schemas")
    (folder / "again").mkdir()
    with played(patched_copy(folder / "service", Patch(CHANGES))) as service:
        first = record(service, cassettes)
        arguments = ("--rehearsal", "--schemas", str(checkout / "schemas"), "--write")
        settled = run("contract", "settle", str(cassettes), *arguments)
        again = record(service, folder / "again" / "recorded", checkout / "schemas")
    return Recorded(first, cassettes, settled, checkout, again, recordings(cassettes))


def schemas_value(root: Path, pointer: str) -> object:
    """The value at a pointer in the files of a folder."""
    file, steps = split_pointer(pointer)
    text = (root / file).read_text("utf-8")
    member = locate(text, steps)
    return json.loads(text[member.start : member.end])


def test_what_is_free_is_sent_first_and_one_picture_last(recorded: Recorded) -> None:
    *free, last = (recorded.folder.parent / "sent").read_text("utf-8").splitlines()
    billed = {one.provenance.case for one in recorded.cassettes
              if "predictions" in json.loads(one.interactions[0][1].body or "{}")}  # fmt: skip
    assert billed == {last}
    assert last.endswith(": plain")
    assert len(free) > 90
    assert "1 answers of virtual-try-on-001: about 0.06 USD" in recorded.run.output


def test_what_was_changed_is_contradicted_and_nothing_else(recorded: Recorded) -> None:
    assert recorded.run.facts("contradicted") == CHANGED
    assert recorded.settle.facts("contradicted") == CHANGED


def test_reports_say_so_too(recorded: Recorded) -> None:
    report = json.loads((recorded.folder.parent / "report.json").read_bytes())
    for outcome in ("contradicted", "confirmed", "in part", "not reached"):
        facts = {one["fact"] for one in report["settled"] if one["outcome"] == outcome}
        assert facts == recorded.run.facts(outcome)
    page = (recorded.folder.parent / "report.html").read_text("utf-8")
    assert "<h2>Facts that no recording had settled</h2>" in page
    assert PROJECT not in page


def test_what_was_not_changed_is_confirmed(recorded: Recorded) -> None:
    confirmed = recorded.run.facts("confirmed")
    assert f"{ERRORS}/keyword_type" in confirmed
    assert f"{OF_MODEL}/sizes" in confirmed
    assert "tables/image_metadata.json#/try_on/image~1jpeg" in confirmed | SURE
    assert len(confirmed) > 30
    assert recorded.settle.facts("confirmed") == confirmed


def test_what_a_picture_or_a_filter_would_have_shown_is_not_reached(recorded: Recorded) -> None:
    assert f"{OF_MODEL}/filteredReason" in recorded.run.facts("not reached")
    assert f"{OF_MODEL}/quota" in recorded.run.facts("not reached")


SURE = {pointer for pointer, one in all_facts().items() if one.grade == "recorded"}


def test_a_difference_is_told_with_both_sides(recorded: Recorded) -> None:
    assert "  canonical: expected INVALID_ARGUMENT\n             was      FAILED_PRECONDITION" in (
        recorded.run.output
    )


def test_no_recording_holds_anything_private(recorded: Recorded) -> None:
    for path in recorded.folder.iterdir():
        text = path.read_text("utf-8")
        assert PROJECT not in text
        assert SECRETS.findall(without_digests(text)) == []
    assert PROJECT not in recorded.run.output + recorded.settle.output


def test_recordings_are_as_those_of_the_repository(recorded: Recorded) -> None:
    for path in recorded.folder.iterdir():
        text = path.read_text("utf-8")
        assert text == to_yaml(read(path))
        assert deserialize(text, yamlserializer)


def test_the_pictures_of_a_recording_are_placeholders(recorded: Recorded) -> None:
    (plain,) = [one for one in recorded.cassettes if one.provenance.case.endswith(": plain")]
    places = [str(one["at"]).split("/")[0] for one in plain.provenance.pictures]
    assert places == ["request", "request", "response"]


@pytest.mark.parametrize("pointer", sorted(CHANGES))
def test_the_command_makes_the_very_changes(recorded: Recorded, pointer: str) -> None:
    assert schemas_value(recorded.checkout / "schemas", pointer) == CHANGES[pointer]


@pytest.mark.parametrize("pointer", sorted(CHANGED))
def test_a_fact_that_changes_is_recorded_by_a_cassette_of_that_day(
    recorded: Recorded, pointer: str
) -> None:
    root = recorded.checkout
    assert schemas_value(root / "schemas", f"{pointer}/x-grade") == "recorded"
    sources = schemas_value(root / "schemas", f"{pointer}/x-source")
    assert isinstance(sources, list)
    (source,) = [one for one in sources if one.startswith("cassettes/")]
    name, _, day = source.partition("@")
    assert read(root / name).provenance.date == day


def test_no_other_value_changes(recorded: Recorded) -> None:
    for pointer in all_facts():
        if pointer not in CHANGED and not pointer.endswith("#"):
            assert contents(schemas_value(recorded.checkout / "schemas", pointer)) == (
                contents(read_value(pointer))
            )


def contents(value: object) -> object:
    """A fact without what is said of it, and without the facts within it."""
    if not isinstance(value, dict):
        return value
    return {
        key: one for key, one in value.items() if not key.startswith("x-") and key != "properties"
    }


def test_a_second_run_finds_no_difference(recorded: Recorded) -> None:
    assert (recorded.run.code, recorded.again.code) == (1, 0)
    assert "0 differences, 0 wrong assumptions" in recorded.again.output
    assert recorded.again.facts("contradicted") == set()


def test_every_recording_that_the_checkout_names_shows_its_fact(recorded: Recorded) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SUPPORT, str(recorded.checkout)],
        capture_output=True, text=True, check=False, env=unmeasured(),
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")


SUPPORT = """
import sys
from pathlib import Path
from imagen_fake import spec

checkout = Path(sys.argv[1])
spec.ROOT = checkout / "schemas"
from imagen_fake.contract.settle.support import unsupported

for line in unsupported(checkout):
    print(line)
"""
"""Prints every fact of a checkout whose recording does not show it."""


def test_a_limit_that_is_higher_is_billed_ends_the_run_and_is_said_in_words(tmp_path: Path) -> None:
    higher = Patch({"tasks/try_on.json#/$defs/parameters/properties/sampleCount/maximum": 8})
    with played(patched_copy(tmp_path / "service", higher)) as service:
        first = record(service, tmp_path / "recorded")
    assert "sampleCount/maximum (documented)" in first.output
    assert "not sent: 0.30 of 0.06 USD are spent" in first.output
    settled = run("contract", "settle", str(tmp_path / "recorded"), "--rehearsal")
    assert settled.code == 1
    count = "tasks/try_on.json#/$defs/parameters/properties/sampleCount"
    assert (
        f"{count}: contradicted, but not derived: status: expected refused with" in settled.output
    )
    answers = [one.interactions[0][1].body.count(b'"bytesBase64Encoded"')
               for one in recordings(tmp_path / "recorded")]  # fmt: skip
    assert sorted(answers)[-2:] == [0, 5]


def test_a_service_that_denies_the_caller_confirms_none_of_its_refusals(tmp_path: Path) -> None:
    with played(spec.ROOT, "--deny", DENIED) as service:
        first = record(service, tmp_path / "recorded")
    assert first.facts("contradicted") == set()
    assert {one for one in first.facts("confirmed") if one.startswith(ERRORS)} == {
        f"{ERRORS}/{name}" for name in ("credentials_missing", "token_invalid", "api_key_invalid")
    }
    assert "answers of status 403 settle nothing, such as: " in first.output
    settled = run("contract", "settle", str(tmp_path / "recorded"), "--rehearsal")
    assert settled.facts("confirmed") == first.facts("confirmed")
