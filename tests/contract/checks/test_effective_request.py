"""What a body asks for."""

from typing import Any

import pytest
from PIL import Image

from imagen_fake.contract.checks.effective_request import (
    base_image,
    decode_media,
    effective_request,
)
from imagen_fake.contract.exchange import Case
from tests.contract.sample_cases import IMAGEN_3, IMAGEN_4, edit_case, generate_case, picture_cases
from tests.pictures import file_of, media


def test_wire_spellings_and_defaults_are_understood() -> None:
    wanted = effective_request(generate_case(sample_count=2.0, aspect_ratio="3:4"))
    assert (wanted.parameter("sampleCount"), wanted.parameter("aspectRatio")) == (2, "3:4")
    assert wanted.parameter("outputOptions.mimeType") == "image/png"


def test_what_is_not_there_is_none() -> None:
    assert effective_request(generate_case()).parameter("editConfig.editMode") is None


@pytest.mark.parametrize(("given", "end"), [({}, "/default"), ({"sampleCount": 1}, "/sampleCount")])
def test_a_value_rests_on_its_default_unless_it_is_given(given: dict[str, Any], end: str) -> None:
    case = generate_case(**given)
    assert effective_request(case).fact(case, "sampleCount").pointer.endswith(end)


def test_a_body_for_images_is_what_imagen_is_asked() -> None:
    case = Case("n", "openai", IMAGEN_4, "generate", {"prompt": "x", "n": 3, "size": "1792x1024"})
    wanted = effective_request(case)
    assert wanted.parameter("sampleCount") == 3
    assert wanted.parameter("aspectRatio") == "16:9"


def test_a_reseller_s_names_are_understood() -> None:
    case = Case("n", "aiml", IMAGEN_3, "generate",
                {"model": IMAGEN_3, "prompt": "x", "num_images": 2})  # fmt: skip
    assert effective_request(case).parameter("sampleCount") == 2


def test_an_edit_starts_from_its_raw_picture() -> None:
    found = base_image(edit_case(), effective_request(edit_case()).instance)
    assert found is not None
    assert found.size == (256, 256)


def test_a_try_on_starts_from_the_person() -> None:
    case = next(case for case in picture_cases() if case.task == "try_on")
    found = base_image(case, effective_request(case).instance)
    assert found is not None
    assert found.size == (180, 240)


def test_a_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = file_of(Image.new("RGB", (20, 10)), "JPEG", exif=exif)
    found = decode_media(media(turned))
    assert found is not None
    assert found.size == (10, 20)


@pytest.mark.parametrize(
    "field", [None, {}, {"bytesBase64Encoded": "AAAA"}, {"gcsUri": "gs://b/o"}]
)
def test_what_holds_no_picture_is_none(field: object) -> None:
    assert decode_media(field) is None
