"""LangChain's five classes, all of them on top of the vertexai client."""

import base64
from pathlib import Path

import pytest
import vertexai
from google.auth.credentials import AnonymousCredentials
from langchain_core.messages import AIMessage, HumanMessage
from langchain_google_vertexai.vision_models import (
    VertexAIImageCaptioning,
    VertexAIImageCaptioningChat,
    VertexAIImageEditorChat,
    VertexAIImageGeneratorChat,
    VertexAIVisualQnAChat,
)

from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet


@pytest.fixture(scope="session", autouse=True)
def _session(url: str) -> None:
    vertexai.init(
        project="p", location="us-central1", api_endpoint=url, api_transport="rest",
        credentials=AnonymousCredentials(),
    )  # fmt: skip


def shown(message: AIMessage) -> str:
    """The data URL of the picture in a message."""
    [content] = message.content
    link: str = content["image_url"]["url"]
    return link


def size(message: AIMessage) -> tuple[int, int]:
    return decoded(base64.b64decode(shown(message).partition(",")[2])).size


@pytest.fixture(scope="module")
def apple() -> str:
    """A picture of the fake, as a data URL."""
    model = VertexAIImageGeneratorChat(model_name="imagen-3.0-generate-002")
    return shown(model.invoke([HumanMessage("a red apple")]))


def picture(link: str) -> dict[str, object]:
    return {"type": "image_url", "image_url": {"url": link}}


def test_a_picture_is_generated(apple: str) -> None:
    assert decoded(base64.b64decode(apple.partition(",")[2])).size == (1024, 1024)


def test_a_picture_is_edited_without_a_mask(apple: str) -> None:
    model = VertexAIImageEditorChat(model_name="imagegeneration@002")
    asked = HumanMessage([picture(apple), "as a watercolour"])
    assert size(model.invoke([asked])) == (1024, 1024)


def test_a_picture_is_captioned(apple: str) -> None:
    assert "red apple" in VertexAIImageCaptioning().invoke(apple)


def test_a_picture_is_captioned_in_a_chat(apple: str) -> None:
    message = VertexAIImageCaptioningChat().invoke([HumanMessage([picture(apple)])])
    assert "red apple" in str(message.content)


def test_a_question_about_a_picture_is_answered(apple: str) -> None:
    asked = HumanMessage([picture(apple), "how big is the picture?"])
    assert "1024" in str(VertexAIVisualQnAChat().invoke([asked]).content)


def test_the_documented_snippet_gets_a_picture(
    url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run_snippet("langchain", url, tmp_path)
    assert "data:image/png;base64," in capfd.readouterr().out
