"""What is noticed in answers: each from the true one by one deviation."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from imagen_fake.contract.check_answers import response_file
from imagen_fake.contract.exchange import Exchange
from tests.contract.known import answering, found, true_answer

IMAGEN_4 = "models/imagen-4.0-generate-001.json#"
GENERATE = "tasks/generate.json#/$defs/parameters/properties"
Change = Callable[[list[Any]], Any]


def changed(
    name: str, change: Change, around: Callable[[Any], Any] = lambda body: body
) -> Exchange:
    """The true answer of a case with its elements changed in place, then the whole body."""
    exchange = true_answer(name)
    body = json.loads(exchange.response.body)
    change(body.get("predictions", body.get("data")))
    return answering(exchange, 200, json.dumps(around(body)).encode())


def set_in(key: str, value: Any, index: int = 0) -> Change:
    return lambda elements: elements[index].update({key: value})


def without(index: int) -> Change:
    return lambda elements: elements.pop(index)


def nothing(_: list[Any]) -> None:
    """Leave the elements."""


@pytest.mark.parametrize(
    ("exchange", "check", "pointer"),
    [
        (changed("pictures", without(0)), "count", "/sampleCount"),
        (changed("pictures", lambda found: found.append(found[0])), "count",
         "/sampleCount"),
        (changed("pictures", set_in("score", 1)), "shape", "responses/generate.json#"),
        (changed("pictures", lambda found: found.append("text")), "count",
         "responses/generate.json#"),
        (changed("pictures", nothing, lambda body: {**body, "deployedModelId": "1"}), "shape",
         "responses/generate.json#"),
        (changed("pictures", set_in("prompt", None)), "null", "responses/generate.json#"),
        (changed("pictures", lambda found: found[0].pop("prompt")), "rewritten",
         "surfaces/vertex.json#/rewrittenPrompt"),
        (changed("Gemini", set_in("prompt", "A rewritten prompt.")), "rewritten",
         "surfaces/gemini.json#/rewrittenPrompt"),
        (changed("pictures", set_in("safetyAttributes", {"categories": [], "scores": []})),
         "scores", f"{GENERATE}/includeSafetyAttributes/default"),
        (changed("scored", without(-1)), "scores", "tables/safety_categories.json#/promptElement"),
        (changed("scored", set_in("safetyAttributes", {"categories": ["Hate"], "scores": [0]}, -1)),
         "scores", "tables/safety_categories.json#/prompt"),
        (changed("scored", lambda found: found[0].pop("safetyAttributes")), "scores",
         "tables/safety_categories.json#/image"),
        (changed("reasons not asked for", lambda found: found.append(
            {"raiFilteredReason": "56562880"})), "reason", "/includeRaiReason/default"),
        (changed("filtered", without(-1)), "count", "/sampleCount"),
        (changed("filtered", lambda found: found.append(found[-1])), "count",
         f"{IMAGEN_4}/filteredReason"),
        (changed("filtered", set_in("raiFilteredReason", "We filtered a few.", -1)), "reason",
         "errors.json#/filters/"),
        (changed("caption", without(0)), "count", "tasks/caption.json#/$defs/parameters"),
        (changed("caption", lambda found: found.append({"text": "x"})), "shape",
         "responses/caption.json#"),
        (changed("segment", lambda found: found[0].pop("labels")), "masks",
         "tasks/segment.json#/x-labelled"),
        (changed("segment", lambda found: found[0]["labels"][0].update(score=0.5)), "shape",
         "responses/segment.json#"),
        (changed("segment", lambda found: found.append(found[0])), "masks",
         "tasks/segment.json#/$defs/parameters/properties/mode"),
        (changed("segment by prompt", lambda found: found.append(found[0])), "masks",
         "tasks/segment.json#/$defs/parameters/properties/maxPredictions"),
        (changed("verify", set_in("decision", "MAYBE")), "decision",
         "tasks/verify.json#/x-decisions"),
        (changed("verify", set_in("confidence", 1)), "shape", "responses/verify.json#"),
        (changed("OpenAI", lambda found: found[0].pop("b64_json")), "shape",
         "surfaces/openai.json#/item"),
        (changed("AI/ML API", nothing, lambda body: {**body, "created": 1}), "shape",
         "surfaces/aiml.json#/item"),
    ],
)  # fmt: skip
def test_a_deviation_is_reported_with_its_fact(
    exchange: Exchange, check: str, pointer: str
) -> None:
    reported = {(one.check, one.fact.pointer) for one in found(exchange)}
    assert any(name == check and pointer in named for name, named in reported), reported


def test_a_notice_that_counts_wrong_is_reported() -> None:
    exchange = true_answer("filtered")
    elements = json.loads(exchange.response.body)["predictions"]
    counted = next(word for word in elements[-1]["raiFilteredReason"].split() if word.isdigit())
    text = elements[-1]["raiFilteredReason"].replace(f"out {counted}", "out 9")
    wrong = changed("filtered", set_in("raiFilteredReason", text, -1))
    assert {one.check for one in found(wrong)} == {"count"}


def test_tasks_answer_as_their_own_schema_says_or_as_generating_does() -> None:
    assert response_file("segment") == "responses/segment.json"
    assert response_file("try_on") == "responses/generate.json"
