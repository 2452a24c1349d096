"""Touching facts: what a body keeps, breaks, and sees in its answer."""

from collections.abc import Mapping
from typing import Any

import pytest

from imagen_fake.contract.bodies.fact_coverage import (
    ITEMS,
    body_facts,
    error_pointer,
    error_response_facts,
    response_facts,
    success_facts,
    violation_facts,
)
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.sample_models import first_operation, generate_operation
from imagen_fake.contract.exchange import Violation

GENERATE = Operation("imagegeneration@002", "generate", "vertex")
OWN = "models/imagegeneration@002.json#/tasks/generate"
PLACE = f"responses/generate.json{ITEMS}"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


def test_a_field_touches_its_rules_in_the_file_that_says_them() -> None:
    assert f"{OWN}/parameters/sampleCount/maximum" in set(body_facts(GENERATE, BODY))


def test_a_missing_field_touches_its_default() -> None:
    touched = set(body_facts(GENERATE, BODY))
    assert f"{OWN}/parameters/addWatermark/default" in touched
    assert f"{OWN}/parameters/aspectRatio/enum" not in touched


def test_a_broken_rule_touches_itself_and_the_words_of_its_refusal() -> None:
    steps = ("$defs", "parameters", "properties", "aspectRatio", "enum")
    touched = set(
        violation_facts(GENERATE, steps, Violation("enum", "aspectRatio", "aspect_ratio"))
    )
    assert {f"{OWN}/parameters/aspectRatio/enum", "errors.json#/errors/aspect_ratio"} <= touched


def test_an_alias_touches_whom_it_stands_for() -> None:
    operation = Operation("imagegeneration", "generate", "vertex")
    assert "models/imagegeneration.json#/aliasOf" in set(body_facts(operation, BODY))


def test_other_surfaces_have_other_words() -> None:
    operation = Operation("imagen-4.0-generate-001", "generate", "openai")
    assert error_pointer(operation, "keyword_type") == "errors.json#/errors/images_type"


def test_an_answer_touches_the_size_of_its_pictures() -> None:
    assert "tables/image_sizes.json#/sizes/imagen-1/value" in set(success_facts(GENERATE, BODY))


@pytest.mark.parametrize(
    ("parameters", "shown", "hidden"),
    [
        ({}, f"{PLACE}/0", f"{PLACE}/3"),
        ({"storageUri": "gs://bucket"}, f"{PLACE}/1", f"{PLACE}/0"),
        ({"includeSafetyAttributes": True}, f"{PLACE}/3", f"{PLACE}/1"),
        ({"includeSafetyAttributes": True}, "tables/safety_categories.json#/image", f"{PLACE}/1"),
    ],
)
def test_a_body_shows_the_kinds_of_elements_that_it_asks_for(
    parameters: Mapping[str, Any], shown: str, hidden: str
) -> None:
    touched = set(response_facts(generate_operation("vertex"), {"parameters": parameters}))
    assert shown in touched
    assert hidden not in touched


def test_a_mask_without_a_label_shows_none() -> None:
    labels = f"responses/segment.json{ITEMS}/0/properties/labels"
    assert labels in set(response_facts(first_operation("segment"), {}))
    body = {"parameters": {"mode": "semantic"}}
    assert labels not in set(response_facts(first_operation("segment"), body))


def test_the_details_of_a_refusal_are_shown_where_there_are_some() -> None:
    details = "responses/status.json#/properties/error/properties/details"
    assert details in set(error_response_facts(generate_operation("vertex"), "unknown_field"))
    assert details not in set(error_response_facts(generate_operation("vertex"), "aspect_ratio"))


def test_what_stands_around_a_refusal_is_that_of_the_surface() -> None:
    assert "surfaces/gemini.json#/serverTiming" in set(
        error_response_facts(generate_operation("gemini"), "page_size")
    )
    assert "surfaces/openai.json#/headers" in set(
        error_response_facts(generate_operation("openai"), "images_type")
    )
    assert "surfaces/aiml.json#/headers" in set(
        error_response_facts(generate_operation("aiml"), "aiml_type")
    )
