"""Code that knows nothing of a fake: no endpoint, credentials from a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud.aiplatform.initializer import global_config
from vertexai.vision_models import ImageGenerationModel

import imagen_fake
from imagen_fake.auth import credentials
from imagen_fake.auth.credentials import AdcRequest
from imagen_fake.config import Config
from imagen_fake.testing.fake import Fake
from imagen_fake.testing.routing import NetworkBlocked
from tests.clients.pictures import decoded


@pytest.fixture(autouse=True)
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """A fake behind Google's own addresses, and the credentials of a service account."""
    monkeypatch.setattr(global_config, "_api_endpoint", None)
    monkeypatch.setattr(global_config, "_credentials", None)
    with imagen_fake.intercept(Config(auth="issued"), block_network=True) as fake:
        file, url = tmp_path / "adc.json", "https://oauth2.googleapis.com"
        credentials.write_adc("service-account", AdcRequest(fake.state.access, url, file))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
        yield fake


def test_an_account_gets_a_picture() -> None:
    model = ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
    [image] = model.generate_images("a red apple")
    assert decoded(image._image_bytes).size == (1024, 1024)


def test_an_id_with_an_at_sign_is_understood() -> None:
    model = ImageGenerationModel.from_pretrained("imagegeneration@006")
    [image] = model.generate_images("a red apple")
    assert decoded(image._image_bytes).size == (1536, 1536)


def test_an_unknown_model_may_be_somebody_elses() -> None:
    with pytest.raises(NetworkBlocked, match="imagen-99"):
        ImageGenerationModel.from_pretrained("imagen-99")
