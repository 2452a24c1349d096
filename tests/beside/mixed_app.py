"""The code under test: it asks Google for pictures and for a text, and the text is mocked."""

from typing import Any

from google import genai

from tests.beside.asking import GOOGLE

MODELS = "v1beta1/projects/p/locations/us-central1/publishers/google/models"
URL = f"{GOOGLE}/{MODELS}/gemini-2.5-pro:generateContent"
ANSWER = {"candidates": [{"content": {"role": "model", "parts": [{"text": "An apple."}]}}]}

PICTURE = {"model": "imagen-4.0-generate-001", "prompt": "a red apple"}
TEXT = {"model": "gemini-2.5-pro", "contents": "What is it?"}


def connect() -> Any:
    """A client of Google's, with the default credentials: it asks for a token first."""
    return genai.Client(vertexai=True, project="p", location="us-central1")


def draw() -> int:
    """How many pictures there are."""
    with connect() as client:
        return len(client.models.generate_images(**PICTURE).generated_images)


def describe() -> str:
    """What another model says."""
    with connect() as client:
        return str(client.models.generate_content(**TEXT).text)


async def draw_async() -> int:
    """`draw`, on an event loop."""
    async with connect().aio as client:
        return len((await client.models.generate_images(**PICTURE)).generated_images)


async def describe_async() -> str:
    """`describe`, on an event loop."""
    async with connect().aio as client:
        return str((await client.models.generate_content(**TEXT)).text)
