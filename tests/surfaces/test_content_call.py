"""generateContent over HTTP: paths, life cycle, determinism, rules, faults, journal."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPSConnection
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from imagen_fake import intercept, spec, transport
from imagen_fake.config import Config
from imagen_fake.contract.cassettes.placeholder import small_picture
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.predict import Target, resolve_content
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.storage.embedded import Storage
from imagen_fake.surfaces.own_paths import is_ours
from tests.contents import LITE, MODEL, asked
from tests.http import Reply, call
from tests.sweep import sweep

PRO, MIDDLE = "gemini-3-pro-image", "gemini-2.5-flash-image"


def gemini(model: str = MODEL, version: str = "v1beta") -> str:
    return f"/{version}/models/{model}:generateContent"


def vertex(model: str = MODEL, location: str = "global", version: str = "v1") -> str:
    place = f"/{version}/projects/p/locations/{location}"
    return f"{place}/publishers/google/models/{model}:generateContent"


@contextmanager
def serving(**settings: Any) -> Iterator[tuple[str, State]]:
    state = State(Config(**settings))
    with serve_in_thread(state=state) as url:
        yield url, state


PATHS = [
    gemini(), gemini(version="v1"), vertex(), vertex(version="v1beta1"), vertex(version="v1beta"),
    "/v1beta/projects/p/models/gemini-nano-banana-2.1:generateContent",
    "/v1/publishers/google/models/gemini-nano-banana-2.1:generateContent",
    vertex(location="us"), vertex(MIDDLE, "us-central1"), vertex(MIDDLE, "global"),
]  # fmt: skip


@sweep("path", PATHS)
def test_every_path_answers_with_a_picture(url: str, path: str) -> None:
    found = call(url, path, asked()).json
    (candidate,) = found["candidates"]
    assert "inlineData" in candidate["content"]["parts"][-1]
    assert ("createTime" in found) == ("publishers" in path)
    assert is_ours(path)


def message(reply: Reply) -> str:
    text: str = reply.json["error"]["message"]
    return text


@pytest.mark.parametrize(
    ("path", "start"),
    [
        (vertex(PRO, "us-central1"), "Publisher model 'projects/p/locations/us-central1/"),
        (vertex("gemini-9-image"), "Publisher Model `projects/p/locations/global/"),
        (gemini("nope", "v1"), "models/nope is not found for API version v1,"),
    ],
)
def test_a_model_is_not_found_where_it_is_not_served(url: str, path: str, start: str) -> None:
    reply = call(url, path, asked())
    assert reply.status == 404
    assert message(reply).startswith(start)


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("imagen-4.0-generate-001", "generateContent"),
        (MODEL, "batchGenerateContent"),
        (MODEL, "predict"),
    ],
)
def test_a_model_does_not_have_the_methods_of_others(url: str, model: str, method: str) -> None:
    reply = call(url, gemini(model).replace("generateContent", method), asked())
    assert reply.status == 404
    assert f"models/{model} is not found" in message(reply)
    assert f"is not supported for {method}." in message(reply)


@pytest.mark.parametrize(
    "path", ["/v1beta/interactions", "/v1/interactions", "/upload/v1beta/files"]
)
def test_other_methods_of_the_api_are_not_there(url: str, path: str) -> None:
    assert call(url, path, {"model": MODEL, "input": "a"}).status == 404


LIVES = [
    (name, surface, event, day)
    for name in spec.content_model_ids()
    if (model := spec.content_model(name))
    for surface in model.facts["lifeCycle"]
    for event, day in model.life_cycle(surface).items()
    if event in ("launched", "retired")
]


@sweep(("name", "surface", "event", "day"), LIVES)
def test_a_model_answers_from_its_launch_to_its_end(
    name: str, surface: str, event: str, day: str
) -> None:
    target = Target(spec.surface(surface), f"models/{name}", version="v1")
    first = date.fromisoformat(day)
    served = {}
    for on in (first - timedelta(days=1), first):
        served[on] = is_served(target, on)
    assert list(served.values()) == [event == "retired", event == "launched"]


def is_served(target: Target, on: date) -> bool:
    try:
        resolve_content(target, on, "generateContent")
    except ApiError as error:
        return bool(status(error, target.surface)["code"] != 404)
    return True


def test_the_day_may_change_while_the_fake_runs() -> None:
    with serving(as_of=date(2026, 10, 28)) as (url, state):
        path = gemini("gemini-3.1-flash-image")
        reply = call(url, path, asked())
        assert (reply.status, "2026-10-29" in reply.headers["x-imagen-fake-warnings"]) == (
            200,
            True,
        )
        state.configure(as_of=date(2026, 10, 29))
        assert call(url, path, asked()).status == 404


def test_headers_come_in_the_recorded_order(url: str) -> None:
    raw = call(url, gemini(LITE), asked()).headers
    assert next(iter(raw)).lower() in ("x-gemini-service-tier", "date")
    assert raw["x-gemini-service-tier"] == "standard"
    assert "x-gemini-service-tier" not in call(url, vertex(LITE), asked()).headers


def test_headers_are_the_same_in_process() -> None:
    url = f"https://generativelanguage.googleapis.com/v1beta/models/{LITE}:generateContent"
    with httpx.Client(transport=transport()) as client:
        names = [*client.post(url, json=asked()).headers]
    assert names[:2] == ["x-gemini-service-tier", "content-type"]


def test_an_equal_call_is_answered_with_equal_bytes(url: str) -> None:
    one, same = (call(url, gemini(), asked("a pear")).body for _ in range(2))
    assert one == same
    assert one != call(url, vertex(), asked("a pear")).body


def test_where_calls_vary_the_clock_counts() -> None:
    with serving(vary_unseeded=True) as (url, _):
        before = time.time()
        one, other = (call(url, vertex(MIDDLE), asked()).json for _ in range(2))
    assert one["responseId"] != other["responseId"]
    assert one["candidates"] != other["candidates"]
    start = time.strftime("%Y-%m-%dT%H", time.gmtime(before))
    assert one["createTime"][:13] >= start


def test_a_call_needs_no_content_type(url: str) -> None:
    raw = json.dumps(asked()).encode()
    reply = call(url, gemini(), raw, **{"content-type": "text/plain"})
    assert reply.json["candidates"][0]["finishReason"] == "STOP"


def test_a_prompt_that_the_filter_refuses_is_blocked_with_200(url: str) -> None:
    reply = call(url, gemini(), asked("child pornography"))
    assert reply.status == 200
    assert reply.json["promptFeedback"] == {"blockReason": "PROHIBITED_CONTENT"}
    assert "candidates" not in reply.json


def test_rules_faults_and_quotas_know_the_models() -> None:
    with serving(rules=(f"model={MODEL} task=content error=503 times=1",)) as (url, _):
        assert call(url, gemini(), asked()).status == 503
        assert call(url, gemini(), asked()).status == 200
    with serving(rules=(f"model={MODEL} quota=1 clock=manual",)) as (url, _):
        statuses = [call(url, gemini(), asked()).status for _ in range(2)]
        assert statuses == [200, 429]


def test_directives_in_the_words_force_an_error(url: str) -> None:
    assert call(url, gemini(), asked("a cat [fake: error=429]")).status == 429


def test_the_journal_knows_the_call() -> None:
    image = {"imageConfig": {"aspectRatio": "1:1"}}
    with serving() as (url, state):
        call(url, gemini(LITE), asked("a red apple", **image))
    (called,) = state.journal
    assert (called.surface, called.model, called.task) == ("gemini", LITE, "content")
    assert (called.prompt, called.parameters) == ("a red apple", {"aspectRatio": "1:1"})
    picture = called.answer["candidates"][0]["content"]["parts"][0]["inlineData"]["data"]
    assert (picture["width"], picture["height"]) == (1024, 1024)


def test_the_lists_have_the_models(url: str) -> None:
    entry = call(url, "/v1beta/models/gemini-3-pro-image", None).json
    assert entry == {
        "name": "models/gemini-3-pro-image", "version": "3.0", "displayName": "Nano Banana Pro",
        "description": "Gemini 3 Pro Image", "inputTokenLimit": 131072, "outputTokenLimit": 32768,
        "supportedGenerationMethods": ["generateContent", "countTokens", "batchGenerateContent"],
        "temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 1, "thinking": True,
    }  # fmt: skip
    names = {model["name"] for model in call(url, "/v1beta/models", None).json["models"]}
    assert {f"models/{name}" for name in spec.content_model_ids()} <= names
    listed = call(url, "/v1/publishers/google/models/gemini-3-pro-image", None).json
    assert listed["launchStage"] == "GA"


def test_pictures_are_read_from_and_written_to_the_fakes_storage() -> None:
    with serving() as (url, state):
        assert isinstance(state.storage, Storage)
        state.storage.write("gs://bucket/in.png", small_picture("PNG", "RGB", (300, 200)))
        body = asked("make it night")
        file = {"file_uri": "gs://bucket/in.png", "mime_type": "image/png"}
        body["contents"][0]["parts"].append({"file_data": file})
        body["outputConfig"] = {"output_uri_prefix": "gs://bucket/out"}
        (part,) = call(url, vertex(LITE), body).json["candidates"][0]["content"]["parts"]
        assert part["fileData"]["mimeType"] == "image/jpeg"
        assert part["fileData"]["fileUri"].startswith("gs://bucket/out/")
        data = state.storage.read(part["fileData"]["fileUri"], 10**7)
    picture = Image.open(BytesIO(data), formats=["JPEG"])
    assert picture.size == (1264, 848)


def test_an_object_that_is_not_there_is_not_found(url: str) -> None:
    body = asked()
    file = {"fileUri": "gs://nobody/in.png", "mimeType": "image/png"}
    body["contents"][0]["parts"].append({"fileData": file})
    assert call(url, vertex(), body).status == 404


def test_an_address_on_the_web_is_never_fetched(url: str) -> None:
    body = asked()
    file = {"fileUri": f"{url}/_fake/health", "mimeType": "image/png"}
    body["contents"][0]["parts"].append({"fileData": file})
    reply = call(url, vertex(), body)
    assert (reply.status, "file uri" in message(reply)) == (400, True)


def test_a_conversation_goes_on_with_what_came_back(url: str) -> None:
    first = asked("a red apple")
    answer = call(url, gemini(LITE), first).json["candidates"][0]["content"]
    words = {"role": "user", "parts": [{"text": "now green"}]}
    second = {"contents": [*first["contents"], answer, words]}
    reply = call(url, gemini(LITE), second)
    assert reply.json["candidates"][0]["finishReason"] == "STOP"
    del answer["parts"][0]["thoughtSignature"]
    assert message(call(url, gemini(LITE), second)) == (
        "Image part is missing a thought_signature in content position 2, part position 1."
    )


@pytest.mark.parametrize("auth", ["any", "issued"])
def test_a_credential_is_asked_for_like_on_other_paths(auth: Any) -> None:
    with serving(auth=auth) as (url, _):
        assert call(url, vertex(), asked()).status in (401, 403)
        assert call(url, gemini(), asked()).status in (401, 403)


def test_calls_in_process_are_answered_as_over_http(url: str) -> None:
    over_http = call(url, gemini(), asked("a plum")).body
    with intercept():
        connection = HTTPSConnection("generativelanguage.googleapis.com", timeout=30)
        connection.request("POST", gemini(), json.dumps(asked("a plum")))
        assert connection.getresponse().read() == over_http


@pytest.mark.parametrize(
    ("path", "status", "start"),
    [
        (gemini(), 429, "You exceeded your current quota, please check your plan"),
        (vertex(), 429, "Resource exhausted. Please try again later. Please refer to"),
        (gemini(), 503, "This model is currently experiencing high demand."),
        (vertex(), 503, "This model is currently experiencing high demand."),
    ],
)
def test_a_forced_error_has_the_words_of_these_models(
    url: str, path: str, status: int, start: str
) -> None:
    reply = call(url, path, asked(), **{"x-imagen-fake": f"error={status}"})
    assert reply.status == status
    assert message(reply).startswith(start)
    assert "predict" not in message(reply)
