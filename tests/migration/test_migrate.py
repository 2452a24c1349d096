"""Every call of Imagen moves to calls that the successor takes."""

import json
from datetime import date

import pytest

from imagen_fake import spec
from imagen_fake.cli.check import check_request
from imagen_fake.config import Config
from imagen_fake.content.call import content_call
from imagen_fake.migration.migrate import migrate
from imagen_fake.pipeline.payload import parse_body
from tests.sweep import sweep

IMAGEN = "imagen-4.0-generate-001"
APPLE = {"prompt": "a red apple"}
EXAMPLES = [
    pytest.param(name, example, surface, id=f"{name}-{task}-{number}-{surface}")
    for name in spec.model_ids()
    if (model := spec.model(name))
    for task in model.tasks
    for number, example in enumerate(spec.task_schema(task)["examples"])
    for surface in ("gemini", "vertex")
]


@sweep(("name", "example", "surface"), EXAMPLES)
def test_what_the_examples_become_is_taken(name: str, example: object, surface: str) -> None:
    raw = json.dumps(example).encode()
    moved = migrate(raw, name, surface=surface)
    taken = check_request("vertex", name, raw, Config(directives="off"))["taken"]
    assert (moved.error is None, bool(moved.notes)) == (taken, taken)
    for call in moved.calls:
        model = spec.content_model(moved.to)
        if call.path.endswith(":predict"):
            assert (moved.to, call.body) == (name, example)
            continue
        assert model
        payload = parse_body(json.dumps(call.body).encode())
        assert not content_call(model, spec.surface(surface), payload, Config()).warnings


def verdicts(parameters: object, surface: str = "gemini", model: str = IMAGEN) -> dict[str, str]:
    body = {"instances": [APPLE], "parameters": parameters}
    return {note.field: note.verdict for note in migrate(body, model, surface=surface).notes}


def test_so_many_pictures_are_so_many_calls_with_seeds_that_differ() -> None:
    body = {
        "instances": [APPLE],
        "parameters": {"sample_count": 3, "seed": 7, "addWatermark": False},
    }
    moved = migrate(body, IMAGEN)
    assert [call.body["generationConfig"]["seed"] for call in moved.calls] == [7, 8, 9]
    assert {"seed", "addWatermark"} <= {note.field for note in moved.lost}


def test_four_pictures_by_default_become_one() -> None:
    moved = migrate({"instances": [APPLE]}, "imagegeneration@006")
    assert len(moved.calls) == 1
    assert "sampleCount" in {note.field for note in moved.changed}


@pytest.mark.parametrize(
    ("field", "value", "before"),
    [
        ("storageUri", "gs://bucket/folder", "changed"),
        ("personGeneration", "dont_allow", "changed"),
        ("outputOptions", {"mimeType": "image/png"}, "kept"),
    ],
)
def test_what_vertex_alone_has_is_lost_on_gemini(field: str, value: object, before: str) -> None:
    name = "outputOptions.mimeType" if field == "outputOptions" else field
    assert verdicts({field: value}, "vertex")[name] == before
    assert verdicts({field: value}, "gemini")[name] == "lost"


def test_sixteen_to_nine_has_another_size() -> None:
    moved = migrate({"instances": [APPLE], "parameters": {"aspectRatio": "16:9"}}, IMAGEN)
    (note,) = (note for note in moved.changed if note.field == "size")
    assert "1376x768" in note.text
    assert "1408x768" in note.text


def test_the_successor_is_the_default_of_the_day() -> None:
    body = {"instances": [APPLE]}
    assert migrate(body, IMAGEN).to == "gemini-nano-banana-2.1"
    assert migrate(body, IMAGEN, as_of=date(2026, 9, 1)).to == "gemini-3.1-flash-image"
    assert migrate(body, IMAGEN, as_of=date(2025, 11, 1)).to == "gemini-2.5-flash-image"


def test_what_imagen_refuses_is_refused_in_its_words() -> None:
    moved = migrate({"instances": [APPLE], "parameters": {"sampleCount": 9}}, IMAGEN)
    assert moved.error
    assert moved.error["status"] == "INVALID_ARGUMENT"
    assert not moved.calls


def test_a_successor_that_is_not_there_is_refused() -> None:
    moved = migrate({"instances": [APPLE]}, IMAGEN, to="gemini-9")
    assert moved.error
    assert moved.error["status"] == "NOT_FOUND"


def test_try_on_stays_until_its_end() -> None:
    body = spec.task_schema("try_on")["examples"][0]
    stays = migrate(body, "virtual-try-on-001", surface="vertex")
    assert [call.path.rpartition("/")[2] for call in stays.calls] == ["virtual-try-on-001:predict"]
    assert not stays.lost
    gone = migrate(body, "virtual-try-on-001", surface="vertex", as_of=date(2027, 4, 1))
    assert gone.to == "gemini-nano-banana-2.1"
    assert gone.lost


def test_another_surface_is_an_error() -> None:
    with pytest.raises(ValueError, match="surface"):
        migrate({"instances": [APPLE]}, IMAGEN, surface="openai")
