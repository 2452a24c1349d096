import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.openapi import PATHS, document
from imagen_fake.state.state import State
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request
from tests.openapi.reading import bodies, followed, operations, properties
from tests.sweep import sweep

ALL = document()
SURFACES = ("vertex", "gemini")
PREDICTING = [
    pytest.param(name, surface, id=f"{surface}-{name}")
    for surface in SURFACES
    for name in spec.model_ids()
    if (model := spec.model(name)) and model.life_cycle(surface)
]
LIMITS = {"minimum", "maximum", "pattern", "maxItems", "minItems", "maxLength", "x-max-tokens"}


@pytest.fixture(scope="module")
def fake() -> Iterator[InProcess]:
    fake = InProcess(State(Config()))
    yield fake
    fake.close()


@cache
def described(surface: str) -> Mapping[str, Any]:
    return document(surface)


def predict_paths(name: str, surface: str) -> list[str]:
    return [path for path in described(surface)["paths"] if path.endswith(f"models/{name}:predict")]


def test_every_surface_that_models_are_asked_on_has_a_document() -> None:
    assert set(PATHS) == set(spec.surfaces())


@pytest.mark.parametrize("surface", [*PATHS, None])
def test_a_document_is_valid_openapi(surface: str | None) -> None:
    OpenAPIV31SpecValidator(document(surface)).validate()


def test_an_unknown_surface_has_no_document() -> None:
    with pytest.raises(KeyError):
        document("dream")


def test_the_server_is_where_the_document_came_from_unless_it_is_named() -> None:
    assert document("gemini")["servers"] == [{"url": "/"}]
    for url in ("http://fake:1", "http://fake:1/"):
        assert document("gemini", url)["servers"] == [{"url": "http://fake:1"}]


def test_the_document_of_every_surface_has_the_paths_of_each() -> None:
    assert ALL["paths"].keys() == {path for name in PATHS for path in document(name)["paths"]}


def test_no_two_operations_have_one_id() -> None:
    names = [operation["operationId"] for _, _, operation in operations(ALL)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("surface", [*PATHS, None])
def test_nothing_is_defined_that_nobody_refers_to(surface: str | None) -> None:
    text = json.dumps(document(surface))
    for kind in ("schemas", "responses", "examples", "headers"):
        for name in document(surface)["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text


@sweep(("name", "surface"), PREDICTING)
def test_every_model_has_its_paths(name: str, surface: str) -> None:
    assert len(predict_paths(name, surface)) == {"vertex": 2, "gemini": 1}[surface]


@sweep(("name", "surface"), PREDICTING)
def test_every_parameter_of_every_task_is_there_with_its_limits(name: str, surface: str) -> None:
    model = spec.model(name)
    assert model
    found = described(surface)
    shown = bodies(found, found["paths"][predict_paths(name, surface)[0]]["post"])
    for task, body in zip(model.tasks, shown, strict=True):
        schema = spec.request(model.id, task, surface).schema["$defs"]
        told = body["properties"]
        parts = {"instance": told["instances"]["items"], "parameters": told["parameters"]}
        for part, below in parts.items():
            assert limits(followed(found, below)) == limits(schema[part])


def limits(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of every field below a schema; none of what is taken whatever it is."""
    return {
        path: {key: field[key] for key in LIMITS & field.keys()}
        | {"enum": set(field["enum"]) - {None, *field.get("x-aliases", ()), refused(field)}}
        if "enum" in field
        else {key: field[key] for key in LIMITS & field.keys()}
        for path, field in properties(schema)
    }


def refused(field: Mapping[str, Any]) -> Any:
    """The choice that a field names and refuses."""
    return field.get("not", {}).get("const")


@pytest.mark.parametrize(
    ("path", "operation", "body"),
    [
        pytest.param(path, operation, body, id=f"{operation['operationId']}-{name}")
        for path, _, operation in operations(ALL)
        for name, body in operation.get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("examples", {})
        .items()
    ],
)
def test_an_example_is_taken_and_answered_as_described(
    fake: InProcess, path: str, operation: Any, body: Any
) -> None:
    body = followed(ALL, body)["value"]
    places = {one["name"]: one["example"] for one in ALL["paths"][path].get("parameters", ())}
    url = "http://fake" + path.format_map({**places, "endpoint": "1"})
    answer = fake.ask(Request("POST", url, body=json.dumps(body).encode()))
    assert answer.status == 200
    assert accepts(operation["requestBody"]["content"]["application/json"]["schema"], body)
    shown = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert accepts(shown, json.loads(answer.body))


@pytest.mark.parametrize("surface", PATHS)
def test_every_path_leads_somewhere(fake: InProcess, surface: str) -> None:
    for path, method, _ in operations(document(surface)):
        url = "http://fake" + path.format(project="p", location="l", endpoint="1", model="m")
        answer = fake.ask(Request(method.upper(), url, body=b"{}"))
        assert b"Not found:" not in answer.body
        assert b"Invalid URL" not in answer.body


def accepts(schema: Any, value: Any) -> bool:
    return jsonschema_rs.is_valid({**schema, "components": ALL["components"]}, value)
