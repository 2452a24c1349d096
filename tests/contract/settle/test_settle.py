"""From recordings to changes, and to words."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from imagen_fake import spec
from imagen_fake.contract.cassettes.cassette import Cassette
from imagen_fake.contract.cassettes.provenance import provenance_of
from imagen_fake.contract.cassettes.recorder import cassette
from imagen_fake.contract.settle.observation import Observation
from imagen_fake.contract.settle.settle import diff, settle, summary, write
from tests.contract.settle.observing import ENTRY, TOO_FEW, TOO_MANY, observation, with_message
from tests.contract.settle.stages import MODEL

VERSION = f"models/{MODEL}.json#/versionId"
ERROR = "errors.json#/errors/sample_count"


def recorded(*observations: Observation, target: str = "vertex") -> Mapping[Path, Cassette]:
    """Recordings of a run against a target, by their files."""
    recordings = {}
    for number, one in enumerate(observations):
        exchange = one.exchange
        provenance = provenance_of(exchange.case, one.differences, target, str)
        path = Path("elsewhere") / f"{number}.yaml"
        recordings[path] = cassette(path.stem, exchange.request, exchange.response, provenance)
    return recordings


def entry(version: str) -> Observation:
    return observation(ENTRY, lambda body: body.update(versionId=version))


def test_a_confirmed_and_a_contradicted_fact_change() -> None:
    verdict = settle(recorded(observation(TOO_MANY), entry("002")))
    lines = list(map(summary, verdict.changes))
    assert f"{ERROR}: assumed → recorded: confirmed" in lines
    assert f"{VERSION}: assumed → recorded: value '002'" in lines
    assert verdict.words == ()


def test_a_source_is_the_recording_and_its_day() -> None:
    recordings = recorded(entry("002"))
    verdict = settle(recordings)
    (change,) = [one for one in verdict.changes if one.fact.pointer == VERSION]
    day = next(iter(recordings.values())).provenance.date
    assert change.source == f"cassettes/vertex/0.yaml@{day}"
    assert verdict.files == {"cassettes/vertex/0.yaml": Path("elsewhere/0.yaml")}


def test_what_is_not_derived_is_said() -> None:
    one, two = with_message(TOO_MANY, lambda _: "One."), with_message(TOO_FEW, lambda _: "Two.")
    several = recorded(one, two)
    verdict = settle(several)
    assert ERROR not in [one.fact.pointer for one in verdict.changes]
    assert verdict.words == (
        f"{ERROR}: contradicted, but not derived: no template makes 'One.' and 'Two.'",
    )


def test_a_placeholder_that_is_lost_is_said() -> None:
    short = [
        with_message(one, lambda text: text.split(" supports")[0]) for one in (TOO_MANY, TOO_FEW)
    ]
    assert settle(recorded(*short)).words == (
        f"{ERROR}/message: no answer showed maximum, minimum, which stood there before",
    )


def test_a_recorded_fact_that_changes_is_said() -> None:
    verdict = settle(recorded(observation(TOO_MANY, headers={"server": "ESF"})))
    (words,) = verdict.words
    assert words.startswith("surfaces/vertex.json#/headers: it was recorded before: see whether")


def test_a_fact_that_other_tasks_share_is_said() -> None:
    label = "maximum of seed broken by 4294967296"
    other = with_message(label, lambda text: text.replace("to 4294967295", "to 9"))
    seed = "tasks/generate.json#/$defs/parameters/properties/seed"
    verdict = settle(recorded(other))
    assert [summary(one) for one in verdict.changes if one.contradicts] == [
        f"{seed}: documented → recorded: maximum 9"
    ]
    assert verdict.words == (f"{seed}: other tasks have it, too: see whether it changes for them",)


def test_the_diff_is_of_the_changed_lines_alone() -> None:
    verdict = settle(recorded(entry("002")))
    texts, lines = diff(spec.ROOT, verdict.changes)
    changed = [line for line in lines.splitlines() if line[:4] in {"-   ", "+   "}]
    assert [line for line in changed if "value" in line] == [
        '-    "value": "001",', '+    "value": "002",',
    ]  # fmt: skip
    assert f"--- a/schemas/models/{MODEL}.json\n" in lines
    assert json.loads(texts[f"models/{MODEL}.json"])["versionId"]["x-grade"] == "recorded"


def test_files_are_written_and_recordings_taken_over(tmp_path: Path) -> None:
    source = tmp_path / "here.yaml"
    source.write_text("version: 1\n", "utf-8")
    (tmp_path / "repository" / "schemas").mkdir(parents=True)
    for _ in range(2):
        write(tmp_path / "repository" / "schemas", {"a.json": "{}"},
              {"cassettes/vertex/one.yaml": source})  # fmt: skip
        source = tmp_path / "repository" / "cassettes" / "vertex" / "one.yaml"
    assert source.read_text("utf-8") == "version: 1\n"
    assert (tmp_path / "repository" / "schemas" / "a.json").read_text("utf-8") == "{}"


def test_recordings_of_something_else_are_refused_but_for_a_rehearsal() -> None:
    recordings = recorded(entry("002"), target="vertex at http://127.0.0.1:1")
    with pytest.raises(ValueError, match="not of the service: --rehearsal takes it"):
        settle(recordings)
    assert settle(recordings, rehearsal=True).changes


def test_recordings_of_no_run_and_of_no_case_are_refused() -> None:
    ((path, one),) = recorded(entry("002")).items()
    for case, reason in (("", "of no run of the kit"), ("another", "is no such case any more")):
        provenance = replace(one.provenance, case=case)
        with pytest.raises(ValueError, match=reason):
            settle({path: replace(one, provenance=provenance)})


def test_details_are_not_derived_and_the_rest_is() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.DebugInfo", "detail": "deep"}]
    other = [with_message(one, lambda text: text.replace("Invalid", "Bad"), details=details)
             for one in (TOO_MANY, TOO_FEW)]  # fmt: skip
    verdict = settle(recorded(*other))
    assert [one.fact.pointer for one in verdict.changes] == [ERROR]
    kinds = [str(one["@type"]) for one in details]
    assert verdict.words == (f"{ERROR}: not derived: details: expected [], was {kinds}",)


def test_answers_about_the_caller_change_nothing_and_are_said() -> None:
    denied = with_message(TOO_MANY, lambda _: "No.", status="PERMISSION_DENIED", code=403)
    verdict = settle(recorded(denied))
    assert verdict.changes == ()
    assert verdict.words == ("1 answers of status 403 settle nothing, such as: No.",)


def test_two_recordings_of_one_name_are_refused() -> None:
    ((path, one),) = recorded(entry("002")).items()
    with pytest.raises(ValueError, match=r"there/0\.yaml has the name of elsewhere/0\.yaml"):
        settle({path: one, Path("there") / path.name: one})


def test_a_recording_without_its_exchange_is_refused() -> None:
    ((path, one),) = recorded(observation(TOO_MANY)).items()
    with pytest.raises(ValueError, match="holds no exchange"):
        settle({path: replace(one, interactions=())})


def test_a_name_may_have_any_letters() -> None:
    ((_, one),) = recorded(entry("002")).items()
    odd = Path("a@b.yaml")
    assert settle({odd: one}).files == {"cassettes/vertex/a@b.yaml": odd}
