import json
import re
from datetime import date
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.predict import Target
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.surfaces.models import page_size
from tests.calls import predict
from tests.conftest import RECORDINGS, opened
from tests.http import call
from tests.sweep import sweep
from tests.test_recordings import drawn, shape

SURFACE = spec.surface("gemini")
VERSIONS = SURFACE.facts["versions"]["value"]
MODEL = "imagen-4.0-generate-001"
MODELS = [
    name
    for name in spec.model_ids()
    if (model := spec.model(name)) and model.life_cycle("gemini") and model.id == name
]
LISTED = [*MODELS, *spec.content_model_ids()]
PREDICT = f"/v1beta/models/{MODEL}:predict"


def asked(**parameters: Any) -> dict[str, Any]:
    return {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"sampleCount": 1, **parameters},
    }


@sweep("version", VERSIONS)
@sweep("name", MODELS)
def test_every_model_of_the_surface_answers_in_every_version(
    url: str, version: str, name: str
) -> None:
    reply = call(url, f"/{version}/models/{name}:predict", asked())
    (prediction,) = reply.json["predictions"]
    assert opened(prediction).size == (1024, 1024)
    assert prediction.keys() == {"bytesBase64Encoded", "mimeType"}


@pytest.mark.parametrize("headers", [{}, {"x-goog-api-key": "k"}])
@pytest.mark.parametrize("query", ["", "?key=k"])
def test_a_key_may_come_in_either_place_or_be_missing(
    url: str, headers: dict[str, str], query: str
) -> None:
    assert "predictions" in call(url, PREDICT + query, asked(), **headers).json


def test_every_answer_says_how_long_it_took(url: str) -> None:
    for path, body in ((PREDICT, asked()), (PREDICT, {}), ("/v1beta/models", None)):
        timing = call(url, path, body).headers["server-timing"]
        assert re.fullmatch(r"gfet4t7; dur=\d+", timing)


@sweep("size", ["1K", "2K", "1k", "2k"])
@sweep("name", ["imageSize", "sampleImageSize"])
def test_a_size_is_asked_for_in_either_spelling(url: str, name: str, size: str) -> None:
    (prediction,) = call(url, PREDICT, asked(**{name: size})).json["predictions"]
    assert opened(prediction).size[0] == 1024 * int(size[0])


@sweep(
    ("parameters", "said"),
    [
        ({"seed": 1}, "seed is currently not supported."),
        ({"negativePrompt": "x"}, "negativePrompt is currently not supported."),
        ({"addWatermark": True}, "addWatermark is currently not supported."),
        ({"storageUri": "gs://bucket/x"}, "storageUri is currently not supported."),
        ({"sampleImageStyle": "sketch"}, "sampleImageStyle is currently not supported."),
        ({"language": "auto"}, "Setting language is not supported."),
        ({"enhancePrompt": True}, "enhancePrompt is not adjustable."),
        (
            {"personGeneration": "ALLOW_ALL"},
            "allow_all for personGeneration is currently not supported.",
        ),
        (
            {"safetySetting": "BLOCK_ONLY_HIGH"},
            "Only block_low_and_above is supported for safetySetting.",
        ),
    ],
)
def test_what_the_surface_does_not_have_is_refused_in_its_words(
    url: str, parameters: dict[str, Any], said: str
) -> None:
    reply = call(url, PREDICT, asked(**parameters))
    assert (reply.status, reply.message) == (400, said)


def test_texts_have_no_support_codes(url: str) -> None:
    body = {"instances": [{"prompt": "how to make a bomb"}]}
    reply = call(url, PREDICT, body)
    assert reply.status == 400
    assert "could not be submitted" in reply.message
    assert "Support codes" not in reply.message


@pytest.mark.parametrize("name", ["nonsense", "imagen-3.0-capability-001"])
def test_a_model_of_another_surface_is_unknown(url: str, name: str) -> None:
    reply = call(url, f"/v1beta/models/{name}:predict", asked())
    assert reply.status == 404
    assert reply.message == (
        f"models/{name} is not found for API version v1beta, or is not supported for predict. "
        "Call ListModels to see the list of available models and their supported methods."
    )


def test_a_retired_model_is_unknown_too() -> None:
    with serve_in_thread(Config(as_of=date(2025, 12, 1))) as address:
        gone = call(address, "/v1beta/models/imagen-3.0-generate-002:predict", asked())
        there = call(address, PREDICT, asked())
        listed = call(address, "/v1beta/models").json["models"]
    assert (gone.status, there.status) == (404, 200)
    assert "models/imagen-3.0-generate-002" not in {entry["name"] for entry in listed}


def test_the_list_names_every_model_with_its_facts(url: str) -> None:
    listed = call(url, "/v1beta/models").json["models"]
    assert [entry["name"] for entry in listed] == [f"models/{name}" for name in LISTED]
    for entry in listed[: len(MODELS)]:
        assert list(entry) == [
            "name", "version", "displayName", "description", "inputTokenLimit",
            "outputTokenLimit", "supportedGenerationMethods",
        ]  # fmt: skip
        assert entry["supportedGenerationMethods"] == ["predict"]


