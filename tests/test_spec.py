import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.json_tree import objects
from tests.sweep import sweep


def test_an_alias_is_the_model_it_stands_for() -> None:
    alias, behind = spec.model("imagegeneration"), spec.model("imagegeneration@006")
    assert alias
    assert behind
    assert replace(alias, alias="") == behind
    assert (alias.name, behind.name) == ("imagegeneration", "imagegeneration@006")


@pytest.mark.parametrize("name", ["", "nope", "../errors", "imagen-3.0-generate-002.json", "a/b"])
def test_a_name_without_a_file_is_no_model(name: str) -> None:
    assert spec.model(name) is None


def test_a_model_narrows_the_request_of_its_task() -> None:
    narrowed = spec.request("imagegeneration@002", "generate", "vertex").schema
    parameters = narrowed["$defs"]["parameters"]["properties"]
    assert (parameters["sampleCount"]["maximum"], parameters["sampleCount"]["minimum"]) == (8, 1)
    assert "x-effect" not in parameters["sampleImageStyle"]


def test_a_request_of_an_unknown_model_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="nope"):
        spec.request("nope", "generate", "vertex")


def test_reading_the_facts_needs_no_picture_library() -> None:
    code = "import sys, imagen_fake.spec; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_surfaces_are_those_that_models_are_asked_on() -> None:
    assert spec.surfaces() == ("aiml", "gemini", "openai", "vertex")


def test_pictures_are_in_the_fields_that_the_answers_schemas_call_base64() -> None:
    assert spec.picture_keys() == (
        "bytesBase64Encoded", "thoughtSignature", "b64_json", "data"
    )  # fmt: skip


def choices(root: object) -> Iterator[Mapping[str, Any]]:
    """Every schema that says what its values mean."""
    return (schema for _, schema in objects(root) if "x-means" in schema)


@sweep("name", spec.model_ids())
def test_every_value_that_a_model_takes_has_a_meaning_where_any_has(name: str) -> None:
    model = spec.model(name)
    assert model
    for task in model.tasks:
        for surface in model.facts["lifeCycle"]:
            for schema in choices(spec.request(name, task, surface).schema):
                assert set(schema["enum"]) <= set(schema["x-means"])


@sweep("task", sorted(file.stem for file in (spec.ROOT / "tasks").iterdir()))
def test_only_values_of_the_service_have_a_meaning(task: str) -> None:
    for schema in choices(spec.task_schema(task)):
        assert list(schema["x-means"]) == schema["enum"]


def test_a_field_without_meanings_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        spec.meanings("generate", "aspectRatio")
