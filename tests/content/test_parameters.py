"""What a request asks for, as parameters."""

from typing import Any

import pytest

from imagen_fake import spec
from imagen_fake.content.parameters import with_response_format
from tests.contents import asked, content


def test_the_groups_of_the_configuration_are_flat() -> None:
    image = {"aspectRatio": "16:9", "imageSize": "2K"}
    body = asked(imageConfig=image, thinkingConfig={"thinkingLevel": "high"}, topK=3)
    assert content(body).parameters == {
        "aspectRatio": "16:9", "imageSize": "2K", "thinkingLevel": "HIGH", "topK": 3,
    }  # fmt: skip


def test_what_imagen_has_too_has_its_names_and_values() -> None:
    options = {"mimeType": "image/png"}
    image = {"personGeneration": "ALLOW_NONE", "imageOutputOptions": options}
    body = {**asked(imageConfig=image), "outputConfig": {"output_uri_prefix": "gs://b/x"}}
    assert content(body, surface="vertex").parameters == {
        "personGeneration": "dont_allow", "outputOptions": options, "storageUri": "gs://b/x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("thresholds", "level"),
    [
        (["BLOCK_NONE", "BLOCK_ONLY_HIGH"], "block_only_high"),
        (["OFF"], "block_none"),
        (["BLOCK_LOW_AND_ABOVE", "BLOCK_NONE"], "block_low_and_above"),
    ],
)
def test_the_strictest_threshold_is_the_safety_setting(thresholds: Any, level: str) -> None:
    settings = [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": threshold} for threshold in thresholds
    ]
    call = content({**asked(), "safetySettings": settings})
    assert call.parameters["safetySetting"] == level


def test_a_response_format_is_the_image_config_it_stands_for() -> None:
    image = {"aspectRatio": "ASPECT_RATIO_SIXTEEN_BY_NINE", "imageSize": "IMAGE_SIZE_TWO_K"}
    body = asked(responseFormat={"image": image}, imageConfig={"aspectRatio": "1:1"})
    assert content(body).parameters == {"aspectRatio": "16:9", "imageSize": "2K"}


@pytest.mark.parametrize("name", ["aspectRatio", "imageSize"])
def test_every_name_of_a_response_format_stands_for_a_value_or_none(name: str) -> None:
    for value, meant in spec.meanings("content", name).items():
        body = {"generationConfig": {"responseFormat": {"image": {name: value}}}}
        config = with_response_format(body)["generationConfig"]
        assert config.get("imageConfig", {}).get(name, "") == meant
