import base64
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.server import serving
from tests.conftest import GENERATING, opened
from tests.http import Reply, call

AIML = "/v1/images/generations"
OPENAI = "/v1beta/openai/images/generations"
MODEL = "imagen-3.0-generate-002"
ASKED = {"model": MODEL, "prompt": "a red apple"}


def picture(url: str, item: dict[str, Any]) -> Any:
    if "b64_json" in item:
        return opened({"bytesBase64Encoded": item["b64_json"]})
    assert item["url"].startswith(f"{url}/")
    reply = call(url, item["url"].removeprefix(url))
    assert reply.headers["content-type"].startswith("image/")
    return opened({"bytesBase64Encoded": base64.b64encode(reply.body).decode()})


def data(reply: Reply) -> Any:
    assert reply.status == 200
    return reply.json["data"]


def test_a_picture_is_linked_to_with_its_type_and_its_rewritten_prompt(url: str) -> None:
    reply = call(url, AIML, ASKED)
    (item,) = data(reply)
    assert list(item) == ["mime_type", "url", "prompt"]
    assert picture(url, item).size == (1024, 1024)
    assert reply.json["meta"]["usage"].keys() == {"credits_used"}


def test_base64_takes_the_place_of_the_link(url: str) -> None:
    (item,) = data(call(url, AIML, {**ASKED, "convert_base64_to_url": False}))
    assert "url" not in item
    assert picture(url, item).format == "PNG"


def test_every_parameter_of_the_reference_is_taken(url: str) -> None:
    everything = {
        **ASKED, "num_images": 2, "seed": 5, "enhance_prompt": False, "aspect_ratio": "16:9",
        "person_generation": "dont_allow", "safety_setting": "block_only_high",
        "add_watermark": False,
    }  # fmt: skip
    items = data(call(url, AIML, everything))
    assert [picture(url, item).size for item in items] == [(1408, 768)] * 2
    assert not any("prompt" in item for item in items)


