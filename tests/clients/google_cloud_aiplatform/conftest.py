from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import vertexai
from google.auth.credentials import AnonymousCredentials
from vertexai.vision_models import ImageGenerationModel

Generate = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def _session(url: str) -> None:
    vertexai.init(
        project="my-project",
        location="us-central1",
        api_endpoint=url,
        api_transport="rest",
        credentials=AnonymousCredentials(),
    )


@pytest.fixture(scope="session")
def generate() -> Generate:
    """Ask for pictures of an apple, or as the arguments say; gives the client's answer."""
    pretrained = cache(ImageGenerationModel.from_pretrained)

    def ask(
        prompt: str = "a red apple", model: str = "imagen-3.0-generate-002", **config: Any
    ) -> Any:
        return pretrained(model).generate_images(prompt, **config)

    return ask
