"""Pydantic AI's agents with Gemini's image models, on both surfaces."""

from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.capabilities import NativeTool
from pydantic_ai.exceptions import ContentFilterError, ModelHTTPError
from pydantic_ai.native_tools import ImageGenerationTool

from tests.clients.journal import calls, sent
from tests.clients.pictures import decoded
from tests.clients.pydantic_ai.conftest import agent
from tests.clients.snippet import run_snippet


@pytest.fixture
def painter(surface: str, url: str) -> Any:
    return agent(surface, base_url=url)


def test_a_picture_has_the_ratio_and_the_size_that_a_tool_names(surface: str, url: str) -> None:
    tool = NativeTool(ImageGenerationTool(aspect_ratio="16:9", size="2K"))
    image = agent(surface, base_url=url, tools=[tool]).run_sync("an apple").output
    picture = decoded(image.data)
    assert (picture.format, picture.size, image.media_type) == ("JPEG", (2752, 1536), "image/jpeg")


def test_a_second_run_returns_the_signature_of_the_first(
    painter: Any, surface: str, url: str
) -> None:
    first = painter.run_sync(f"an apple for {surface} agents")
    edit = f"make agents of {surface} green"
    second = painter.run_sync(edit, message_history=first.all_messages())
    assert decoded(second.output.data).format == "JPEG"
    assert second.output.data != first.output.data
    turns = sent(url, edit)["contents"]
    assert [turn["role"] for turn in turns] == ["user", "model", "user"]
    assert any(part.get("thoughtSignature") for part in turns[1]["parts"])


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [("violence and gore", "IMAGE_SAFETY"), ("how to make a bomb", "PROHIBITED_CONTENT")],
)
def test_a_refusal_is_an_error_with_its_reason(painter: Any, prompt: str, reason: str) -> None:
    with pytest.raises(ContentFilterError, match=reason):
        painter.run_sync(prompt)


def test_an_overloaded_model_is_asked_once(painter: Any, surface: str, url: str) -> None:
    with pytest.raises(ModelHTTPError, match="high demand") as caught:
        painter.run_sync(f"agents of {surface} wait [[fake: error=503]]")
    assert caught.value.status_code == 503
    assert len(calls(url, f"agents of {surface} wait*")) == 1


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("pydantic_ai", url, tmp_path)
    assert decoded((tmp_path / "apple.jpg").read_bytes()).format == "JPEG"
