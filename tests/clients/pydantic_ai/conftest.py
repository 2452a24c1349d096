from collections.abc import Sequence
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from pydantic_ai import Agent, BinaryImage
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.google_cloud import GoogleCloudProvider

MODEL = "gemini-3-pro-image"


@pytest.fixture(params=["gemini", "vertex"])
def surface(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def agent(surface: str, model: str = MODEL, tools: Sequence[Any] = (), **place: Any) -> Any:
    """An agent whose answer is a picture; `base_url` where no call is intercepted."""
    if surface == "gemini":
        provider = GoogleProvider(api_key="any", **place)
    else:
        named = {"project": "p", "location": "global", "credentials": Credentials("t")}
        provider = GoogleCloudProvider(**named, **place)
    return Agent(
        GoogleModel(model, provider=provider), output_type=BinaryImage, capabilities=list(tools)
    )
