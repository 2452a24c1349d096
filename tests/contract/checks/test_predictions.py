"""What is noticed in answers: each from the true one by one deviation."""

from imagen_fake.contract.exchange import Exchange
from tests.contract.known import blamed, changed, nothing, set_in, without
from tests.sweep import sweep

IMAGEN_4 = "models/imagen-4.0-generate-001.json#"


@sweep(
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
        (changed("filtered", without(-1)), "count", "/sampleCount"),
        (changed("filtered", lambda found: found.append(found[-1])), "count",
         f"{IMAGEN_4}/filteredReason"),
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
    assert blamed(exchange, check, pointer)
