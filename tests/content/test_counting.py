"""countTokens: the count that usageMetadata of the call would have."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from imagen_fake import transport
from imagen_fake.state.state import State
from tests.contents import LITE, MODEL, asked
from tests.pictures import file_of, gradient

PLACES = {
    "gemini": "https://generativelanguage.googleapis.com/v1beta/models/",
    "vertex": (
        "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/"
    ),
}
INSTRUCTION = {"systemInstruction": {"parts": [{"text": "Only in blue."}]}}


def post(surface: str, method: str, body: Any, model: str = MODEL) -> httpx.Response:
    with httpx.Client(transport=transport()) as client:
        return client.post(f"{PLACES[surface]}{model}:{method}", json=body)


def pictured() -> Any:
    body = asked("make it snow")
    data = {"mimeType": "image/png", "data": b64encode(file_of(gradient((64, 64)))).decode()}
    body["contents"][0]["parts"].append({"inlineData": data})
    return body


@pytest.mark.parametrize("model", [MODEL, LITE])
@pytest.mark.parametrize("surface", PLACES)
def test_the_count_is_that_of_the_calls_usage(surface: str, model: str) -> None:
    counted = post(surface, "countTokens", pictured(), model).json()
    usage = post(surface, "generateContent", pictured(), model).json()["usageMetadata"]
    assert counted["totalTokens"] == usage["promptTokenCount"]
    assert counted["promptTokensDetails"] == usage["promptTokensDetails"]


def test_vertex_tells_billable_characters_too_in_its_order() -> None:
    answer = post("vertex", "countTokens", {**asked("a red fox"), **INSTRUCTION}).json()
    assert [*answer] == ["totalTokens", "totalBillableCharacters", "promptTokensDetails"]
    assert answer["totalBillableCharacters"] == len("aredfox" + "Onlyinblue.")


@pytest.mark.parametrize("name", ["generateContentRequest", "generate_content_request"])
def test_gemini_counts_a_whole_request_with_its_instruction(name: str) -> None:
    whole = {"model": f"models/{MODEL}", **asked(), **INSTRUCTION}
    alone = post("gemini", "countTokens", asked()).json()["totalTokens"]
    counted = post("gemini", "countTokens", {name: whole}).json()["totalTokens"]
    instruction = post("gemini", "countTokens", asked("Only in blue.")).json()["totalTokens"]
    assert counted == alone + instruction - 1  # the role of a turn is a token


@pytest.mark.parametrize(
    ("surface", "body", "told"),
    [
        ("gemini", {**asked(), **INSTRUCTION}, 'Unknown name "systemInstruction"'),
        ("vertex", {"generateContentRequest": asked()}, 'Unknown name "generateContentRequest"'),
        (
            "gemini",
            {"generateContentRequest": {"contents": [{"parts": [{"texts": "a"}]}]}},
            "at 'generate_content_request.contents[0].parts[0]'",
        ),
        ("gemini", {}, "contents is not specified"),
        ("vertex", {"contents": []}, "contents"),
    ],
)
def test_a_request_that_is_none_is_refused(surface: str, body: Any, told: str) -> None:
    reply = post(surface, "countTokens", body)
    assert (reply.status_code, told in reply.json()["error"]["message"]) == (400, True)


def test_a_prompt_too_long_for_a_call_is_counted_all_the_same() -> None:
    body = asked("fox " * 200_000)
    assert post("gemini", "generateContent", body).status_code == 400
    assert post("gemini", "countTokens", body).json()["totalTokens"] > 150_000


def test_what_the_filter_would_refuse_is_counted() -> None:
    body = asked("a bloody corpse torn apart, gore")
    assert "promptFeedback" in post("gemini", "generateContent", body).json()
    assert post("gemini", "countTokens", body).json()["totalTokens"] > 1


@pytest.mark.parametrize("surface", PLACES)
def test_a_model_of_imagen_is_missed(surface: str) -> None:
    reply = post(surface, "countTokens", asked(), "imagen-4.0-generate-001")
    assert (reply.status_code, reply.json()["error"]["status"]) == (404, "NOT_FOUND")


def test_directives_and_the_journal_know_it() -> None:
    state = State()
    with httpx.Client(transport=transport(state=state)) as client:
        url = f"{PLACES['gemini']}{MODEL}:countTokens"
        reply = client.post(url, json=asked(), headers={"x-imagen-fake": "error=UNAVAILABLE"})
        client.post(url, json=asked())
    assert (reply.status_code, reply.json()["error"]["status"]) == (503, "UNAVAILABLE")
    [refused, answered] = state.journal
    assert (refused.status, refused.directives["error"][0]) == (503, "unavailable")
    assert (answered.model, answered.prompt) == (MODEL, "a red apple")
    assert answered.answer["totalTokens"] > 1
