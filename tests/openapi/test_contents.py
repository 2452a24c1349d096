"""The paths of generateContent in the document."""

from typing import Any

import jsonschema_rs
import pytest

from imagen_fake import spec
from imagen_fake.openapi.components import Components
from imagen_fake.openapi.contents import contents, with_place
from tests.openapi.reading import followed
from tests.sweep import sweep

MODELS = "/v1beta/models"
ON = [
    (name, surface)
    for surface in ("gemini", "vertex")
    for name in spec.content_model_ids()
    if (model := spec.content_model(name)) and model.life_cycle(surface)
]


def described(surface: str) -> tuple[dict[str, Any], Any]:
    components = Components()
    paths = dict(contents(components, spec.surface(surface), MODELS))
    return paths, {"components": components.parts}


def field(document: Any, schema: Any, name: str) -> Any:
    """The schema of a field where it is not null."""
    found = schema["properties"][name]
    return followed(document, found.get("anyOf", [found])[0])


@pytest.mark.parametrize("surface", ["gemini", "vertex"])
def test_every_model_of_a_surface_has_a_path(surface: str) -> None:
    names = [name for name, served in ON if served == surface]
    assert [*described(surface)[0]] == [f"{MODELS}/{name}:generateContent" for name in names]


@sweep(("name", "surface"), ON)
def test_a_body_has_the_choices_of_its_model(name: str, surface: str) -> None:
    paths, document = described(surface)
    post = paths[f"{MODELS}/{name}:generateContent"]["post"]
    schema = followed(document, post["requestBody"]["content"]["application/json"]["schema"])
    model = spec.content_model(name)
    assert model
    request = spec.content_request(model.id, surface).schema
    image = request["$defs"]["imageConfig"]["properties"]["aspectRatio"]
    generation = field(document, schema, "generationConfig")
    config = field(document, generation, "imageConfig")
    config = config.get("x-documented", config)
    shown = config.get("properties", {}).get("aspectRatio", {}).get("enum", [None])
    assert shown[:-1] == image.get("enum", []) or config["type"] == "null"
    words = {"contents": [{"parts": [{"text": "a"}]}]}
    schema = {**schema, **document}
    assert jsonschema_rs.is_valid(schema, words)
    assert not jsonschema_rs.is_valid(schema, {**words, "parameters": {}})
    assert not jsonschema_rs.is_valid(schema, {})


def test_the_example_of_a_location_is_one_that_serves_the_model() -> None:
    components = Components()
    paths = dict(with_place(contents(components, spec.surface("vertex"), "/v1/p")))
    locations = {
        path.rpartition("/")[2]: item["parameters"][1]["example"] for path, item in paths.items()
    }
    assert locations["gemini-3-pro-image:generateContent"] == "global"
    assert locations["gemini-2.5-flash-image:generateContent"] == "us-central1"
