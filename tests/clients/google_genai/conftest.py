from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google import genai
from google.oauth2.credentials import Credentials

Generate = Callable[..., Any]


@pytest.fixture
def client(url: str) -> Iterator[genai.Client]:
    with genai.Client(
        vertexai=True,
        project="my-project",
        location="us-central1",
        credentials=Credentials("any-token"),
        http_options={"base_url": url},
    ) as client:
        yield client


@pytest.fixture
def generate(client: genai.Client) -> Generate:
    """Ask for pictures of an apple, or as the arguments say; gives the generated images."""

    def ask(
        prompt: str = "a red apple", model: str = "imagen-3.0-generate-002", **config: Any
    ) -> Any:
        config = {"number_of_images": 1, **config}
        return client.models.generate_images(model=model, prompt=prompt, config=config)

    return ask
