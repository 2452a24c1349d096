"""Recorded and documented interactions, asked again of the fake where they lie beside it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.errors import ApiError, status
from imagen_fake.predict import Target, predict
from tests.conftest import RECORDINGS

PREDICT = re.compile(r"/v1(?:beta1)?/(projects/.*):predict")


def recorded() -> list[Any]:
    """The generate calls on Vertex AI that were recorded with their request."""
    found = []
    for file in sorted(RECORDINGS.glob("*.json")) if RECORDINGS.is_dir() else []:
        fact = json.loads(file.read_bytes())
        request = fact.get("request") or {}
        if fact["kind"] != "recorded" or fact["surface"] != "vertex":
            continue
        body = request.get("body")
        if isinstance(body, dict) and set(body.get("instances", [{}])[0]) == {"prompt"}:
            found.append(pytest.param(fact, id=file.stem))
    return found


def answered(fact: Any) -> tuple[int, Any]:
    match = PREDICT.fullmatch(fact["request"]["path"])
    assert match
    surface = spec.surface("vertex")
    try:
        raw = json.dumps(fact["request"]["body"]).encode()
        return 200, json.loads(predict(Target(surface, match[1]), raw, Config()).body)
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
