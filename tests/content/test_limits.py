"""maxOutputTokens and stopSequences."""

import json
from typing import Any

import pytest

from imagen_fake.content.answer import respond
from imagen_fake.predict import draw
from tests.contents import LITE, asked, content

TALE = "Tell me a story about a fish."
MODEL = "gemini-3.1-flash-image"
"""It thinks nothing where no level is asked for."""


def answered(body: Any, model: str = MODEL, surface: str = "gemini") -> Any:
    return json.loads(draw(content(body, model, surface), respond).body)


def kinds(answer: Any) -> list[str]:
    parts = answer["candidates"][0]["content"].get("parts", [])
    return [name for part in parts for name in ("text", "inlineData") if name in part]


def ending(answer: Any) -> str:
    return str(answer["candidates"][0]["finishReason"])


@pytest.mark.parametrize("surface", ["gemini", "vertex"])
def test_a_picture_is_made_of_enough_tokens_alone(surface: str) -> None:
    enough = answered(asked(), surface=surface)["usageMetadata"]["candidatesTokenCount"]
    given = answered(asked(maxOutputTokens=enough + 200), surface=surface)
    assert (kinds(given), ending(given)) == (["inlineData"], "STOP")
    cut = answered(asked(maxOutputTokens=1000), surface=surface)
    assert (kinds(cut), ending(cut)) == ([], "MAX_TOKENS")
    assert cut["candidates"][0]["content"] == {"role": "model"}
    assert "candidatesTokenCount" not in cut["usageMetadata"]


def test_words_end_where_the_tokens_do() -> None:
    whole = answered(asked(TALE, responseModalities=["TEXT"]))
    cut = answered(asked(TALE, responseModalities=["TEXT"], maxOutputTokens=9))
    [text], [begun] = (
        [part["text"] for part in one["candidates"][0]["content"]["parts"]] for one in (whole, cut)
    )
    assert text.startswith(begun)
    assert len(begun) < len(text)
    assert 0 < cut["usageMetadata"]["candidatesTokenCount"] <= 9
    assert (ending(whole), ending(cut)) == ("STOP", "MAX_TOKENS")


def test_thoughts_use_up_the_tokens_first() -> None:
    thinking = {"thinkingLevel": "HIGH"}
    usage = answered(asked(thinkingConfig=thinking, maxOutputTokens=300))["usageMetadata"]
    assert usage["thoughtsTokenCount"] == 300
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + 300


def test_a_stop_sequence_ends_words_and_picture() -> None:
    body = asked(TALE, responseModalities=["TEXT", "IMAGE"])
    whole = answered(body, LITE)
    assert kinds(whole) == ["text", "inlineData"]
    text = whole["candidates"][0]["content"]["parts"][0]["text"]
    third = text.split()[2]
    stopped = answered(
        asked(TALE, responseModalities=["TEXT", "IMAGE"], stopSequences=[third]), LITE
    )
    assert (kinds(stopped), ending(stopped)) == (["text"], "STOP")
    assert stopped["candidates"][0]["content"]["parts"] == [{"text": text.partition(third)[0]}]
