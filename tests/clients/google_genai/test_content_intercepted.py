"""Gemini's image models without a server: code that names no base URL, under the fixture."""

import asyncio
from typing import Any

import pytest
from google import genai
from google.genai import errors
from google.oauth2.credentials import Credentials

from imagen_fake.testing.fake import Fake
from tests.clients.pictures import decoded

MODEL = "gemini-3-pro-image"
MODES: dict[str, dict[str, Any]] = {
    "gemini": {"api_key": "any"},
    "vertex": {
        "vertexai": True, "project": "p", "location": "global", "credentials": Credentials("t"),
    },
}  # fmt: skip


@pytest.fixture(params=MODES)
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    return MODES[request.param]


def size(answer: Any) -> tuple[int, int]:
    [image] = [image for part in answer.parts or [] if (image := part.as_image())]
    return decoded(image.image_bytes).size


def test_a_chat_edits_a_picture(imagen_intercept: Fake, settings: dict[str, Any]) -> None:
    with genai.Client(**settings) as client:
        config: Any = {"image_config": {"aspect_ratio": "1:1"}}
        chat = client.chats.create(model=MODEL, config=config)
        shown = [size(chat.send_message(words)) for words in ("a red apple", "make it green")]
    assert shown == [(1024, 1024)] * 2
    assert [call.status for call in imagen_intercept.calls] == [200, 200]


def test_a_stream_has_the_picture_first(imagen_intercept: Fake, settings: dict[str, Any]) -> None:
    with genai.Client(**settings) as client:
        chunks = list(client.models.generate_content_stream(model=MODEL, contents="an apple"))
    assert size(chunks[0]) == (1408, 768)
    assert chunks[-1].candidates[0].finish_reason == "STOP"
    assert len(imagen_intercept.calls) == 1


def test_what_is_awaited_is_answered(imagen_intercept: Fake, settings: dict[str, Any]) -> None:
    asked = {"model": MODEL, "contents": "an apple"}

    async def both() -> tuple[Any, list[Any]]:
        async with genai.Client(**settings).aio as client:
            plain = await client.models.generate_content(**asked)
            stream = await client.models.generate_content_stream(**asked)
            return plain, [chunk async for chunk in stream]

    plain, chunks = asyncio.run(both())
    assert size(plain) == size(chunks[0]) == (1408, 768)
    assert len(imagen_intercept.calls) == 2


def test_an_error_is_raised(imagen_intercept: Fake, settings: dict[str, Any]) -> None:
    with genai.Client(**settings) as client, pytest.raises(errors.ServerError) as caught:
        client.models.generate_content(model=MODEL, contents="a pear [[fake: error=503]]")
    assert caught.value.code == 503
    assert len(imagen_intercept.calls) == 1
