"""Bodies: values are put in their places, and nothing given is changed."""

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import (
    ABSENT,
    delete_value,
    get_value,
    is_mask,
    minimal_value,
    set_value,
)
from imagen_fake.contract.bodies.operation import Operation

GENERATE = Operation("imagen-4.0-generate-001", "generate", "vertex")
BODY = {"instances": [{"prompt": "a red apple"}]}


def test_the_plain_instance_is_what_is_required() -> None:
    assert minimal_value(GENERATE, ("instances",)) == [{"prompt": "a red apple"}]


def test_a_value_is_placed_with_what_has_to_stand_around_it() -> None:
    path = ("parameters", "outputOptions", "mimeType")
    body = set_value(GENERATE, BODY, path, "image/jpeg")
    assert body == {**BODY, "parameters": {"outputOptions": {"mimeType": "image/jpeg"}}}
    assert "parameters" not in BODY


def test_a_value_is_found_in_a_list() -> None:
    assert get_value(BODY, ("instances", 0, "prompt")) == "a red apple"
    assert get_value(BODY, ("instances", 1, "prompt")) is ABSENT


def test_a_value_is_taken_away_from_a_list() -> None:
    assert delete_value(BODY, ("instances", 0, "prompt")) == {"instances": [{}]}


def test_a_picture_beside_a_mask_type_is_a_mask() -> None:
    path = ("instances", 0, "referenceImages", 1, "referenceImage")
    assert is_mask(path, {"referenceType": "REFERENCE_TYPE_MASK"})
    assert not is_mask(path, {"referenceType": "REFERENCE_TYPE_RAW"})


def test_a_plain_mask_is_drawn_as_one() -> None:
    operation = Operation("imagegeneration@006", "legacy_edit", "vertex")
    assert minimal_value(operation, ("instances", 0, "mask", "image")) == pictures.media(
        masking=True
    )
