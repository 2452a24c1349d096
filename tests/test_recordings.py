"""Recorded and documented interactions, asked again of the fake where they lie beside it."""

import base64
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.predict import Target
from imagen_fake.storage.embedded import Storage
from tests.calls import predict
from tests.conftest import RECORDINGS, opened

PREDICT = re.compile(r"/v1(?:beta1)?/(projects/.*):predict")


def drawn(node: Any) -> Any:
    """A recorded request with a picture of the noted size in place of each picture's digest."""
    if isinstance(node, list):
        return [drawn(child) for child in node]
    if not isinstance(node, dict):
        return node
    if "sha256" not in node:
        return {key: drawn(child) for key, child in node.items()}
    file = io.BytesIO()
    Image.effect_noise((node["width"], node["height"]), 50).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def uris(node: Any) -> Iterator[str]:
    """Every `gcsUri` in a request."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and "gcsUri" in node:
        yield node["gcsUri"]
    for child in children:
        yield from uris(child)


def filled(storage: Storage, fact: Any) -> Storage:
    """The storage with a picture behind every URI of a request.

    Their sizes were not recorded; they get that of the first picture in the answer.
    """
    predictions = fact["response"]["body"].get("predictions", [{}])
    width, height = size(predictions[0].get("bytesBase64Encoded")) or (1024, 1024)
    for uri in uris(fact["request"]["body"]):
        data = drawn({"sha256": "", "width": width, "height": height})
        storage.write(uri, base64.b64decode(data))
    return storage


def size(picture: Any) -> tuple[int, int] | None:
    """Width and height of a picture, or of the one that a digest stands for."""
    if isinstance(picture, dict):
        return picture["width"], picture["height"]
    return opened({"bytesBase64Encoded": picture}).size if picture else None


def recorded() -> list[Any]:
    """The calls on Vertex AI that were recorded with their request."""
    found = []
    for file in sorted(RECORDINGS.glob("*.json")) if RECORDINGS.is_dir() else []:
        fact = json.loads(file.read_bytes())
        request = fact.get("request") or {}
        if fact["kind"] != "recorded" or fact["surface"] != "vertex":
            continue
        if isinstance(request.get("body"), dict):
            found.append(pytest.param(fact, id=file.stem))
    return found


def answered(fact: Any) -> tuple[int, Any]:
    match = PREDICT.fullmatch(fact["request"]["path"])
    assert match
    surface = spec.surface("vertex")
    try:
        raw = json.dumps(drawn(fact["request"]["body"])).encode()
        answer = predict(Target(surface, match[1]), raw, Config(), None, filled(Storage(), fact))
        return 200, json.loads(answer.body)
    except ApiError as error:
        shown = status(error, surface)
        return shown["code"], {"error": shown}


def shape(body: Any) -> Any:
    """Keys, counts and the texts that are the service's own; no pictures, no free text."""
    if "error" in body:
        text = re.sub("projects/[^/]+", "projects/P", body["error"]["message"])
        return body["error"]["code"], text, body["error"]["status"]
    return [
        {
            key: value if key in {"mimeType", "raiFilteredReason", "contentType"} else None
            for key, value in prediction.items()
        }
        | {"size": size(prediction.get("bytesBase64Encoded"))}
        | {"categories": prediction.get("safetyAttributes", {}).get("categories")}
        for prediction in body["predictions"]
    ]


@pytest.mark.parametrize("fact", recorded())
def test_the_fake_answers_as_was_recorded(fact: Any) -> None:
    code, body = answered(fact)
    assert code == fact["response"]["status"]
    assert shape(body) == shape(fact["response"]["body"])


def texts() -> list[str]:
    known = spec.read("errors.json")
    return [entry["message"] for entry in known["errors"].values()] + [
        entry["text"] for entry in known["filters"].values()
    ]


@pytest.mark.parametrize(
    "name",
    [
        "firebase_unary-failure-generate-images-all-filtered",
        "firebase_unary-failure-generate-images-base64-some-filtered",
        "firebase_unary-failure-generate-images-prompt-blocked",
        "issue_404_imagegeneration005_end_of_life",
        "issue_adios_62_prompt_blocked_violence",
        "issue_androidify_19_allow_all_ages",
        "issue_invalid_aspect_ratio_vertex",
        "issue_person_face_prompt_blocked",
        "issue_seed_with_watermark_vertex",
    ]
    if RECORDINGS.is_dir()
    else [],
)
def test_a_reported_text_is_kept_word_for_word(name: str) -> None:
    said = json.dumps(json.loads(Path(RECORDINGS / f"{name}.json").read_bytes())["response"])
    templates = [re.escape(text) for text in texts()]
    patterns = [re.sub(r"\\\{failed\\\}", "", text) for text in templates]
    patterns = [re.sub(r"\\\{\w+\\\}", ".+?", text) for text in patterns if len(text) > 20]
    assert any(re.search(pattern.replace('"', '\\\\"'), said) for pattern in patterns)
