"""Recorded answers, asked again: keys and their order, kinds of parts, sizes, headers."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pybase64
import pytest
from PIL import Image

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.contract.cassettes.placeholder import decode_picture
from imagen_fake.imaging.files.codec import encode
from imagen_fake.testing.asgi import ask
from imagen_fake.testing.messages import Request, Response

FILE = Path(__file__).parents[2] / "cassettes" / "content" / "shapes.json"
ANSWERS = json.loads(FILE.read_text("utf-8"))["answers"]
WORDS = {
    "words": "a red apple",
    "tale": "Tell me a story about a fish, with an illustration.",
    "tale without": "Tell me a story about a fish, no image please.",
}
NOT_GIVEN = {"billablePromptUsage", "promptFeedback"}
"""A key that 2.0 alone had on Vertex AI, and one with nothing in it of 2.5 in 2025: left out."""

CONNECTION = {"date", "server-timing", "alt-svc", "transfer-encoding", "content-length"}


def named(answer: Any) -> str:
    return f"{answer['date']}-{answer['surface']}-{answer['model']}-{ANSWERS.index(answer)}"


def part_of(part: Any) -> Any:
    if isinstance(part, str):
        return {"text": WORDS[part]}
    mime_type = part["mimeType"]
    data = encode(Image.new("RGB", part["picture"], "navy"), mime_type)
    return {"inline_data": {"mime_type": mime_type, "data": pybase64.b64encode(data).decode()}}


def asked_again(answer: Any) -> Response:
    request, model = answer["request"], answer["model"]
    contents = [
        {**turn, "parts": [part_of(part) for part in turn["parts"]]} for turn in request["contents"]
    ]
    body = json.dumps({**request, "contents": contents}).encode()
    location = "us-central1" if "2.0" in model else "global"
    place = {
        "gemini": "v1beta/models",
        "vertex": f"v1beta1/projects/p/locations/{location}/publishers/google/models",
    }[answer["surface"]]
    app = create_app(Config(as_of=date.fromisoformat(answer["date"])))
    return ask(app, Request("POST", f"http://localhost/{place}/{model}:generateContent", (), body))


def keys(found: Any, verbatim: bool) -> list[str]:
    return list(found) if verbatim else sorted(found)


def shapes(parts: Any, verbatim: bool) -> list[Any]:
    """Kinds of parts, one of each: whether words come, and how often, no two calls have alike."""
    found = []
    for part in parts:
        if "inlineData" in part:
            picture = decode_picture(part["inlineData"]["data"])
            assert picture
            found.append((keys(part, verbatim), part["inlineData"]["mimeType"], picture[0].size))
    return found[:1]


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_an_answer_has_the_recorded_shape(answer: Any) -> None:
    recorded, verbatim = answer["response"], answer["verbatim"]
    reply = asked_again(answer)
    assert reply.status == 200, reply.body[:300]
    body = json.loads(reply.body)
    (candidate,) = body["candidates"]
    assert keys(body, verbatim) == [key for key in recorded["body"] if key not in NOT_GIVEN]
    assert keys(candidate, verbatim) == [
        key for key in recorded["candidate"] if key not in NOT_GIVEN
    ]
    assert keys(candidate["content"], verbatim) == recorded["content"]
    assert candidate["finishReason"] == recorded["finishReason"]
    ours = shapes(candidate["content"]["parts"], verbatim)
    theirs = [part for part in recorded["parts"] if "mimeType" in part][:1]
    assert [(one[0], one[1]) for one in ours] == [(one["keys"], one["mimeType"]) for one in theirs]
    for one, other in zip(ours, theirs, strict=True):
        free = "2.0" in answer["model"]
        assert max(one[2]) == 1024 if free else "size" not in other or [*one[2]] == other["size"]


@pytest.mark.parametrize("answer", ANSWERS, ids=named)
def test_usage_has_the_recorded_keys(answer: Any) -> None:
    recorded, verbatim = answer["response"], answer["verbatim"]
    usage = json.loads(asked_again(answer).body)["usageMetadata"]
    assert keys(usage, verbatim) == [key for key in recorded["usage"] if key not in NOT_GIVEN]
    assert [one["modality"] for one in usage["promptTokensDetails"]] == recorded["prompt"]
    drawn = {one["modality"] for one in usage.get("candidatesTokensDetails", ())}
    assert drawn - {"TEXT"} == {*recorded["drawn"]} - {"TEXT"}


@pytest.mark.parametrize(
    "answer", [answer for answer in ANSWERS if answer["response"]["headers"]], ids=named
)
def test_headers_come_in_the_recorded_order(answer: Any) -> None:
    recorded = [name for name in answer["response"]["headers"] if name not in CONNECTION]
    names = dict.fromkeys(name.decode() for name, _ in asked_again(answer).headers)
    ours = [name for name in names if name not in CONNECTION and name != "x-imagen-fake"]
    assert ours == recorded
