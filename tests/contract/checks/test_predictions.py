"""What is noticed in answers: each from the true one by one deviation."""

from dataclasses import replace

import pytest

from imagen_fake.contract.checks.predictions import shape
from imagen_fake.contract.exchange import Case, Exchange, Violation
from tests.contract.sample_cases import (
    ask,
    blames,
    keep_elements,
    remove_element,
    set_field,
    with_elements,
)
from tests.sweep import sweep

IMAGEN_4 = "models/imagen-4.0-generate-001.json#"


@sweep(
    ("exchange", "check", "pointer"),
    [
        (with_elements("pictures", remove_element(0)), "count", "/sampleCount"),
        (with_elements("pictures", lambda found: found.append(found[0])), "count", "/sampleCount"),
        (with_elements("pictures", set_field("score", 1)), "shape", "responses/generate.json#"),
        (
            with_elements("pictures", lambda found: found.append("text")),
            "count",
            "responses/generate.json#",
        ),
        (
            with_elements("pictures", keep_elements, lambda body: {**body, "deployedModelId": "1"}),
            "shape",
            "responses/generate.json#",
        ),
        (with_elements("pictures", set_field("prompt", None)), "null", "responses/generate.json#"),
        (with_elements("filtered", remove_element(-1)), "count", "/sampleCount"),
        (
            with_elements("filtered", lambda found: found.append(found[-1])),
            "count",
            f"{IMAGEN_4}/filteredReason",
        ),
        (
            with_elements("caption", remove_element(0)),
            "count",
            "tasks/caption.json#/$defs/parameters",
        ),
        (
            with_elements("caption", lambda found: found.append({"text": "x"})),
            "shape",
            "responses/caption.json#",
        ),
        (
            with_elements("segment", lambda found: found[0].pop("labels")),
            "masks",
            "tasks/segment.json#/x-labelled",
        ),
        (
            with_elements("segment", lambda found: found[0]["labels"][0].update(score=0.5)),
            "shape",
            "responses/segment.json#",
        ),
        (
            with_elements("segment", lambda found: found.append(found[0])),
            "masks",
            "tasks/segment.json#/$defs/parameters/properties/mode",
        ),
        (
            with_elements("segment by prompt", lambda found: found.append(found[0])),
            "masks",
            "tasks/segment.json#/$defs/parameters/properties/maxPredictions",
        ),
        (
            with_elements("verify", set_field("decision", "MAYBE")),
            "decision",
            "tasks/verify.json#/x-decisions",
        ),
        (with_elements("verify", set_field("confidence", 1)), "shape", "responses/verify.json#"),
        (
            with_elements("OpenAI", lambda found: found[0].pop("b64_json")),
            "shape",
            "surfaces/openai.json#/item",
        ),
        (
            with_elements("AI/ML API", keep_elements, lambda body: {**body, "created": 1}),
            "shape",
            "surfaces/aiml.json#/item",
        ),
    ],
)
def test_a_deviation_is_reported_with_its_fact(
    exchange: Exchange, check: str, pointer: str
) -> None:
    assert blames(exchange, check, pointer)


@pytest.mark.parametrize(
    ("surface", "model", "name", "linked", "inline"),
    [("openai", "imagen-4.0-generate-001", "response_format", "url", "b64_json"),
     ("aiml", "imagen-3.0-generate-002", "convert_base64_to_url", True, False)],
)  # fmt: skip
def test_pictures_are_linked_to_if_and_only_if_links_are_requested(
    surface: str, model: str, name: str, linked: object, inline: object
) -> None:
    links, files = (
        ask(Case("n", surface, model, "generate", {"model": model, "prompt": "x", name: value}))
        for value in (linked, inline)
    )
    for one, other in ((links, files), (files, links)):
        assert list(shape(one)) == []
        (found,) = shape(replace(one, case=other.case))
        assert found.fact.pointer == f"surfaces/{surface}.json#/request/properties/{name}"


def test_the_answer_to_a_body_that_ought_to_be_refused_has_links_or_not() -> None:
    model = "imagen-4.0-generate-001"
    body = {"model": model, "prompt": "x", "n": 1}
    linked = ask(Case("n", "openai", model, "generate", body))
    violation = Violation("type", "", "body_not_object")
    refused = replace(linked.case, body="no object", violation=violation)
    assert list(shape(replace(linked, case=refused))) == []
