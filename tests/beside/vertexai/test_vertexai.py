"""`vertexai` with default credentials on its default transport, in process and led to a port."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
import vertexai
from google.cloud import aiplatform_v1
from google.cloud.aiplatform.initializer import global_config
from vertexai.vision_models import ImageGenerationModel

from imagen_fake import Fake

DRAW = """
import vertexai
from vertexai.vision_models import ImageGenerationModel

vertexai.init(project="p", location="us-central1")
model = ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
assert len(model.generate_images("a red apple", number_of_images=2).images) == 2
"""


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `vertexai.init` was told by another test is forgotten."""
    for name in ("_api_endpoint", "_api_transport", "_credentials"):
        monkeypatch.setattr(global_config, name, None)


def draw() -> int:
    vertexai.init(project="p", location="us-central1")
    model = ImageGenerationModel.from_pretrained("imagen-3.0-generate-002")
    return len(model.generate_images("a red apple", number_of_images=2).images)


def test_it_is_answered_in_process(imagen_intercept: Fake) -> None:
    assert draw() == 2
    imagen_intercept.assert_called_once_with(prompt="a red apple", sample_count=2)


def test_the_asynchronous_client_below_it_is_answered_in_process(imagen_intercept: Fake) -> None:
    async def ask() -> Any:
        options = {"api_endpoint": "us-central1-aiplatform.googleapis.com"}
        client = aiplatform_v1.PredictionServiceAsyncClient(client_options=options)
        model = "projects/p/locations/us-central1/publishers/google/models/imagen-4.0-generate-001"
        return await client.predict(endpoint=model, instances=[{"prompt": "a red apple"}])

    assert len(asyncio.run(ask()).predictions) == 4
    assert len(imagen_intercept.calls) == 1


def test_it_is_led_and_so_are_child_processes(imagen_fake_env: Fake) -> None:
    assert draw() == 2
    subprocess.run([sys.executable, "-W", "ignore", "-c", DRAW], check=True)
    imagen_fake_env.assert_call_count(2, prompt="a red apple", sample_count=2)


def test_nobody_waits_for_the_real_host(imagen_fake_env: Fake) -> None:
    options = {"api_endpoint": "us-central1-aiplatform.googleapis.com"}
    client = aiplatform_v1.PredictionServiceClient(client_options=options)
    with pytest.raises(RuntimeError, match='api_transport="rest"'):
        client.predict(endpoint="projects/p/locations/us-central1/endpoints/1")
    assert imagen_fake_env.calls == []