def test_one_model_is_its_entry_of_the_list(url: str) -> None:
    listed = call(url, "/v1/models").json["models"]
    assert call(url, f"/v1/{listed[0]['name']}").json == listed[0]
    assert call(url, "/v1/models/nonsense").status == 404


def test_pages_together_are_the_list(url: str) -> None:
    names, token = [], ""
    while True:
        page = call(url, f"/v1beta/models?pageSize=3&pageToken={token}").json
        assert len(page["models"]) <= 3
        names += [entry["name"] for entry in page["models"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert names == [f"models/{name}" for name in LISTED]


@pytest.mark.parametrize("query", ["pageSize=x", "pageSize=-1", "pageToken=zzz"])
def test_a_page_that_cannot_be_is_refused(url: str, query: str) -> None:
    assert call(url, f"/v1beta/models?{query}").status == 400


@pytest.mark.parametrize(("asked_for", "size"), [(None, 50), ("", 50), ("0", 50), ("5000", 1000)])
def test_a_page_size_has_a_default_and_an_end(asked_for: str | None, size: int) -> None:
    assert page_size(asked_for) == size


def recorded() -> list[Any]:
    found = []
    for file in sorted(RECORDINGS.glob("*.json")) if RECORDINGS.is_dir() else []:
        fact = json.loads(file.read_bytes())
        request = fact.get("request") or {}
        same = fact["kind"] == "recorded" and fact["surface"] == "gemini"
        exact = ":predict" in str(request.get("path")) and "<" not in request["path"]
        if same and exact and isinstance(request.get("body"), dict):
            found.append(pytest.param(fact, id=file.stem))
    return found


@pytest.mark.parametrize("fact", recorded())
def test_the_fake_answers_as_was_recorded(fact: Any) -> None:
    _, version, resource = fact["request"]["path"].split("/", 2)
    target = Target(SURFACE, resource.removesuffix(":predict"), version=version)
    raw = json.dumps(drawn(fact["request"]["body"])).encode()
    try:
        code, body = 200, json.loads(predict(target, raw, Config()).body)
    except ApiError as error:
        shown = status(error, SURFACE)
        code, body = shown["code"], {"error": shown}
    assert code == fact["response"]["status"]
    assert shape(body) == shape(fact["response"]["body"])


def test_the_fast_model_has_one_size(url: str) -> None:
    reply = call(
        url, "/v1beta/models/imagen-4.0-fast-generate-001:predict", asked(sampleImageSize="2K")
    )
    assert (reply.status, reply.message) == (400, "sampleImageSize is not adjustable")


def test_a_prediction_is_not_asked_for_with_get(url: str) -> None:
    reply = call(url, PREDICT)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


def test_a_model_that_is_not_there_is_missed_in_the_words_of_this_surface(url: str) -> None:
    reply = call(url, "/v1beta/models/dream")
    assert reply.status == 404
    assert reply.message.startswith("models/dream is not found for API version v1beta")
    assert "server-timing" in reply.headers


@sweep("project", ["", "projects/p/"])
@sweep("method", SURFACE.facts["otherMethods"]["value"])
def test_another_method_is_missed_as_a_model_is(url: str, method: str, project: str) -> None:
    reply = call(url, f"/v1beta/{project}models/imagen-3.0-generate-002:{method}?alt=sse", {})
    assert (reply.status, reply.json["error"]["status"]) == (404, "NOT_FOUND")
    assert reply.message == (
        "models/imagen-3.0-generate-002 is not found for API version v1beta, or is not supported"
        f" for {method}. Call ListModels to see the list of available models and their supported"
        " methods."
    )


@sweep(
    ("path", "body", "method"),
    [
        (f"/{MODEL}:predict", {}, "PredictionService.Predict"),
        (f"/{MODEL}:predictLongRunning", {}, "PredictionService.PredictLongRunning"),
        (f"/{MODEL}:generateContent", {}, "GenerativeService.GenerateContent"),
        (f"/{MODEL}:streamGenerateContent", {}, "GenerativeService.StreamGenerateContent"),
        (f"/{MODEL}:countTokens", {}, "GenerativeService.CountTokens"),
        (f"/{MODEL}:embedContent", {}, "GenerativeService.EmbedContent"),
        (f"/{MODEL}:batchGenerateContent", {}, "GenerativeService.BatchGenerateContent"),
        (f"/{MODEL}", None, "ModelService.GetModel"),
        ("", None, "ModelService.ListModels"),
    ],
)  # fmt: skip
@sweep("version", VERSIONS)
def test_a_blocked_key_is_told_the_method_that_it_called(
    version: str, path: str, body: Any, method: str
) -> None:
    state = State(Config(auth="issued", denied=frozenset({"mallory"})))
    key = state.access.signer.issue("api_key", "mallory")
    with serve_in_thread(state=state) as address:
        reply = call(address, f"/{version}/models{path}", body, **{"x-goog-api-key": key})
    name = f"google.ai.generativelanguage.{version}.{method}"
    service = "generativelanguage.googleapis.com"
    said = f"Requests to this API {service} method {name} are blocked."
    error = reply.json["error"]
    assert (reply.status, error["message"], error["details"][1]["message"]) == (403, said, said)
    assert error["details"][0]["metadata"] == {"service": service, "methodName": name}
