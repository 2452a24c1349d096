"""vertexai over gRPC and TLS, with nothing said of a transport."""

import io
from typing import Any

import pytest
from google.api_core import exceptions
from PIL import Image as Pillow
from vertexai.vision_models import Image, ImageGenerationModel

from tests.clients.google_cloud_aiplatform_grpc.conftest import Generate
from tests.clients.pictures import SIZES, all_differ, decoded, same

IDS = [
    "imagegeneration",
    "imagegeneration@002",
    "imagegeneration@006",
    "imagen-3.0-capability-001",
    "imagen-3.0-generate-002",
    "imagen-4.0-generate-001",
]


def file(generated: Any) -> bytes:
    """The file in bytes; the client has no public name for it."""
    data: bytes = generated._image_bytes
    return data


@pytest.mark.usefixtures("_session")
@pytest.mark.parametrize("name", IDS)
def test_a_model_is_known_by_its_id(name: str) -> None:
    model = ImageGenerationModel.from_pretrained(name)
    assert model._endpoint_name.endswith(f"us-central1/publishers/google/models/{name}")


@pytest.mark.usefixtures("_session")
def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(exceptions.NotFound) as caught:
        ImageGenerationModel.from_pretrained("imagen-99")
    assert caught.value.message == "Publisher Model `publishers/google/models/imagen-99` not found."


def test_one_picture_is_a_square_rgb_png(generate: Generate) -> None:
    [generated] = generate().images
    picture = decoded(file(generated))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (1024, 1024))


def test_several_pictures_all_differ(generate: Generate) -> None:
    assert all_differ([file(image) for image in generate(number_of_images=4).images])


@pytest.mark.parametrize("ratio", SIZES)
def test_each_aspect_ratio_has_its_size(generate: Generate, ratio: str) -> None:
    [image] = generate(aspect_ratio=ratio).images
    assert decoded(file(image)).size == SIZES[ratio]


def test_a_seed_without_a_watermark_decides_the_picture(generate: Generate) -> None:
    first, again, other = (file(generate(seed=seed, add_watermark=False)[0]) for seed in (7, 7, 8))
    assert same(first, again)
    assert not same(first, other)


def test_filtered_pictures_are_left_out(generate: Generate) -> None:
    assert generate("Violence and gore", number_of_images=2).images == []


def test_a_seed_with_a_watermark_is_refused(generate: Generate) -> None:
    with pytest.raises(exceptions.InvalidArgument) as caught:
        generate(seed=7)
    assert caught.value.code == 400
    assert caught.value.message.endswith("Seed is not supported when watermark is enabled.")


def test_too_many_pictures_are_refused(generate: Generate) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="sampleCount, 9"):
        generate(number_of_images=9)


@pytest.mark.usefixtures("_session")
def test_an_upscale_reaches_the_size_that_is_asked_for() -> None:
    model = ImageGenerationModel.from_pretrained("imagegeneration@002")
    square = io.BytesIO()
    Pillow.new("RGB", (1024, 1024), "teal").save(square, "PNG")
    larger = model.upscale_image(image=Image(square.getvalue()), new_size=2048)
    assert decoded(file(larger)).size == (2048, 2048)
