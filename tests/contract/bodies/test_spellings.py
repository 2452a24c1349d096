"""Spellings: what is written differs, what is meant does not."""

from typing import Any

import pytest

from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.spellings import SPELLINGS, respell

GENERATE = Operation("imagen-3.0-generate-002", "generate", "vertex")
CUSTOMIZE = Operation("imagen-3.0-capability-001", "customize", "vertex")
EDIT = Operation("imagen-3.0-capability-001", "edit", "vertex")


@pytest.mark.parametrize(
    ("how", "given", "written"),
    [
        ("floats", {"sampleCount": 1}, {"sampleCount": 1.0}),
        ("floats", {"addWatermark": True}, {"addWatermark": True}),
        ("snake case", {"sampleCount": 1}, {"sample_count": 1}),
        ("upper case", {"safetySetting": "block_none"}, {"safetySetting": "BLOCK_NONE"}),
        ("hyphens", {"safetySetting": "block_none"}, {"safetySetting": "block-none"}),
        ("hyphens", {"language": "zh-CN"}, {"language": "zh_CN"}),
        ("old names", {"safetySetting": "block_none"}, {"safetySetting": "block_fewest"}),
        ("unknown keys", {"seed": 1}, {"seed": 1, "flavour": "sweet"}),
    ],
)
def test_a_parameter_is_written_in_another_way(
    how: str, given: dict[str, Any], written: dict[str, Any]
) -> None:
    body = respell(GENERATE, {"parameters": given}, SPELLINGS[how])
    assert body == {"parameters": written}


def test_free_text_is_left_alone() -> None:
    body = {"instances": [{"prompt": "an apple-tree, sampleCount 1"}]}
    for write in (SPELLINGS["upper case"], SPELLINGS["hyphens"], SPELLINGS["snake case"]):
        assert respell(GENERATE, body, write) == body


def test_everything_that_is_not_said_is_null() -> None:
    body = respell(GENERATE, {"parameters": {"seed": 1}}, SPELLINGS["nulls"])
    assert body["parameters"]["seed"] == 1
    assert body["parameters"]["aspectRatio"] is None


def test_a_field_goes_by_its_other_name() -> None:
    config = {"controlType": "CONTROL_TYPE_CANNY", "enableControlImageComputation": True}
    body = {"instances": [{"referenceImages": [{"controlImageConfig": config}]}]}
    (item,) = respell(CUSTOMIZE, body, SPELLINGS["other names"])["instances"][0]["referenceImages"]
    assert item["controlImageConfig"]["computeControl"] is True


def test_a_class_goes_by_its_name() -> None:
    body = {"instances": [{"referenceImages": [{"maskImageConfig": {"maskClasses": [0]}}]}]}
    written = respell(EDIT, body, SPELLINGS["names for numbers"])
    (item,) = written["instances"][0]["referenceImages"]
    assert item["maskImageConfig"]["maskClasses"] == ["backpack"]
