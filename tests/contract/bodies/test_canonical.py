"""What a body means, by the kit's own reading."""

from typing import Any

import pytest

from imagen_fake.contract.bodies.canonical import canonical, fold, request_with_defaults
from imagen_fake.contract.bodies.operation import Operation

DOCUMENT = Operation("imagen-4.0-generate-001", "generate", "vertex").document
EDIT = Operation("imagen-3.0-capability-001", "edit", "vertex").document


def parameters(body: Any) -> Any:
    return canonical(DOCUMENT, {"parameters": body}, DOCUMENT)["parameters"]


@pytest.mark.parametrize("name", ["aspectRatio", "aspect_ratio", "ASPECT-RATIO", "aspectratio"])
def test_a_name_in_any_spelling_is_the_schemas(name: str) -> None:
    assert parameters({name: "16:9"}) == {"aspectRatio": "16:9"}


def test_the_last_spelling_counts() -> None:
    assert parameters({"sampleCount": 1, "sample_count": 2}) == {"sampleCount": 2}


def test_nulls_and_unknown_names_ask_for_nothing() -> None:
    assert parameters({"sampleCount": None, "flavour": "sweet", "seed": 7}) == {"seed": 7}


def test_whole_floats_are_integers_and_others_stay() -> None:
    assert [type(parameters({"seed": value})["seed"]) for value in (7.0, 7.5)] == [int, float]


def test_choices_are_told_by_any_spelling_and_by_their_old_names() -> None:
    assert parameters({"personGeneration": "ALLOW_ADULT"}) == {"personGeneration": "allow_adult"}
    assert parameters({"safetySetting": "block_few"}) == {"safetySetting": "block_only_high"}


def test_what_is_no_choice_stays_as_it_is() -> None:
    assert parameters({"aspectRatio": "2:1"}) == {"aspectRatio": "2:1"}


def test_one_instance_may_stand_in_place_of_a_list() -> None:
    body = {"instances": {"prompt": "x"}}
    assert canonical(DOCUMENT, body, DOCUMENT) == {"instances": [{"prompt": "x"}]}


def test_missing_fields_have_their_defaults_at_any_depth() -> None:
    filled = request_with_defaults(DOCUMENT, {"instances": [{"prompt": "x"}]})
    assert filled["parameters"]["aspectRatio"] == "1:1"
    assert filled["parameters"]["outputOptions"]["mimeType"] == "image/png"
    mask = {
        "referenceType": "REFERENCE_TYPE_MASK",
        "maskImageConfig": {"maskMode": "MASK_MODE_FOREGROUND"},
    }
    sent = {"instances": [{"prompt": "x", "referenceImages": [mask, mask]}]}
    masks = request_with_defaults(EDIT, sent)["instances"][0]["referenceImages"]
    assert [one["maskImageConfig"]["dilation"] for one in masks] == [0.03, 0.03]


def test_what_is_there_is_no_default() -> None:
    filled = request_with_defaults(DOCUMENT, {"parameters": {"aspectRatio": "9:16"}})
    assert filled["parameters"]["aspectRatio"] == "9:16"


def test_folding_drops_case_hyphens_and_underscores() -> None:
    assert fold("REFERENCE_type-RAW") == "referencetyperaw"
