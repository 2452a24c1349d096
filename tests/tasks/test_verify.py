from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, status
from tests.conftest import ask, opened
from tests.pictures import file_of, gradient, media

MODEL = "imageverification@001"
SIZE = (256, 192)


def decided(image: Image.Image, kind: str = "PNG", **options: Any) -> Any:
    """What the model says of a picture sent as a file of that format."""
    instance = {"image": media(file_of(image, kind, **options))}
    return ask(MODEL, body={"instances": [instance], "parameters": {}})


def generated(**parameters: Any) -> Image.Image:
    (prediction,) = ask(sampleCount=1, **parameters)
    return opened(prediction).convert("RGB")


def refusal(instance: Mapping[str, Any]) -> Any:
    with pytest.raises(ApiError) as caught:
        ask(MODEL, body={"instances": [instance]})
    return status(caught.value, spec.surface("vertex"))


def test_a_generated_picture_is_accepted_with_a_decision_and_nothing_else() -> None:
    assert decided(generated()) == [{"decision": "ACCEPT"}]


def test_a_picture_generated_without_a_watermark_is_rejected() -> None:
    assert decided(generated(addWatermark=False)) == [{"decision": "REJECT"}]


def test_a_picture_from_elsewhere_is_rejected() -> None:
    assert decided(gradient(SIZE)) == [{"decision": "REJECT"}]


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_the_mark_outlives_a_jpeg(quality: int) -> None:
    assert decided(generated(), "JPEG", quality=quality) == [{"decision": "ACCEPT"}]


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP"])
def test_the_mark_is_found_in_a_jpeg_saved_as_another_format(kind: str) -> None:
    file = {"mimeType": "image/jpeg", "compressionQuality": 75}
    assert decided(generated(outputOptions=file), kind) == [{"decision": "ACCEPT"}]


@pytest.mark.parametrize(("watermark", "decision"), [(True, "ACCEPT"), (False, "REJECT")])
def test_an_upscaled_picture_is_marked_as_it_is_asked(watermark: bool, decision: str) -> None:
    body = {
        "instances": [{"image": media(gradient(SIZE))}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "x2"}, "addWatermark": watermark},
    }
    (prediction,) = ask("imagen-4.0-upscale-preview", body=body)
    assert decided(opened(prediction)) == [{"decision": decision}]


def test_the_parameter_of_older_code_changes_nothing() -> None:
    body = {
        "instances": [{"image": media(gradient(SIZE))}],
        "parameters": {"watermarkVerification": True},
    }
    assert ask(MODEL, body=body) == [{"decision": "REJECT"}]


def test_no_picture_is_a_bad_request() -> None:
    assert refusal({"prompt": "x"})["code"] == 400


def test_what_is_no_picture_is_a_bad_request() -> None:
    assert refusal({"image": media(b"GIF89a, almost")})["code"] == 400
