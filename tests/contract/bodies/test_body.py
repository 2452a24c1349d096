"""Bodies: values are put in their places, and nothing given is changed."""

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import ABSENT, is_mask, placed, plain, value_at, without
from imagen_fake.contract.bodies.form import Form

GENERATE = Form("imagen-4.0-generate-001", "generate", "vertex")
BODY = {"instances": [{"prompt": "a red apple"}]}


def test_the_plain_instance_is_what_is_required() -> None:
    assert plain(GENERATE, ("instances",)) == [{"prompt": "a red apple"}]


def test_a_value_is_placed_with_what_has_to_stand_around_it() -> None:
    path = ("parameters", "outputOptions", "mimeType")
    body = placed(GENERATE, BODY, path, "image/jpeg")
    assert body == {**BODY, "parameters": {"outputOptions": {"mimeType": "image/jpeg"}}}
    assert "parameters" not in BODY


def test_a_value_is_found_in_a_list() -> None:
    assert value_at(BODY, ("instances", 0, "prompt")) == "a red apple"
    assert value_at(BODY, ("instances", 1, "prompt")) is ABSENT


def test_a_value_is_taken_away_from_a_list() -> None:
    assert without(BODY, ("instances", 0, "prompt")) == {"instances": [{}]}


def test_a_picture_beside_a_mask_type_is_a_mask() -> None:
    path = ("instances", 0, "referenceImages", 1, "referenceImage")
    assert is_mask(path, {"referenceType": "REFERENCE_TYPE_MASK"})
    assert not is_mask(path, {"referenceType": "REFERENCE_TYPE_RAW"})


def test_a_plain_mask_is_drawn_as_one() -> None:
    form = Form("imagegeneration@006", "legacy_edit", "vertex")
    assert plain(form, ("instances", 0, "mask", "image")) == pictures.media(masking=True)
