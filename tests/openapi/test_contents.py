"""The paths of generateContent in the document."""

import json
from typing import Any

import httpx
import jsonschema_rs
import pytest

from imagen_fake import spec, transport
from imagen_fake.openapi.components import Components
from imagen_fake.openapi.contents import contents, with_place
from tests.content.test_counting import PLACES
from tests.contents import MODEL, asked
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
def test_every_model_of_a_surface_has_a_path_for_each_method(surface: str) -> None:
    names = [name for name, served in ON if served == surface]
    methods = ("generateContent", "streamGenerateContent", "countTokens")
    paths = [f"{MODELS}/{name}:{method}" for name in names for method in methods]
    assert [*described(surface)[0]] == paths


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


def answered(surface: str, method: str, body: Any, query: str = "") -> tuple[httpx.Response, Any]:
    """What the fake answers, and what the document says of an answer with that status."""
    paths, document = described(surface)
    with httpx.Client(transport=transport()) as client:
        reply = client.post(f"{PLACES[surface]}{MODEL}:{method}{query}", json=body)
    responses = paths[f"{MODELS}/{MODEL}:{method}"]["post"]["responses"]
    return reply, followed(document, responses[str(reply.status_code)])["content"]


@pytest.mark.parametrize("surface", PLACES)
@pytest.mark.parametrize("method", ["streamGenerateContent", "countTokens"])
@pytest.mark.parametrize("body", [asked(), {"contents": []}], ids=["taken", "refused"])
def test_an_answer_is_as_the_document_says(surface: str, method: str, body: Any) -> None:
    reply, content = answered(surface, method, body)
    assert reply.is_success is bool(body["contents"])
    jsonschema_rs.validate(content["application/json"]["schema"], reply.json())


@pytest.mark.parametrize("surface", PLACES)
def test_a_stream_of_events_is_described_too(surface: str) -> None:
    reply, content = answered(surface, "streamGenerateContent", asked(), "?alt=sse")
    assert reply.headers["content-type"] in content
    chunk = content["application/json"]["schema"]["items"]
    for event in filter(None, reply.text.split("\r\n\r\n")):
        jsonschema_rs.validate(chunk, json.loads(event.removeprefix("data: ")))


def test_a_count_takes_what_its_surface_takes() -> None:
    taken = {}
    for surface in PLACES:
        paths, document = described(surface)
        post = paths[f"{MODELS}/{MODEL}:countTokens"]["post"]
        schema = followed(document, post["requestBody"]["content"]["application/json"]["schema"])
        bodies = {
            "contents": asked(),
            "whole": {"generateContentRequest": asked()},
            "instruction": {**asked(), "systemInstruction": asked()["contents"][0]},
        }
        taken[surface] = [name for name in bodies if jsonschema_rs.is_valid(schema, bodies[name])]
    assert taken == {"gemini": ["contents", "whole"], "vertex": ["contents", "instruction"]}
