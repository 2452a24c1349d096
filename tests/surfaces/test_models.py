from datetime import date

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from tests.conftest import GENERATING
from tests.http import call

MODEL = "imagen-3.0-generate-002"
BEARER = {"Authorization": "Bearer k"}
ON_GEMINI = [
    name for name in GENERATING if (model := spec.model(name)) and model.life_cycle("gemini")
]


@pytest.mark.parametrize(
    ("path", "names"), [("/v1/models", GENERATING), ("/v1beta/openai/models", ON_GEMINI)]
)
def test_the_models_that_make_pictures_are_listed(url: str, path: str, names: list[str]) -> None:
    listed = call(url, path, **BEARER).json
    assert listed["object"] == "list"
    assert [entry["id"] for entry in listed["data"]] == names
    assert {tuple(entry) for entry in listed["data"]} == {("id", "object", "created", "owned_by")}


@pytest.mark.parametrize("path", ["/v1/models", "/v1beta/openai/models"])
def test_one_model_is_its_entry_of_the_list(url: str, path: str) -> None:
    listed = call(url, path, **BEARER).json["data"]
    assert call(url, f"{path}/{MODEL}", **BEARER).json in listed
    assert call(url, f"{path}/models/{MODEL}", **BEARER).json in listed


@pytest.mark.parametrize("name", ["dall-e-3", "imagetext@001"])
def test_what_is_no_such_model_is_a_404_in_openais_shape(url: str, name: str) -> None:
    reply = call(url, f"/v1/models/{name}", **BEARER)
    assert (reply.status, reply.json["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("", {"x-goog-api-key": "k"}),
        ("", {**BEARER, "x-goog-api-client": "google-genai-sdk/3.4.0"}),
        ("?key=k", BEARER),
    ],
)
def test_clients_of_google_get_the_list_of_the_gemini_api(
    url: str, query: str, headers: dict[str, str]
) -> None:
    assert "models" in call(url, f"/v1/models{query}", **headers).json
    assert "name" in call(url, f"/v1/models/{MODEL}{query}", **headers).json


def test_only_models_of_the_configured_day_are_listed() -> None:
    with serve_in_thread(Config(as_of=date(2026, 9, 1))) as address:
        names = [entry["id"] for entry in call(address, "/v1/models", **BEARER).json["data"]]
    assert MODEL not in names


def test_a_credential_is_wanted_here_too() -> None:
    with serve_in_thread(Config(auth="any")) as address:
        assert call(address, "/v1beta/openai/models").status == 401
        assert call(address, "/v1beta/openai/models", **BEARER).status == 200
