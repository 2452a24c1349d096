"""Which facts of answers a body shows."""

from collections.abc import Mapping
from typing import Any

import pytest

from imagen_fake.contract.bodies.response_coverage import (
    ITEMS,
    error_response_facts,
    response_facts,
)
from imagen_fake.contract.bodies.sample_models import first_operation, generate_operation

PLACE = f"responses/generate.json{ITEMS}"


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
