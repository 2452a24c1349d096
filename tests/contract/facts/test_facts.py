"""Facts: by which pointer each is named, and which file has the last word on a keyword."""

from collections.abc import Iterator
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.fields import fields
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Fact
from imagen_fake.contract.facts.facts import (
    all_facts,
    defining_pointer,
    fact,
    files,
    graded_ancestor,
    split_pointer,
)
from tests.sweep import sweep

FAST = "imagen-4.0-fast-generate-001"
OPERATIONS = [
    Operation(name, task, surface)
    for name in spec.model_ids()
    if (model := spec.model(name))
    for task in model.tasks
    for surface in ("vertex", "gemini")
    if model.life_cycle(surface)
]


def graded(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        if "x-grade" in node:
            yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from graded(child)


def test_every_graded_object_is_a_fact() -> None:
    objects = [one for file in files() for one in graded(spec.read(file))]
    assert len(all_facts()) == len(objects)


def test_a_fact_knows_its_grade_and_its_sources() -> None:
    pointer = "tasks/generate.json#/$defs/parameters/properties/seed"
    sources = ("imagen-api-2025-05", "imagen-api-2025-late", "aimlapi-imagen-3")
    assert all_facts()[pointer] == Fact(pointer, "documented", sources)


def test_a_pointer_escapes_slashes() -> None:
    pointer = "tables/image_metadata.json#/generate/image~1png"
    assert all_facts()[pointer].grade == "recorded"
    assert split_pointer(pointer)[1] == ("generate", "image/png")


def test_a_keyword_has_the_grade_of_what_it_is_a_keyword_of() -> None:
    pointer = "models/imagen-4.0-generate-001.json#/tasks/generate/parameters/sampleCount/maximum"
    assert fact(pointer) == Fact(pointer, "documented", ("model-page-imagen-4",))
    assert graded_ancestor(pointer) == pointer.removesuffix("/maximum")


@pytest.mark.parametrize(
    "pointer",
    [
        "tasks/generate.json#/$defs/parameters/properties/nothing",
        "models/imagen-4.0-generate-001.json#/title",
        "models/none.json#",
    ],
)
def test_what_stands_nowhere_or_is_not_graded_is_no_fact(pointer: str) -> None:
    with pytest.raises(KeyError):
        fact(pointer)


def keyword(model: str, task: str, surface: str, path: str, name: str) -> str:
    """The pointer of a keyword of a parameter, or of a field below `instances[0]`."""
    if surface == "aiml":
        return defining_pointer(model, task, surface, ("properties", path, name))
    part = "instance" if path.startswith("instances[0].") else "parameters"
    steps: list[str] = ["$defs", part]
    for field in path.removeprefix("instances[0].").split("."):
        steps += ["properties", field.partition("[")[0], *["items"] * field.count("[")]
    return defining_pointer(model, task, surface, (*steps, name))


@pytest.mark.parametrize(
    ("model", "surface", "path", "name", "pointer"),
    [
        (
            "imagen-3.0-generate-002", "vertex", "guidanceScale", "maximum",
            "tasks/generate.json#/$defs/parameters/properties/guidanceScale/maximum",
        ),
        (
            "imagegeneration@002", "vertex", "sampleCount", "maximum",
            "models/imagegeneration@002.json#/tasks/generate/parameters/sampleCount/maximum",
        ),
        (
            "imagen-4.0-generate-001", "gemini", "safetySetting", "enum",
            "surfaces/gemini.json#/tasks/generate/parameters/safetySetting/enum",
        ),
        (
            FAST, "gemini", "sampleImageSize", "not",
            f"models/{FAST}.json#/on/gemini/tasks/generate/parameters/sampleImageSize/not",
        ),
        (
            "imagen-4.0-generate-001", "vertex", "instances[0].prompt", "x-max-tokens",
            "models/imagen-4.0-generate-001.json#/tasks/generate/instance/prompt/x-max-tokens",
        ),
        (
            "imagen-3.0-generate-002", "vertex", "outputOptions.mimeType", "enum",
            "tasks/generate.json#/$defs/parameters/properties/outputOptions/properties/mimeType/enum",
        ),
        (
            "imagen-3.0-generate-002", "aiml", "num_images", "maximum",
            "surfaces/aiml.json#/request/properties/num_images/maximum",
        ),
    ],
)  # fmt: skip
def test_the_last_layer_that_sets_a_keyword_has_the_last_word(
    model: str, surface: str, path: str, name: str, pointer: str
) -> None:
    assert keyword(model, "generate", surface, path, name) == pointer


def test_a_reference_is_followed_to_the_file_that_says_it() -> None:
    path = "instances[0].referenceImages[0].referenceImage"
    found = keyword("imagen-3.0-capability-001", "edit", "vertex", path, "anyOf")
    assert found == "tasks/upscale.json#/$defs/media/anyOf"


def test_what_stands_beside_a_reference_wins() -> None:
    path = "instances[0].referenceImages[0].referenceImage"
    found = keyword("imagen-3.0-capability-001", "edit", "vertex", path, "x-max-bytes")
    assert found == "tasks/edit.json#/$defs/media/x-max-bytes"


@sweep("operation", OPERATIONS, ids=str)
def test_every_keyword_of_a_request_stands_in_the_file_that_is_named(operation: Operation) -> None:
    for field in fields(operation):
        for name, value in field.schema.items():
            file, steps = split_pointer(
                defining_pointer(
                    operation.model, operation.task, operation.surface, (*field.steps, name)
                )
            )
            found: Any = spec.read(file)
            for step in steps:
                found = found[int(step) if isinstance(found, list) else step]
            inner = value if isinstance(value, list) else [value]
            assert found == value or any(isinstance(one, dict) for one in inner)
