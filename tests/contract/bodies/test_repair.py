"""Rules: a body is changed as little as it takes to keep them."""

from typing import Any

from imagen_fake.contract.bodies.cases import is_valid, operations
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.pictures import media
from imagen_fake.contract.bodies.repair import avoid, minimal_body, repair, satisfy
from tests.contract.calls import operation_id
from tests.sweep import sweep

PROMPT = {"instances": [{"prompt": "a red apple"}]}
GENERATE = Operation("imagen-4.0-generate-001", "generate", "vertex")
EDIT = Operation("imagen-3.0-capability-001", "edit", "vertex")
CUSTOMIZE = Operation("imagen-3.0-capability-001", "customize", "vertex")


def types(body: Any) -> list[str]:
    return [item["referenceType"] for item in body["instances"][0]["referenceImages"]]


@sweep("operation", list(operations()), ids=operation_id)
def test_the_plain_body_is_valid(operation: Operation) -> None:
    assert is_valid(operation, minimal_body(operation))


def test_a_seed_switches_the_watermark_off() -> None:
    body = repair(GENERATE, {**PROMPT, "parameters": {"seed": 7}})
    assert body == {**PROMPT, "parameters": {"seed": 7, "addWatermark": False}}


def test_a_body_that_keeps_the_rules_stays_as_it_is() -> None:
    body = {**PROMPT, "parameters": {"seed": 7, "addWatermark": False}}
    assert repair(GENERATE, body) == body


def test_a_mask_edit_gets_a_raw_picture_and_a_mask() -> None:
    raw = {"referenceType": "REFERENCE_TYPE_RAW", "referenceImage": media()}
    body = repair(EDIT, {"instances": [{"referenceImages": [raw, raw]}]})
    assert types(body) == ["REFERENCE_TYPE_RAW", "REFERENCE_TYPE_MASK"]


def test_a_semantic_mask_gets_a_class() -> None:
    mask = {
        "referenceType": "REFERENCE_TYPE_MASK",
        "maskImageConfig": {"maskMode": "MASK_MODE_SEMANTIC"},
    }
    body = repair(EDIT, {"instances": [{"referenceImages": [mask]}]})
    first = body["instances"][0]["referenceImages"][0]
    assert len(first["maskImageConfig"]["maskClasses"]) == 1
    assert "referenceImage" not in first


def test_a_control_map_of_nothing_gets_a_picture() -> None:
    control = {
        "referenceType": "REFERENCE_TYPE_CONTROL",
        "controlImageConfig": {"controlType": "CONTROL_TYPE_CANNY"},
    }
    body = repair(CUSTOMIZE, {"instances": [{"referenceImages": [control]}]})
    assert body["instances"][0]["referenceImages"][0]["referenceImage"] == media()


def test_an_upscale_gets_a_factor() -> None:
    operation = Operation("imagen-4.0-upscale-preview", "upscale", "vertex")
    body = repair(operation, {"instances": [{"image": media()}]})
    assert body["parameters"] == {"upscaleConfig": {"upscaleFactor": "x2"}}


def test_a_demand_is_met_by_the_first_choice_it_has() -> None:
    path = ("parameters", "aspectRatio")
    assert satisfy(GENERATE, "1:1", {"enum": ["3:4", "4:3"]}, path) == "3:4"
    assert satisfy(GENERATE, "4:3", {"enum": ["3:4", "4:3"]}, path) == "4:3"


def test_what_is_forbidden_together_is_parted() -> None:
    forbidden = {"required": ["a"], "properties": {"a": {"required": ["b"]}}}
    assert avoid({"a": {"b": 1, "c": 2}}, forbidden) == {"a": {"c": 2}}
