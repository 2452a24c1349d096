import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import jsonschema_rs
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


def test_models_of_either_kind_are_found_by_one_name() -> None:
    assert set(spec.all_model_ids()) == {*spec.model_ids(), *spec.content_model_ids()}
    assert set(spec.model_ids()).isdisjoint(spec.content_model_ids())
    for name in spec.all_model_ids():
        model = spec.any_model(name)
        assert model
        assert model.name == name
        assert (spec.CONTENT in model.tasks) == (name in spec.content_model_ids())


def test_an_alias_of_a_model_of_contents_has_days_of_its_own() -> None:
    alias, behind = map(
        spec.content_model, ("nano-banana-pro-preview", "gemini-3-pro-image-preview")
    )
    assert alias
    assert behind
    assert alias.id == behind.id
    assert (alias.life_cycle("vertex"), alias.life_cycle("gemini")) == (
        {}, behind.life_cycle("gemini"),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", "nope", "../surfaces", "imagen-4.0-generate-001"])
def test_a_name_without_a_file_is_no_model_of_contents(name: str) -> None:
    assert spec.content_model(name) is None


def test_a_request_of_contents_of_an_unknown_model_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="nope"):
        spec.content_request("nope", "gemini")


@sweep("name", spec.content_model_ids())
def test_a_request_of_contents_is_a_valid_json_schema(name: str) -> None:
    model = spec.content_model(name)
    assert model
    for surface in ("gemini", "vertex"):
        assert jsonschema_rs.meta.is_valid(dict(spec.content_request(model.id, surface).schema))


def test_a_surface_removes_what_it_does_not_know_from_the_message() -> None:
    fields = {
        surface: spec.content_message(surface)["$defs"]["imageConfig"]["properties"].keys()
        for surface in ("gemini", "vertex")
    }
    assert fields["vertex"] - fields["gemini"] == {
        "imageOutputOptions", "personGeneration", "prominentPeople",
    }  # fmt: skip
