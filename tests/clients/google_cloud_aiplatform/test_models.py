import pytest
from google.api_core import exceptions
from vertexai.preview import vision_models as preview
from vertexai.vision_models import ImageGenerationModel, ImageTextModel

from tests.clients.pictures import decoded

IDS = [
    "imagegeneration",
    "imagegeneration@002",
    "imagegeneration@005",
    "imagegeneration@006",
    "imagen-3.0-capability-001",
    "imagen-3.0-generate-001",
    "imagen-3.0-fast-generate-001",
    "imagen-3.0-generate-002",
    "imagen-4.0-generate-001",
    "imagen-4.0-fast-generate-001",
    "imagen-4.0-ultra-generate-001",
]


@pytest.mark.parametrize("name", IDS)
def test_a_model_is_known_by_its_id(name: str) -> None:
    model = ImageGenerationModel.from_pretrained(name)
    assert model._endpoint_name.endswith(f"us-central1/publishers/google/models/{name}")


def test_a_model_is_known_by_its_full_name() -> None:
    name = "publishers/google/models/imagegeneration@006"
    assert ImageGenerationModel.from_pretrained(name)._endpoint_name.endswith(name)


@pytest.mark.parametrize("name", ["imagegeneration@006", "imagegeneration@005"])
def test_an_id_with_an_at_sign_makes_pictures_of_its_own_size(name: str) -> None:
    [image] = ImageGenerationModel.from_pretrained(name).generate_images("a red apple")
    assert decoded(image._image_bytes).size == (1536, 1536)


def test_the_preview_models_make_pictures() -> None:
    model = preview.ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
    assert len(model.generate_images("a red apple", number_of_images=2).images) == 2


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(exceptions.NotFound) as caught:
        ImageGenerationModel.from_pretrained("imagen-99")
    assert "publishers/google/models/imagen-99" in caught.value.message


def test_a_model_of_another_kind_is_refused_by_the_client() -> None:
    with pytest.raises(ValueError, match="Unknown model"):
        ImageTextModel.from_pretrained("imagen-3.0-generate-002")
