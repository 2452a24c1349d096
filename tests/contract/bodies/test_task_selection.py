"""Asking: a body asks for one task of a model."""

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.pictures import media
from imagen_fake.contract.bodies.task_selection import (
    select_task,
    selecting_groups,
    selects_task,
    to_imagen_body,
)

WITH_PICTURE = {"instances": [{"image": media()}]}


@pytest.mark.parametrize(("task", "fits"), [("upscale", False), ("legacy_edit", True)])
def test_a_body_asks_for_the_task_that_its_fields_name(task: str, fits: bool) -> None:
    assert selects_task(Operation("imagegeneration@002", task, "vertex"), WITH_PICTURE) is fits


def test_what_asks_for_a_task_is_added() -> None:
    operation = Operation("imagegeneration@002", "upscale", "vertex")
    body = select_task(operation, WITH_PICTURE)
    assert body == {**WITH_PICTURE, "parameters": {"mode": "upscale"}}


def test_a_body_that_asks_already_stays_as_it_is() -> None:
    assert (
        select_task(Operation("imagegeneration@002", "legacy_edit", "vertex"), WITH_PICTURE)
        is WITH_PICTURE
    )


def test_another_dialect_stands_for_parameters_of_imagen() -> None:
    operation = Operation("imagen-3.0-generate-002", "generate", "aiml")
    body = to_imagen_body(operation, {"prompt": "a red apple", "num_images": 2, "seed": 7})
    assert body["instances"] == [{"prompt": "a red apple"}]
    assert body["parameters"]["sampleCount"] == 2
    assert body["parameters"]["addWatermark"] is False


@pytest.mark.parametrize(
    ("model", "task", "groups"),
    [
        ("imagen-3.0-generate-002", "upscale", [["image"]]),
        ("imagegeneration@002", "upscale", [["image", "mode=upscale"], ["image", "upscaleconfig"]]),
        ("imagen-4.0-generate-001", "generate", []),
    ],
)
def test_the_fields_that_select_a_task_are_read_without_case_and_marks(
    model: str, task: str, groups: list[list[str]]
) -> None:
    assert selecting_groups(model, task) == groups


def test_the_fake_reads_them_as_the_kit_does() -> None:
    for name in spec.model_ids():
        model = spec.model(name)
        assert model
        for task in model.tasks:
            assert spec.task_selectors(model, task) == selecting_groups(name, task)
