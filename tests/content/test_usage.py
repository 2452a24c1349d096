"""Tokens whose sums hold."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.content.usage import blocked_usage, prompt_usage, refused_usage, usage
from tests.contents import LITE, MODEL, asked, content
from tests.sweep import sweep

PICTURE = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}


def details(found: Any, name: str) -> dict[str, int]:
    return {one["modality"]: one["tokenCount"] for one in found.get(name, ())}


@sweep("surface", ["gemini", "vertex"])
@sweep("model", list(spec.content_model_ids()))
@settings(max_examples=25)  # of each model on each surface
@given(texts=st.lists(st.text(max_size=9), max_size=2), pictures=st.integers(0, 2))
def test_the_sums_hold(surface: str, model: str, texts: list[str], pictures: int) -> None:
    found = usage(content(asked("a siamese cat"), model, surface), texts, pictures)
    parts = ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
    assert found["totalTokenCount"] == sum(found.get(part, 0) for part in parts)
    assert found["promptTokenCount"] == sum(details(found, "promptTokensDetails").values())
    drawn = sum(details(found, "candidatesTokensDetails").values())
    assert found.get("candidatesTokenCount", 0) >= drawn
    if surface == "vertex":
        assert found.get("candidatesTokenCount", 0) == drawn
    order = spec.content_surface(surface)["usage"]["order"]
    assert list(found) == [name for name in order if name in found]


def test_a_picture_takes_the_recorded_tokens() -> None:
    assert details(usage(content(asked(), LITE), (), 1), "candidatesTokensDetails") == {
        "IMAGE": 1120
    }
    old = content(asked(), "gemini-2.0-flash-exp", "vertex")
    assert details(usage(old, (), 1), "candidatesTokensDetails") == {"IMAGE": 258}
    large = content(asked(imageConfig={"imageSize": "4K"}), "gemini-3-pro-image")
    assert details(usage(large, (), 1), "candidatesTokensDetails") == {"IMAGE": 2000}


def test_pictures_come_before_words_where_the_model_lists_them_so() -> None:
    body = {"contents": [{"parts": [{"text": "a"}, PICTURE]}]}
    modalities = {
        model: list(details(usage(content(body, model)), "promptTokensDetails"))
        for model in (LITE, "gemini-2.5-flash-image")
    }
    assert modalities == {LITE: ["IMAGE", "TEXT"], "gemini-2.5-flash-image": ["TEXT", "IMAGE"]}


def test_a_role_costs_a_token_on_the_gemini_api_alone() -> None:
    counts = [
        usage(content(asked("a red apple"), MODEL, surface))["promptTokenCount"]
        for surface in ("gemini", "vertex")
    ]
    assert counts == [4, 3]


def test_instructions_count_too() -> None:
    body = {**asked("a"), "systemInstruction": {"parts": [{"text": "one two three"}]}}
    assert usage(content(body))["promptTokenCount"] == 5


def test_thoughts_go_by_the_level() -> None:
    counts = {
        level: usage(content(asked(thinkingConfig={"thinkingLevel": level})), (), 1)
        for level in ("MINIMAL", "HIGH")
    }
    assert "thoughtsTokenCount" not in counts["MINIMAL"]
    assert counts["HIGH"]["thoughtsTokenCount"] >= 400


def test_of_a_blocked_prompt_nothing_but_the_prompt_counts() -> None:
    found = blocked_usage(content(asked("a"), MODEL, "vertex"))
    assert found == {
        "promptTokenCount": 1, "totalTokenCount": 1, "trafficType": "ON_DEMAND",
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1}],
    }  # fmt: skip


def test_the_tier_that_is_asked_for_is_named() -> None:
    found = usage(content({**asked(), "serviceTier": "FLEX"}), (), 1)
    assert (list(found)[-1], found["serviceTier"]) == ("serviceTier", "flex")


def test_a_refusal_was_thought_about_which_counts_once() -> None:
    call = content(asked("a fox"))
    found = refused_usage(call)
    thoughts = found["thoughtsTokenCount"]
    assert thoughts
    assert found["candidatesTokenCount"] == thoughts
    assert found["totalTokenCount"] == found["promptTokenCount"] + thoughts


def test_a_refusal_has_no_tokens_of_candidates_on_vertex() -> None:
    found = refused_usage(content(asked("a fox"), surface="vertex"))
    assert "candidatesTokenCount" not in found
    assert found["totalTokenCount"] == found["promptTokenCount"] + found["thoughtsTokenCount"]


def test_a_document_and_videos_count_in_modalities_of_their_own() -> None:
    body = asked("a fox")
    types = ("application/pdf", "video/mp4", "video/webm")
    alone = prompt_usage(content(body))["promptTokenCount"]
    body["contents"][0]["parts"] += [
        {"inlineData": {"mimeType": kind, "data": "JVBERi0xLjQK"}} for kind in types
    ]
    usage = prompt_usage(content(body))
    found = details(usage, "promptTokensDetails")
    assert [*found] == ["TEXT", "DOCUMENT", "VIDEO"]
    assert found["VIDEO"] == 2 * found["DOCUMENT"] > 0
    assert usage["promptTokenCount"] == alone + found["DOCUMENT"] + found["VIDEO"]
