"""What is noticed of filters, scores and rewritten prompts: one deviation from the true answer."""

import json

from imagen_fake.contract.exchange import Exchange
from tests.contract.known import blamed, changed, found, set_in, true_answer, without
from tests.sweep import sweep

GENERATE = "tasks/generate.json#/$defs/parameters/properties"


@sweep(
    ("exchange", "check", "pointer"),
    [
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
        (changed("filtered", set_in("raiFilteredReason", "We filtered a few.", -1)), "reason",
         "errors.json#/filters/"),
    ],
)  # fmt: skip
def test_a_deviation_is_reported_with_its_fact(
    exchange: Exchange, check: str, pointer: str
) -> None:
    assert blamed(exchange, check, pointer)


def test_a_notice_that_counts_wrong_is_reported() -> None:
    exchange = true_answer("filtered")
    elements = json.loads(exchange.response.body)["predictions"]
    counted = next(word for word in elements[-1]["raiFilteredReason"].split() if word.isdigit())
    text = elements[-1]["raiFilteredReason"].replace(f"out {counted}", "out 9")
    wrong = changed("filtered", set_in("raiFilteredReason", text, -1))
    assert {one.check for one in found(wrong)} == {"count"}
