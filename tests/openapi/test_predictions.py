import base64
from io import BytesIO

import pytest
from PIL import Image

from imagen_fake import spec
from imagen_fake.openapi.components import Components
from imagen_fake.openapi.predictions import VERSIONS, examples, gemini, models, vertex
from imagen_fake.predict import choose_task
from tests.sweep import sweep

TASKS = [
    (name, task) for name in spec.model_ids() if (model := spec.model(name)) for task in model.tasks
]


@sweep(("name", "task"), TASKS)
def test_every_task_of_a_model_has_an_example_that_asks_for_it(name: str, task: str) -> None:
    known = spec.model(name)
    assert known
    body = dict(examples(spec.surface("vertex"), known))[f"{known.id}.{task}"]
    assert choose_task(known, body) == task


def test_the_picture_of_examples_is_small_and_white() -> None:
    media = spec.task_schema("verify")["examples"][0]["instances"][0]["image"]
    image = Image.open(BytesIO(base64.b64decode(media["bytesBase64Encoded"])))
    assert (image.size, image.getcolors()) == ((64, 64), [(64 * 64, (255, 255, 255))])


@pytest.mark.parametrize("surface", VERSIONS)
def test_the_version_that_is_described_is_one_of_the_surface(surface: str) -> None:
    assert VERSIONS[surface] in spec.surface(surface).facts["versions"]["value"]


@pytest.mark.parametrize("surface", VERSIONS)
def test_aliases_are_models_too(surface: str) -> None:
    listed = [name for name, _ in models(spec.surface(surface))]
    assert ("imagetext" in listed) == (surface == "vertex")


def test_a_model_with_several_tasks_takes_the_bodies_of_each() -> None:
    paths = dict(vertex(Components()))
    path = "/v1/publishers/google/models/imagen-3.0-capability-001:predict"
    body = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert [ref["$ref"].rpartition("_")[2] for ref in body["anyOf"]] == [
        "edit",
        "customize",
        "generate",
    ]


def test_pages_are_asked_for_as_the_list_takes_it() -> None:
    listed = dict(gemini(Components()))["/v1beta/models"]["get"]
    assert [one["name"] for one in listed["parameters"]] == ["pageSize", "pageToken"]
    assert listed["parameters"][0]["schema"]["minimum"] == 0
