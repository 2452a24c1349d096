"""An answer in chunks."""

import json
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.content.answer import Reply, respond
from imagen_fake.content.chunks import bodies, event_stream, json_array, refusal_in_array
from imagen_fake.content.outcomes import Finish
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import draw
from tests.contents import LITE, MODEL, asked, content
from tests.sweep import sweep

SCHEMA = jsonschema_rs.Draft202012Validator(spec.read("content/response.json"))
ON = [
    (model, surface)
    for model in spec.content_model_ids()
    for surface in ("gemini", "vertex")
    if (facts := spec.content_model(model)) and facts.life_cycle(surface)
]
STORY = asked("Generate a story about an axolotl.", responseModalities=["TEXT", "IMAGE"])
TWO, MIDDLE = "gemini-2.0-flash-preview-image-generation", "gemini-2.5-flash-image"


def streamed(body: Any, model: str = MODEL, surface: str = "gemini") -> list[Any]:
    answer = draw(
        content(body, model, surface), lambda call, found: respond(call, found, event_stream())
    )
    return [json.loads(event.removeprefix(b"data: ")) for event in events(answer)]


def events(answer: Answer) -> list[bytes]:
    body, found = answer.body, []
    for size in answer.chunks:
        found.append(body[:size])
        body = body[size:]
    assert body == b""
    assert all(event.endswith(b"}\r\n\r\n") for event in found)
    return found


def whole(body: Any, model: str = MODEL, surface: str = "gemini") -> Any:
    return json.loads(draw(content(body, model, surface), respond).body)


def parts(chunk: Any) -> list[Any]:
    found: list[Any] = chunk["candidates"][0]["content"].get("parts", [])
    return found


def put_together(chunks: list[Any]) -> list[Any]:
    """The parts of a stream, texts that follow one another joined."""
    found: list[Any] = []
    for part in (part for chunk in chunks for part in parts(chunk)):
        if "text" in part and found and "text" in found[-1]:
            found[-1] = {**part, **found[-1], "text": found[-1]["text"] + part["text"]}
        elif part != {"text": ""}:
            found.append(part)
    return found


@sweep(("model", "surface"), ON)
def test_chunks_put_together_are_the_whole_answer(model: str, surface: str) -> None:
    chunks, one = streamed(STORY, model, surface), whole(STORY, model, surface)
    assert put_together(chunks) == parts(one)
    assert chunks[-1]["usageMetadata"] == one["usageMetadata"]
    assert {chunk["responseId"] for chunk in chunks} == {one["responseId"]}
    assert all(list(chunk) == list(one) for chunk in chunks)
    SCHEMA.validate({**chunks[-1], "candidates": one["candidates"]})


@sweep(("model", "surface"), ON)
def test_words_come_first_then_the_picture_then_how_it_ends(model: str, surface: str) -> None:
    *texts, picture, last = streamed(STORY, model, surface)
    assert len(texts) > 1
    assert all("text" in part for chunk in texts for part in parts(chunk))
    (part,) = parts(picture)
    assert "inlineData" in part
    assert [chunk["candidates"][0].get("finishReason") for chunk in (*texts, picture)] == [None] * (
        len(texts) + 1
    )
    assert last["candidates"][0]["finishReason"] == "STOP"


@pytest.mark.parametrize(
    ("model", "surface", "content"),
    [
        (TWO, "gemini", {"role": "model"}),
        (TWO, "vertex", {"role": "model", "parts": [{"text": ""}]}),
        (MIDDLE, "gemini", {"parts": [{"text": ""}], "role": "model"}),
    ],
)
def test_the_last_chunk_is_the_recorded_one(model: str, surface: str, content: Any) -> None:
    assert streamed(STORY, model, surface)[-1]["candidates"][0]["content"] == content


def test_counts_grow_from_chunk_to_chunk_on_the_gemini_api() -> None:
    chunks = streamed(STORY, MIDDLE)
    counts = [chunk["usageMetadata"] for chunk in chunks]
    assert all(
        one["totalTokenCount"] == one["promptTokenCount"] + one["candidatesTokenCount"]
        for one in counts
    )
    candidates = [one["candidatesTokenCount"] for one in counts]
    assert candidates == sorted(candidates)
    assert candidates[-2] == candidates[-1] > candidates[-3] + 1200
    assert ["candidatesTokensDetails" in one for one in counts] == [
        *[False] * (len(chunks) - 2), True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "first"),
    [
        (TWO, {"billablePromptUsage": {"textCount": 29}, "trafficType": "ON_DEMAND"}),
        (LITE, {"trafficType": "ON_DEMAND"}),
    ],
)
def test_only_the_last_chunk_counts_on_vertex(model: str, first: Any) -> None:
    counts = [chunk["usageMetadata"] for chunk in streamed(STORY, model, "vertex")]
    assert counts[0] == first
    assert counts[1:-1] == [{"trafficType": "ON_DEMAND"}] * (len(counts) - 2)
    assert counts[-1]["totalTokenCount"] > 0


def test_without_alt_sse_it_is_an_array_of_the_same_chunks() -> None:
    call = content(STORY, MIDDLE)
    answer = draw(call, lambda call, found: respond(call, found, json_array()))
    assert json.loads(answer.body) == streamed(STORY, MIDDLE)
    assert sum(answer.chunks) == len(answer.body)
    assert len(answer.chunks) == len(json.loads(answer.body))
    assert answer.body.startswith(b'[{\n  "candidates"')


def test_a_refusal_is_the_only_element_of_an_array() -> None:
    refusal = refusal_in_array(Answer(400, b'{"error": {}}\n'))
    assert json.loads(refusal.body) == [{"error": {}}]


@given(st.text(" ab\n", max_size=60))
def test_no_letter_is_lost_between_chunks(words: str) -> None:
    part, end = {"text": words}, Reply((), Finish("STOP"), {})
    call = content(asked())
    chunks = bodies(call, replace(end, parts=[part]))
    assert "".join(part["text"] for chunk in chunks for part in parts(chunk)) == words


@pytest.mark.parametrize("surface", ["gemini", "vertex"])
def test_thoughts_come_in_one_chunk_and_are_no_words_of_the_candidate(surface: str) -> None:
    thinking = asked("a red apple", thinkingConfig={"includeThoughts": True})
    chunks = streamed(thinking, surface=surface)
    parts = [part for one in chunks for part in one["candidates"][0]["content"]["parts"]]
    assert [part.get("thought", False) for part in parts] == [True, False, False]
    whole_usage = whole(thinking, surface=surface)["usageMetadata"]
    assert chunks[-1]["usageMetadata"] == whole_usage
    assert "candidatesTokenCount" not in chunks[0]["usageMetadata"]
