"""Code that knows nothing of a fake, over gRPC: no endpoint, no transport, default credentials."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vertexai
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import aiplatform_v1
from google.cloud.aiplatform.initializer import global_config
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Value
from vertexai.vision_models import ImageGenerationModel

import imagen_fake
from imagen_fake.auth import credentials
from imagen_fake.auth.credentials import AdcRequest
from imagen_fake.config import Config
from imagen_fake.testing.fake import Fake
from tests.clients.google_cloud_aiplatform_grpc.conftest import Generate
from tests.clients.pictures import decoded

# All that its classes can ask for, here by its own way.
from tests.clients.google_cloud_aiplatform.test_tasks import *  # noqa: F403 isort: skip

MODEL = "projects/p/locations/us-central1/publishers/google/models/imagen-3.0-generate-002"
ENDPOINT = "us-central1-aiplatform.googleapis.com"


@pytest.fixture(autouse=True)
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """A fake behind Google's own addresses, and the credentials of a service account."""
    for name in ("_api_endpoint", "_api_transport", "_credentials"):
        monkeypatch.setattr(global_config, name, None)
    with imagen_fake.intercept(Config(auth="issued"), block_network=True) as fake:
        file, url = tmp_path / "adc.json", "https://oauth2.googleapis.com"
        credentials.write_adc("service-account", AdcRequest(fake.state.access, url, file))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
        vertexai.init(project="p", location="us-central1")
        yield fake


@pytest.fixture
def generate() -> Generate:
    """Ask for pictures as `conftest.py` has it, of what answers here."""

    def ask(
        prompt: str = "a red apple", model: str = "imagen-3.0-generate-002", **config: Any
    ) -> Any:
        return ImageGenerationModel.from_pretrained(model).generate_images(prompt, **config)

    return ask


def predict(**asked: Any) -> dict[str, Any]:
    prompt = json_format.ParseDict({"prompt": "a red apple", **asked}, Value())
    one = json_format.ParseDict({"sampleCount": 1}, Value())
    return {"endpoint": MODEL, "instances": [prompt], "parameters": one}


def test_an_account_gets_a_picture(fake: Fake) -> None:
    model = ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
    [image] = model.generate_images("a red apple")
    assert decoded(image._image_bytes).size == (1024, 1024)
    fake.assert_called_with(prompt="a red apple", sample_count=1, surface="vertex")
    assert "authorization" in fake.calls[0].headers


@pytest.mark.parametrize("version", ["1", "2"])
def test_an_id_with_a_version_is_understood(version: str) -> None:
    model = ImageGenerationModel.from_pretrained(f"imagegeneration@00{int(version) + 4}")
    assert len(model.generate_images("a red apple").images) == 1


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(exceptions.NotFound):
        ImageGenerationModel.from_pretrained("imagen-99")


def test_a_token_of_somebody_else_is_refused() -> None:
    options = {"api_endpoint": ENDPOINT}
    client = aiplatform_v1.PredictionServiceClient(
        credentials=AnonymousCredentials(), client_options=options
    )
    with pytest.raises(exceptions.Unauthenticated):
        client.predict(**predict())


def test_the_asynchronous_client_gets_a_picture(fake: Fake) -> None:
    async def ask() -> Any:
        options = {"api_endpoint": "europe-west4-aiplatform.googleapis.com:443"}
        client = aiplatform_v1.PredictionServiceAsyncClient(client_options=options)
        return await client.predict(**predict())

    assert len(asyncio.run(ask()).predictions) == 1
    assert [call.status for call in fake.calls] == [200]


def test_rules_are_the_clients_own_exceptions(fake: Fake) -> None:
    model = ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
    fake.rule("error=429 times=1")
    with pytest.raises(exceptions.ResourceExhausted, match="Quota exceeded"):
        model.generate_images("a red apple")
    assert len(model.generate_images("a red apple").images) == 1


def test_a_client_from_before_is_answered() -> None:
    options = {"api_endpoint": ENDPOINT}
    with imagen_fake.intercept():
        pass
    client = aiplatform_v1.PredictionServiceClient(
        credentials=AnonymousCredentials(), client_options=options
    )
    with imagen_fake.intercept() as fake:
        assert len(client.predict(**predict()).predictions) == 1
        assert len(fake.calls) == 1
