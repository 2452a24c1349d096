"""LangChain's chat model without a server: code that names no base URL, under the fixture."""

import asyncio
import base64
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from langchain_core.messages import HumanMessage
from langchain_google_genai import ChatGoogleGenerativeAI, Modality

from imagen_fake.testing.fake import Fake
from tests.clients.pictures import decoded

PLACES: dict[str, dict[str, Any]] = {
    "gemini": {"google_api_key": "any"},
    "vertex": {
        "vertexai": True, "project": "p", "location": "global", "credentials": Credentials("t"),
    },
}  # fmt: skip


@pytest.fixture(params=PLACES)
def model(request: pytest.FixtureRequest) -> ChatGoogleGenerativeAI:
    modalities = [Modality.TEXT, Modality.IMAGE]
    return ChatGoogleGenerativeAI(
        model="gemini-3-pro-image", response_modalities=modalities, **PLACES[request.param]
    )


def kind(message: Any) -> str | None:
    [link] = [part["image_url"]["url"] for part in message.content if part["type"] == "image_url"]
    return decoded(base64.b64decode(link.partition(",")[2])).format


def test_two_turns_edit_a_picture(imagen_intercept: Fake, model: ChatGoogleGenerativeAI) -> None:
    first = model.invoke("a red apple")
    second = model.invoke([HumanMessage("a red apple"), first, HumanMessage("make it green")])
    assert (kind(first), kind(second)) == ("JPEG", "JPEG")
    assert [call.status for call in imagen_intercept.calls] == [200, 200]


def test_what_is_awaited_is_answered(imagen_intercept: Fake, model: ChatGoogleGenerativeAI) -> None:
    assert kind(asyncio.run(model.ainvoke("a red apple"))) == "JPEG"
    assert len(imagen_intercept.calls) == 1
