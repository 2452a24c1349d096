"""What is noticed of filters, scores and rewritten prompts: one deviation from the true answer."""

import json

from imagen_fake.contract.exchange import Exchange
from tests.contract.sample_cases import (
    blames,
    differences,
    remove_element,
    set_field,
    true_exchange,
    with_elements,
)
from tests.sweep import sweep

GENERATE = "tasks/generate.json#/$defs/parameters/properties"


@sweep(
    ("exchange", "check", "pointer"),
    [
        (
            with_elements("pictures", lambda differences: differences[0].pop("prompt")),
            "rewritten",
            "surfaces/vertex.json#/rewrittenPrompt",
        ),
        (
            with_elements("Gemini", set_field("prompt", "A rewritten prompt.")),
            "rewritten",
            "surfaces/gemini.json#/rewrittenPrompt",
        ),
        (
            with_elements(
                "pictures", set_field("safetyAttributes", {"categories": [], "scores": []})
            ),
            "scores",
            f"{GENERATE}/includeSafetyAttributes/default",
        ),
        (
            with_elements("scored", remove_element(-1)),
            "scores",
            "tables/safety_categories.json#/promptElement",
        ),
        (
            with_elements(
                "scored", set_field("safetyAttributes", {"categories": ["Hate"], "scores": [0]}, -1)
            ),
            "scores",
            "tables/safety_categories.json#/prompt",
        ),
        (
            with_elements("scored", lambda differences: differences[0].pop("safetyAttributes")),
            "scores",
            "tables/safety_categories.json#/image",
        ),
        (
            with_elements(
                "reasons not asked for",
                lambda differences: differences.append({"raiFilteredReason": "56562880"}),
            ),
            "reason",
            "/includeRaiReason/default",
        ),
        (
            with_elements("filtered", set_field("raiFilteredReason", "We filtered a few.", -1)),
            "reason",
            "errors.json#/filters/",
        ),
    ],
)
def test_a_deviation_is_reported_with_its_fact(
    exchange: Exchange, check: str, pointer: str
) -> None:
    assert blames(exchange, check, pointer)


def test_a_notice_that_counts_wrong_is_reported() -> None:
    exchange = true_exchange("filtered")
    elements = json.loads(exchange.response.body)["predictions"]
    counted = next(word for word in elements[-1]["raiFilteredReason"].split() if word.isdigit())
    text = elements[-1]["raiFilteredReason"].replace(f"out {counted}", "out 9")
    wrong = with_elements("filtered", set_field("raiFilteredReason", text, -1))
    assert {one.check for one in differences(wrong)} == {"count"}
