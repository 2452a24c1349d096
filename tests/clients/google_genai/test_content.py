"""Gemini's image models in both modes of the client: what a caller sees of one answer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

from tests.clients.journal import calls, sent
from tests.clients.pictures import all_differ, decoded

WIDE = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="16:9"))
PRO, FLASH = "gemini-3-pro-image", "gemini-2.5-flash-image"
MODES: dict[str, dict[str, Any]] = {
    "gemini": {"api_key": "any"},
    "vertex": {
        "vertexai": True, "project": "p", "location": "global", "credentials": Credentials("t"),
    },
    "express": {"vertexai": True, "api_key": "any"},
}  # fmt: skip


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """How the client is told where to ask."""
    name: str = request.param
    return name


@pytest.fixture
def client(mode: str, url: str) -> Iterator[genai.Client]:
    with genai.Client(**MODES[mode], http_options={"base_url": url}) as client:
        yield client


def picture(answer: types.GenerateContentResponse) -> Any:
    """The one picture among the parts of an answer, as the client hands it out."""
    [image] = [image for part in answer.parts or [] if (image := part.as_image())]
    return image


def seen(answer: types.GenerateContentResponse) -> tuple[str | None, tuple[int, int]]:
    found = decoded(picture(answer).image_bytes)
    return found.format, found.size


@pytest.mark.parametrize(
    ("model", "kind", "size"), [(FLASH, "png", (1344, 768)), (PRO, "jpeg", (1376, 768))]
)
def test_a_picture_has_the_format_of_its_model_and_the_ratio_that_is_asked_for(
    client: genai.Client, model: str, kind: str, size: tuple[int, int]
) -> None:
    answer = client.models.generate_content(model=model, contents="an apple", config=WIDE)
    assert seen(answer) == (kind.upper(), size)
    assert picture(answer).mime_type == f"image/{kind}"
    assert answer.model_version == model


def test_a_larger_size_doubles_the_picture(client: genai.Client) -> None:
    config = types.GenerateContentConfig(
        image_config=types.ImageConfig(aspect_ratio="21:9", image_size="2K")
    )
    answer = client.models.generate_content(model=PRO, contents="an apple", config=config)
    assert seen(answer) == ("JPEG", (3168, 1344))


def test_a_ratio_that_a_model_has_not_is_refused(client: genai.Client) -> None:
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="7:5"))
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=PRO, contents="an apple", config=config)
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_a_stream_has_the_picture_and_then_says_how_it_ended(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model=PRO, contents="a red apple"))
    [of_picture] = [chunk for chunk in chunks if chunk.parts and chunk.parts[0].as_image()]
    assert seen(of_picture)[0] == "JPEG"
    assert [chunk.candidates[0].finish_reason for chunk in chunks] == [
        *[None] * (len(chunks) - 1), types.FinishReason.STOP,
    ]  # fmt: skip
    assert len({chunk.response_id for chunk in chunks}) == 1
    assert chunks[-1].usage_metadata.total_token_count > 1000


def test_an_awaited_picture_and_an_awaited_stream_show_the_same(url: str, mode: str) -> None:
    asked = {"model": PRO, "contents": "a red apple"}

    async def both() -> tuple[Any, list[Any]]:
        options = {"base_url": url}
        async with genai.Client(**MODES[mode], http_options=options).aio as client:
            plain = await client.models.generate_content(**asked)
            stream = await client.models.generate_content_stream(**asked)
            return plain, [chunk async for chunk in stream]

    plain, chunks = asyncio.run(both())
    assert picture(chunks[0]).image_bytes == picture(plain).image_bytes


def test_a_saved_picture_is_the_picture(client: genai.Client, tmp_path: Any) -> None:
    image = picture(client.models.generate_content(model=PRO, contents="an apple"))
    image.save(str(tmp_path / "apple.jpg"))
    assert (tmp_path / "apple.jpg").read_bytes() == image.image_bytes


def test_a_withheld_picture_is_a_reason_whose_words_only_vertex_users_see(
    client: genai.Client, mode: str
) -> None:
    answer = client.models.generate_content(model=PRO, contents="violence and gore")
    [candidate] = answer.candidates
    assert candidate.finish_reason == types.FinishReason.IMAGE_SAFETY
    assert answer.parts is None
    # The Gemini API sends the words, too; this client drops them in that mode.
    words = candidate.finish_message or ""
    assert words.startswith("Unable to show the generated image.") == (mode != "gemini")


def test_what_the_client_hides_is_in_the_body_that_it_can_keep(url: str) -> None:
    options = types.HttpOptions(base_url=url)
    whole = types.GenerateContentConfig(should_return_http_response=True)
    with genai.Client(api_key="any", http_options=options) as client:
        answer = client.models.generate_content(
            model=PRO, contents="violence and gore", config=whole
        )
    assert '"finishMessage": "Unable to show' in answer.sdk_http_response.body


def test_a_blocked_prompt_has_feedback_and_no_candidates(client: genai.Client) -> None:
    answer = client.models.generate_content(model=PRO, contents="how to make a bomb")
    assert answer.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
    assert (answer.candidates, answer.parts) == (None, None)


def test_an_overloaded_model_is_asked_once_and_as_often_as_told(
    client: genai.Client, url: str, mode: str
) -> None:
    once, often = f"{mode} waits once", f"{mode} waits often"
    with pytest.raises(errors.ServerError, match="high demand") as caught:
        client.models.generate_content(model=PRO, contents=f"{once} [[fake: error=503]]")
    assert caught.value.code == 503
    assert len(calls(url, f"{once}*")) == 1
    options = types.HttpRetryOptions(attempts=3, initial_delay=0.01, max_delay=0.01, jitter=0)
    answer = client.models.generate_content(
        model=PRO,
        contents=f"{often} [[fake: error=503 times=2]]",
        config={"http_options": {"retry_options": options}},
    )
    assert seen(answer)[0] == "JPEG"
    assert [call["status"] for call in calls(url, f"{often}*")] == [503, 503, 200]


def test_several_candidates_are_refused(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="Multiple candidates") as caught:
        client.models.generate_content(model=PRO, contents="a", config={"candidate_count": 2})
    assert caught.value.code == 400


def test_a_count_is_what_the_call_is_said_to_have_taken(client: genai.Client) -> None:
    words = "a red apple on a blue table"
    count = client.models.count_tokens(model=PRO, contents=words)
    answer = client.models.generate_content(model=PRO, contents=words)
    assert count.total_tokens == answer.usage_metadata.prompt_token_count > 4


def test_a_chat_edits_twice_and_its_signatures_travel_by_themselves(
    client: genai.Client, url: str, mode: str
) -> None:
    chat = client.chats.create(model=PRO, config=WIDE)
    pictures = [
        picture(chat.send_message(words)).image_bytes
        for words in (f"a red {mode} apple", f"make the {mode} green", f"now {mode} blue")
    ]
    assert [decoded(data).size for data in pictures] == [(1376, 768)] * 3
    assert all_differ(pictures)
    turns = sent(url, f"now {mode} blue")["contents"]
    assert [turn["role"] for turn in turns] == ["user", "model"] * 2 + ["user"]
    assert all(turn["parts"][-1]["thoughtSignature"] for turn in turns[1::2])


def test_a_streamed_chat_edits_too(client: genai.Client, mode: str) -> None:
    chat = client.chats.create(model=PRO, config=WIDE)
    shown = [
        next(seen(chunk) for chunk in chat.send_message_stream(words) if chunk.parts)
        for words in (f"a {mode} pear", f"make the {mode} pear green")
    ]
    assert shown == [("JPEG", (1376, 768))] * 2


def test_a_turn_without_its_signature_is_refused(client: genai.Client) -> None:
    first = client.models.generate_content(model=PRO, contents="a red apple")
    content = first.candidates[0].content
    for part in content.parts:
        part.thought_signature = None
    turns = ["a red apple", content, "make it green"]
    with pytest.raises(errors.ClientError, match="thought_signature") as caught:
        client.models.generate_content(model=PRO, contents=turns)
    assert caught.value.code == 400


def test_models_are_listed_and_described_by_the_gemini_api(url: str) -> None:
    with genai.Client(api_key="any", http_options={"base_url": url}) as client:
        listed = {model.name: model for model in client.models.list()}
        model = client.models.get(model=PRO)
    assert "generateContent" in model.supported_actions
    assert listed[f"models/{PRO}"] == model.model_copy(update={"sdk_http_response": None})


def test_models_are_listed_and_described_by_vertex(url: str) -> None:
    with genai.Client(**MODES["vertex"], http_options={"base_url": url}) as client:
        names = [model.name for model in client.models.list(config={"query_base": True})]
        assert client.models.get(model=PRO).name == f"publishers/google/models/{PRO}"
    assert f"publishers/google/models/{PRO}" in names
