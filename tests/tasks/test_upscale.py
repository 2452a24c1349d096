import base64
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, status
from tests.conftest import ask, opened
from tests.sweep import sweep

UPSCALING = [
    name for name in spec.model_ids() if (model := spec.model(name)) and "upscale" in model.tasks
]


def factors(model: str) -> list[str]:
    properties = spec.request(model, "upscale", "vertex").schema["$defs"]["parameters"][
        "properties"
    ]
    found: list[str] = properties["upscaleConfig"]["properties"]["upscaleFactor"]["enum"]
    return found


def scene(width: int, height: int) -> Image.Image:
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste("red", (width // 4, height // 4, width // 2, height // 2))
    return image


def encoded(image: Image.Image, kind: str = "PNG") -> str:
    file = io.BytesIO()
    image.save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


def upscaled(model: str, image: Image.Image, **parameters: Any) -> Image.Image:
    body = {
        "instances": [{"image": {"bytesBase64Encoded": encoded(image)}}],
        "parameters": {"mode": "upscale", **parameters},
    }
    (prediction,) = ask(model, body=body)
    return opened(prediction)


def refusal(model: str, body: Any) -> str:
    with pytest.raises(ApiError) as caught:
        ask(model, body=body)
    shown = status(caught.value, spec.surface("vertex"))
    assert shown["code"] == 400
    return str(shown["message"])


@sweep(("model", "factor"), [(model, factor) for model in UPSCALING for factor in factors(model)])
def test_every_factor_of_a_model_multiplies_the_size(model: str, factor: str) -> None:
    larger = upscaled(model, scene(48, 36), upscaleConfig={"upscaleFactor": factor})
    times = int(factor[1:])
    assert (larger.size, larger.mode) == ((48 * times, 36 * times), "RGB")


@pytest.mark.parametrize("model", UPSCALING)
def test_a_factor_the_model_does_not_have_is_refused(model: str) -> None:
    body = {
        "instances": [{"image": {"bytesBase64Encoded": encoded(scene(8, 8))}}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "x5"}},
    }
    assert "x5" in refusal(model, body)


@given(st.integers(4, 90), st.integers(4, 90))
@settings(max_examples=25, deadline=None)
def test_scaling_back_down_gives_the_picture_again(width: int, height: int) -> None:
    image = scene(width, height)
    options = {"upscaleConfig": {"upscaleFactor": "x2"}, "addWatermark": False}
    larger = upscaled("imagen-3.0-generate-002", image, **options)
    assert larger.size == (2 * width, 2 * height)
    back = larger.resize(image.size, Image.Resampling.BOX)
    assert max(ImageStat.Stat(ImageChops.difference(image, back)).mean) < 8


@pytest.mark.parametrize(("longest", "size"), [("2048", (2048, 1024)), ("4096", (4096, 2048))])
def test_without_a_factor_the_longer_side_is_what_is_asked(
    longest: str, size: tuple[int, int]
) -> None:
    larger = upscaled("imagegeneration@002", scene(64, 32), sampleImageSize=longest)
    assert larger.size == size


@pytest.mark.parametrize("model", UPSCALING)
def test_neither_factor_nor_size_is_the_services_400(model: str) -> None:
    body = {
        "instances": [{"image": {"bytesBase64Encoded": encoded(scene(8, 8))}}],
        "parameters": {"mode": "upscale"},
    }
    message = refusal(model, body)
    assert message.endswith("Image size 'IMAGE_SIZE_DEFAULT' is not supported.")
    assert message.startswith("Image editing failed with the following error: ")


def test_a_picture_alone_asks_for_an_upscale_where_nothing_else_takes_one() -> None:
    body = {"instances": [{"prompt": "x", "image": {"bytesBase64Encoded": encoded(scene(8, 8))}}]}
    assert "IMAGE_SIZE_DEFAULT" in refusal("imagen-3.0-generate-002", body)


def test_mode_may_be_missing_and_the_prompt_empty() -> None:
    body = {
        "instances": [{"prompt": "", "image": {"bytesBase64Encoded": encoded(scene(8, 8))}}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "X2"}},
    }
    (prediction,) = ask("imagen-4.0-upscale-preview", body=body)
    assert opened(prediction).size == (16, 16)
    assert prediction.keys() == {"bytesBase64Encoded", "mimeType"}


def test_an_output_of_too_many_pixels_is_refused_by_its_size() -> None:
    body = {
        "instances": [{"image": {"bytesBase64Encoded": encoded(Image.new("L", (1100, 1100)))}}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "x4"}},
    }
    assert "4400x4400" in refusal("imagen-4.0-upscale-preview", body)


def test_a_jpeg_comes_out_bare() -> None:
    larger = upscaled(
        "imagen-4.0-upscale-preview",
        scene(32, 32),
        upscaleConfig={"upscaleFactor": "x3"},
        outputOptions={"mimeType": "image/jpeg", "compressionQuality": 80},
    )
    assert larger.format == "JPEG"
    assert larger.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
