"""The answer of generateContent."""

import json
from typing import Any

import jsonschema_rs
import pybase64
import pytest

from imagen_fake import spec
from imagen_fake.content import signatures
from imagen_fake.content.answer import respond
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.predict import draw
from tests.contents import LITE, MODEL, asked, content
from tests.sweep import sweep

SCHEMA = jsonschema_rs.Draft202012Validator(spec.read("content/response.json"))
ON = [
    (model, surface)
    for model in spec.content_model_ids()
    for surface in ("gemini", "vertex")
    if (facts := spec.content_model(model)) and facts.life_cycle(surface)
]
KEYS = {
    "gemini": ["candidates", "usageMetadata", "modelVersion", "responseId"],
    "vertex": ["candidates", "usageMetadata", "modelVersion", "createTime", "responseId"],
}

TWO = "gemini-2.0-flash-preview-image-generation"


def answered(body: Any, model: str = MODEL, surface: str = "gemini") -> Any:
    return json.loads(draw(content(body, model, surface), respond).body)


@sweep(("model", "surface"), ON)
def test_every_model_answers_with_a_picture_in_the_order_of_its_surface(
    model: str, surface: str
) -> None:
    found = answered(asked(), model, surface)
    SCHEMA.validate(found)
    assert list(found) == KEYS[surface]
    assert found["modelVersion"] == model
    (candidate,) = found["candidates"]
    index = ["index"] if surface == "gemini" else []
    scores = ["safetyRatings", "avgLogprobs", "score"]
    rated = scores if surface == "vertex" and "2.0" in model else []
    assert list(candidate) == ["content", "finishReason", *rated, *index]
    order = ["parts", "role"] if surface == "gemini" else ["role", "parts"]
    assert list(candidate["content"]) == order
    picture = candidate["content"]["parts"][-1]
    assert list(picture["inlineData"]) == ["mimeType", "data"]


def test_a_signature_has_a_recorded_size_and_verifies() -> None:
    (part,) = answered(asked(), LITE)["candidates"][0]["content"]["parts"]
    assert list(part) == ["inlineData", "thoughtSignature"]
    assert 950_000 <= len(part["thoughtSignature"]) <= 2_910_000
    signature, data = map(
        pybase64.b64decode, (part["thoughtSignature"], part["inlineData"]["data"])
    )
    assert signatures.verify(signature, data, signatures.issuer(LITE, "gemini"))


def test_pro_signs_its_words_too() -> None:
    found = answered(asked("Generate a story about an axolotl."), "gemini-3-pro-image")
    text, picture = found["candidates"][0]["content"]["parts"]
    assert list(text) == ["text", "thoughtSignature"]
    assert text["thoughtSignature"] != picture["thoughtSignature"]


def test_an_equal_call_has_equal_bytes_and_another_does_not() -> None:
    one, same, other = (
        draw(content(asked(prompt)), respond).body for prompt in ("a cat", "a cat", "a dog")
    )
    assert one == same != other


def test_a_filtered_picture_leaves_a_reason() -> None:
    (candidate,) = answered(asked("blood and gore everywhere"))["candidates"]
    assert candidate["finishReason"] == "IMAGE_SAFETY"
    assert candidate["content"] == {}
    assert list(candidate) == ["content", "finishReason", "index", "finishMessage"]


def test_words_alone_have_no_details_on_the_gemini_api() -> None:
    found = answered(asked("a story, no image please"))
    (part,) = found["candidates"][0]["content"]["parts"]
    assert list(part) == ["text"]
    assert "candidatesTokensDetails" not in found["usageMetadata"]
    assert found["candidates"][0]["finishReason"] == "STOP"


def test_a_search_is_told_of() -> None:
    body = {**asked("a map"), "tools": [{"googleSearch": {}}]}
    (candidate,) = answered(body)["candidates"]
    assert candidate["groundingMetadata"] == {"webSearchQueries": ["a map"]}


def test_the_body_is_printed_as_the_service_prints_it() -> None:
    body = draw(content(asked("a story, no image please")), respond).body
    assert body == json.dumps(json.loads(body), indent=2, ensure_ascii=False).encode() + b"\n"


def test_thoughts_come_first_where_they_are_asked_for() -> None:
    thinking = {"includeThoughts": True, "thinkingLevel": "HIGH"}
    first, *others = answered(asked(thinkingConfig=thinking))["candidates"][0]["content"]["parts"]
    assert (first["thought"], first["text"][:2]) == (True, "**")
    assert "inlineData" in others[-1]
    assert not any("thought" in part for part in others)


def test_a_model_that_does_not_think_tells_no_thoughts() -> None:
    thinking = {"includeThoughts": True, "thinkingLevel": "MINIMAL"}
    parts = answered(asked(thinkingConfig=thinking))["candidates"][0]["content"]["parts"]
    assert not any("thought" in part for part in parts)


def test_2_0_on_vertex_rates_its_pictures_and_scores_them() -> None:
    answer = answered(asked(responseModalities=["TEXT", "IMAGE"]), TWO, "vertex")
    [candidate] = answer["candidates"]
    assert {*map(tuple, candidate["safetyRatings"])} == {("category",)}
    tokens = answer["usageMetadata"]["candidatesTokenCount"]
    assert candidate["score"] == pytest.approx(candidate["avgLogprobs"] * tokens)
    for model, surface in ((TWO, "gemini"), (MODEL, "vertex")):
        [other] = answered(asked(responseModalities=["TEXT", "IMAGE"]), model, surface)[
            "candidates"
        ]
        assert not other.keys() & {"safetyRatings", "avgLogprobs", "score"}


def test_sound_is_no_modality_of_these_models() -> None:
    with pytest.raises(ApiError, match="modalities"):
        answered(asked(responseModalities=["IMAGE", "AUDIO"]))
