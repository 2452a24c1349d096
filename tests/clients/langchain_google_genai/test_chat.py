"""LangChain's chat model with Gemini's image models."""

import base64
import json
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from google.genai.errors import ServerError
from langchain_core.messages import AIMessage, HumanMessage
from langchain_google_genai import ChatGoogleGenerativeAI, Modality
from PIL import Image

from tests.clients.pictures import decoded


def chat(url: str, model: str = "gemini-2.5-flash-image", **options: Any) -> ChatGoogleGenerativeAI:
    return ChatGoogleGenerativeAI(
        model=model, google_api_key="any", base_url=url,
        response_modalities=[Modality.TEXT, Modality.IMAGE], **options,
    )  # fmt: skip


def picture(message: AIMessage) -> Image.Image:
    [link] = [
        part["image_url"]["url"]
        for part in message.content
        if isinstance(part, dict) and part["type"] == "image_url"
    ]
    return decoded(base64.b64decode(link.partition(",")[2]))


def calls(url: str, prompt: str) -> list[dict[str, Any]]:
    with urlopen(f"{url}/_fake/calls?prompt={quote(prompt)}") as answer:
        found: list[dict[str, Any]] = json.load(answer)["calls"]
    return found


def test_the_second_turn_returns_the_signature_of_the_first(url: str) -> None:
    model = chat(url, "gemini-3-pro-image", image_config={"aspect_ratio": "16:9"})
    first = model.invoke("a langchain apple")
    made = picture(first)
    assert (made.format, made.size) == ("JPEG", (1376, 768))
    second = model.invoke(
        [HumanMessage("a langchain apple"), first, HumanMessage("make langchain green")]
    )
    assert picture(second).size == (1376, 768)
    [call] = calls(url, "make langchain green")
    with urlopen(f"{url}/_fake/calls/{call['number']}") as answer:
        turns = json.load(answer)["body"]["contents"]
    assert [turn["role"] for turn in turns] == ["user", "model", "user"]
    assert "thoughtSignature" in turns[1]["parts"][0]


def test_a_withheld_picture_is_a_reason_without_content(url: str) -> None:
    message = chat(url).invoke("violence and gore")
    assert message.content == ""
    assert message.response_metadata["finish_reason"] == "IMAGE_SAFETY"


def test_an_error_has_the_words_of_the_service_and_one_call_if_asked(url: str) -> None:
    with pytest.raises(ServerError, match="experiencing high demand") as caught:
        chat(url, max_retries=1).invoke("langchain waits [[fake: error=503]]")
    assert caught.value.code == 503
    assert len(calls(url, "langchain waits*")) == 1
