"""LangChain's chat model with Gemini's image models."""

import base64
from pathlib import Path
from typing import Any

import pytest
from google.genai.errors import ServerError
from langchain_core.messages import AIMessage, HumanMessage
from langchain_google_genai import ChatGoogleGenerativeAI, Modality
from PIL import Image

from tests.clients.journal import calls, sent
from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet


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


def test_the_second_turn_returns_the_signature_of_the_first(url: str) -> None:
    model = chat(url, "gemini-3-pro-image", image_config={"aspect_ratio": "16:9"})
    first = model.invoke("a langchain apple")
    made = picture(first)
    assert (made.format, made.size) == ("JPEG", (1376, 768))
    second = model.invoke(
        [HumanMessage("a langchain apple"), first, HumanMessage("make langchain green")]
    )
    assert picture(second).size == (1376, 768)
    turns = sent(url, "make langchain green")["contents"]
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


def test_an_overloaded_model_is_asked_as_often_as_told_and_six_times_untold(url: str) -> None:
    # Six requests were counted in 33 s: too long a test.
    assert chat(url).max_retries == 6
    with pytest.raises(ServerError, match="experiencing high demand"):
        chat(url, max_retries=2).invoke("langchain asks again [[fake: error=503]]")
    assert len(calls(url, "langchain asks again*")) == 2


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("langchain_content", url, tmp_path)
    assert decoded((tmp_path / "apple.jpg").read_bytes()).format == "JPEG"
