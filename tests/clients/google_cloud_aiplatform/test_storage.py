from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from vertexai.preview.vision_models import Image
from vertexai.vision_models import ImageGenerationModel

from tests.clients.pictures import decoded, same

Generate = Callable[..., Any]
URI = "gs://pictures/vertexai"


@pytest.fixture(autouse=True)
def _emulator(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)


def test_a_picture_in_cloud_storage_is_saved(generate: Generate, tmp_path: Path) -> None:
    (made,) = generate(number_of_images=1, output_gcs_uri=URI)
    made.save(str(tmp_path / "stored.png"), include_generation_parameters=False)
    (sent,) = generate(number_of_images=1)
    sent.save(str(tmp_path / "sent.png"), include_generation_parameters=False)
    assert same((tmp_path / "stored.png").read_bytes(), (tmp_path / "sent.png").read_bytes())


def test_a_picture_in_cloud_storage_is_upscaled(generate: Generate) -> None:
    (made,) = generate(number_of_images=1, output_gcs_uri=URI)
    picture = Image(gcs_uri=made._gcs_uri)
    model = ImageGenerationModel.from_pretrained("imagegeneration@002")
    larger = model.upscale_image(picture, new_size=2048)
    assert decoded(larger._image_bytes).size == (2048, 2048)