def test_the_same_seed_is_the_same_picture(url: str) -> None:
    first, again, other = (
        data(call(url, AIML, {**ASKED, "seed": seed}))[0]["url"] for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("path", [AIML, OPENAI])
def test_openais_spelling_is_taken_on_both_paths(url: str, path: str) -> None:
    body = {**ASKED, "n": 2, "size": "1024x1536", "response_format": "b64_json", "user": "me"}
    reply = call(url, path, body)
    items = data(reply)
    assert [picture(url, item).size for item in items] == [(896, 1280)] * 2
    assert isinstance(reply.json["created"], int)
    assert items[0].keys() == {"b64_json", "revised_prompt"}


@pytest.mark.parametrize(("kind", "format_"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_a_format_may_be_asked_for(url: str, kind: str, format_: str) -> None:
    body = {"prompt": "a boat", "output_format": kind, "output_compression": 60}
    (item,) = data(call(url, OPENAI, body))
    assert picture(url, item).format == format_


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        (AIML, {"model": MODEL}, "prompt"),
        (AIML, {"prompt": "x"}, "model"),
        (AIML, {**ASKED, "prompt": "x" * 401}, "prompt"),
        (AIML, {**ASKED, "prompt": ""}, "prompt"),
        (AIML, {**ASKED, "num_images": 5}, "num_images"),
        (AIML, {**ASKED, "aspect_ratio": "2:1"}, "aspect_ratio"),
        (AIML, {**ASKED, "person_generation": "allow_all"}, "person_generation"),
        (AIML, {**ASKED, "safety_setting": "block_none"}, "safety_setting"),
        (AIML, {**ASKED, "seed": -1}, "seed"),
        (OPENAI, {**ASKED, "n": 9}, "n"),
        (OPENAI, {**ASKED, "size": "3x3"}, "size"),
        (OPENAI, {}, "prompt"),
    ],
)
def test_a_refusal_names_the_parameter_as_openai_does(
    url: str, path: str, body: Any, param: str
) -> None:
    reply = call(url, path, body)
    error = reply.json["error"]
    assert reply.status == 400
    assert error.keys() == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert param in error["message"]


def test_four_hundred_characters_are_taken(url: str) -> None:
    assert len(data(call(url, AIML, {**ASKED, "prompt": "x" * 400}))) == 1


def test_an_unknown_model_is_a_404(url: str) -> None:
    reply = call(url, AIML, {**ASKED, "model": "dall-e-3"})
    assert (reply.status, reply.json["error"]["type"]) == (404, "invalid_request_error")


@pytest.mark.parametrize("prompt", ["how to make a bomb", "a nude woman"])
def test_what_is_refused_or_filtered_as_a_whole_is_an_error(url: str, prompt: str) -> None:
    reply = call(url, AIML, {**ASKED, "prompt": prompt, "safety_setting": "block_low_and_above"})
    assert (reply.status, reply.json["error"]["type"]) == (400, "invalid_request_error")


def test_a_body_that_is_no_object_is_refused(url: str) -> None:
    for body in (b"not json", b"[]"):
        reply = call(url, AIML, body)
        assert (reply.status, reply.json["error"]["type"]) == (400, "invalid_request_error")


def test_a_picture_that_was_forgotten_is_a_404_that_says_so() -> None:
    with serving(Config(cache_bytes=1)) as address:
        (first,) = data(call(address, AIML, ASKED))
        data(call(address, AIML, {**ASKED, "prompt": "a green pear"}))
        reply = call(address, first["url"].removeprefix(address))
    assert reply.status == 404
    assert "forgotten" in reply.json["error"]["message"]


def test_a_credential_is_wanted_here_too() -> None:
    with serving(Config(auth="any")) as address:
        refused = call(address, AIML, ASKED)
        taken = call(address, AIML, ASKED, Authorization="Bearer k")
    assert (refused.status, refused.json["error"]["type"]) == (401, "authentication_error")
    assert len(data(taken)) == 1


@pytest.mark.parametrize("path", ["/v1/models", "/v1beta/openai/models"])
def test_models_are_listed_as_openai_does_for_its_clients(url: str, path: str) -> None:
    listed = call(url, path, Authorization="Bearer k").json
    assert listed["object"] == "list"
    assert [entry["id"] for entry in listed["data"]] == GENERATING


def test_models_are_listed_as_gemini_does_for_its_clients(url: str) -> None:
    assert "models" in call(url, "/v1/models", **{"x-goog-api-key": "k"}).json


@pytest.mark.parametrize("name", ["aiml", "openai"])
def test_what_a_field_stands_for_is_a_parameter_of_imagen(name: str) -> None:
    known = spec.task_schema("generate")["$defs"]["parameters"]["properties"]
    for schema in spec.read(f"surfaces/{name}.json")["request"]["properties"].values():
        first, *rest = schema.get("x-parameter", "seed").split(".")
        assert first in known
        assert all(inner in known[first]["properties"] for inner in rest)


@pytest.mark.parametrize("path", [AIML, "/v1/projects/p/locations/l/publishers/google/models/x:predict", "/nowhere"])  # noqa: E501  # fmt: skip
def test_a_page_of_another_origin_may_call(url: str, path: str) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type, x-goog-api-key"}  # fmt: skip
    preflight = call(url, path, method="OPTIONS", **asked)
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "x-goog-api-key" in preflight.headers["access-control-allow-headers"]
    answer = call(url, path, {}, Origin="https://example.org")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        f"/v1beta/projects/p/locations/us-central1/publishers/google/models/{MODEL}:predict",
        f"/v1beta/projects/p/models/{MODEL}:predict",
    ],
)
def test_firebases_paths_answer_and_its_misspelt_keys_are_warnings(url: str, path: str) -> None:
    body = {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"sampleCount": 1, "safetyFilterLevel": "x", "imageOutputOptions": {}},
    }
    reply = call(url, path, body)
    assert opened(reply.json["predictions"][0]).size == (1024, 1024)
    assert "safetyFilterLevel is not a known field" in reply.headers["x-imagen-fake-warnings"]
