"""Bodies of Google's own samples (GoogleCloudPlatform/{java,nodejs,dotnet}-docs-samples)."""

import json
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.misplaced import move_misplaced
from imagen_fake.predict import understand
from tests.conftest import target
from tests.pictures import gradient, media
from tests.sweep import sweep

BASE, MASK = media(gradient((64, 64))), {"image": media(gradient((64, 64)))}
WRONG: list[Any] = [False, 0, "", []]
SCHEMA = spec.request("imagegeneration@006", "legacy_edit", "vertex").schema
NODE = {"seed": 100, "guidanceScale": 21, "sampleCount": 1}
EDITS = ["inpainting-insert", "inpainting-remove", "outpainting"]


def body(instance: Any, parameters: Any) -> dict[str, Any]:
    return {"instances": [instance], "parameters": parameters}


def understood(model: str, asked: Any) -> Call:
    return understand(target(model), json.dumps(asked).encode(), Config())


@pytest.mark.parametrize("mode", EDITS)
@pytest.mark.parametrize("parameters", [NODE, {"sampleCount": 1}, {}], ids=["node", "java", "none"])
def test_the_mode_of_an_edit_is_read_in_the_instance(mode: str, parameters: Any) -> None:
    asked = {"prompt": "a cat", "editMode": mode, "image": BASE, "mask": MASK}
    call = understood("imagegeneration@006", body(asked, parameters))
    assert call.task == "legacy_edit"
    assert not any("editMode" in one for one in call.warnings)
    assert call.parameters["editConfig"]["editMode"] == mode
    assert "editMode" not in call.instance
    assert call.parameters.get("seed") == parameters.get("seed")


SAMPLES: list[tuple[str, Any, Any, str]] = [
    ("imagegeneration@002", {"prompt": "a cat", "image": BASE}, NODE, "legacy_edit"),
    ("imagegeneration@006", {"prompt": "a dog"}, {"sampleCount": 1}, "generate"),
    ("imagetext@001", {"image": BASE}, {"language": "en", "sampleCount": 2}, "caption"),
    ("imagetext@001", {"prompt": "what?", "image": BASE}, {"sampleCount": 2}, "answer"),
]


@pytest.mark.parametrize(("model", "instance", "parameters", "task"), SAMPLES)
def test_the_other_samples_are_read_without_a_warning(
    model: str, instance: Any, parameters: Any, task: str
) -> None:
    call = understood(model, body(instance, parameters))
    assert (call.task, call.warnings) == (task, ())


@pytest.mark.parametrize("name", ["editMode", "edit_mode", "EditMode"])
@pytest.mark.parametrize("around", ["editConfig", "edit_config"])
def test_every_spelling_is_put_where_the_rest_of_it_stands(name: str, around: str) -> None:
    moved, warnings = move_misplaced(body({name: "x"}, {around: {"baseSteps": 5}}), SCHEMA)
    assert moved == body({}, {around: {"baseSteps": 5, "editMode": "x"}})
    assert warnings == ()


def test_what_stands_among_the_parameters_counts_and_the_other_is_warned_of() -> None:
    asked = body({"editMode": "outpainting"}, {"editConfig": {"editMode": "inpainting-remove"}})
    moved, (warning,) = move_misplaced(asked, SCHEMA)
    assert moved == body({}, {"editConfig": {"editMode": "inpainting-remove"}})
    assert warning == "instances[].editMode has no effect: parameters.editConfig.editMode counts."


@sweep(
    "asked",
    [
        None, [], {}, {"instances": "x"}, {"instances": []}, {"instances": [1]},
        {"instances": [{}, {}]}, {"instances": [{"editMode": "x"}], "parameters": [1]},
        *[{"instances": [{"editMode": "x"}], "parameters": wrong} for wrong in WRONG],
    ],
)  # fmt: skip
def test_a_body_of_another_shape_stays_as_it_is(asked: Any) -> None:
    assert move_misplaced(asked, SCHEMA) == (asked, ())


def test_a_task_that_moves_nothing_leaves_the_body_alone() -> None:
    asked = body({"editMode": "outpainting"}, {})
    assert move_misplaced(asked, spec.task_schema("edit")) == (asked, ())
