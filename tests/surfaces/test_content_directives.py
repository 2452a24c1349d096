"""Outcomes of generateContent by force: by prompt, header and rule, whole and in a stream."""

import json
from http.client import IncompleteRead
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.contents import LITE, asked
from tests.http import Reply, call
from tests.sweep import sweep

PRO = "gemini-3-pro-image"
OUTCOMES = spec.read("content/outcomes.json")
GEMINI = "/v1beta/models/{}:generateContent"
VERTEX = "/v1/projects/p/locations/global/publishers/google/models/{}:generateContent"
PATHS = {"gemini": GEMINI, "vertex": VERTEX}
IMAGEN = "/v1beta/models/imagen-4.0-generate-001:predict"
HERE = [
    (kind, reason, surface)
    for kind, name in (("finish", "finishReasons"), ("block", "blockReasons"))
    for reason in OUTCOMES[name]["value"]
    for surface in PATHS
    if OUTCOMES["surfaces"]["value"].get(reason, surface) == surface and reason != "STOP"
]
ELSEWHERE = [
    (kind, reason, "vertex" if home == "gemini" else "gemini")
    for kind, name in (("finish", "finishReasons"), ("block", "blockReasons"))
    for reason, home in OUTCOMES["surfaces"]["value"].items()
    if reason in OUTCOMES[name]["value"]
]


def forced(
    url: str, directives: str, surface: str = "gemini", model: str = LITE, body: Any = None
) -> Reply:
    path = PATHS[surface].format(model)
    return call(url, path, body or asked(), **{"X-Imagen-Fake": directives})


def candidate(reply: Reply) -> Any:
    assert reply.status == 200
    (found,) = reply.json["candidates"]
    return found


def parts(reply: Reply) -> list[Any]:
    found: list[Any] = candidate(reply)["content"]["parts"]
    return found


@sweep(("kind", "reason", "surface"), HERE)
def test_every_reason_comes_by_force_without_a_picture(
    url: str, kind: str, reason: str, surface: str
) -> None:
    reply = forced(url, f"{kind}={reason}", surface)
    assert reply.status == 200
    if kind == "block":
        assert "candidates" not in reply.json
        assert reply.json["promptFeedback"]["blockReason"] == reason
        assert "candidatesTokenCount" not in reply.json["usageMetadata"]
    else:
        assert candidate(reply)["finishReason"] == reason
        assert "parts" not in candidate(reply).get("content", {})
        assert "candidatesTokensDetails" not in reply.json["usageMetadata"]


@sweep(("kind", "reason", "surface"), ELSEWHERE)
def test_a_reason_of_another_surface_is_refused(
    url: str, kind: str, reason: str, surface: str
) -> None:
    reply = forced(url, f"{kind}={reason}", surface)
    assert reply.status == 400
    assert f"{reason} is a reason on the surface" in reply.message


@pytest.mark.parametrize("surface", PATHS)
@pytest.mark.parametrize(
    ("form", "content"), [("empty", {}), ("none", None), ("role", {"role": "model"})]
)
def test_image_safety_has_each_content_that_was_seen(
    url: str, surface: str, form: str, content: Any
) -> None:
    found = candidate(forced(url, f"finish=IMAGE_SAFETY:{form}", surface))
    assert found.get("content") == content
    assert found["finishMessage"].startswith("Unable to show the generated image.")


def test_prohibited_content_ends_with_the_code_that_is_given(url: str) -> None:
    reply = forced(url, "finish=IMAGE_PROHIBITED_CONTENT codes=42876398", "vertex")
    assert candidate(reply)["finishMessage"].endswith("Support code: 42876398.")


@pytest.mark.parametrize("surface", PATHS)
def test_words_come_in_place_of_a_picture(url: str, surface: str) -> None:
    reply = forced(url, "parts=text", surface, body=asked(responseModalities=["IMAGE"]))
    (part,) = parts(reply)
    assert list(part) == ["text"]
    assert len(part["text"]) > 10
    assert candidate(reply)["finishReason"] == "STOP"
    details = reply.json["usageMetadata"].get("candidatesTokensDetails", [])
    assert "IMAGE" not in [detail["modality"] for detail in details]


@pytest.mark.parametrize(
    ("value", "keys"), [("image", ["inlineData"]), ("text,image", ["text", "inlineData"])]
)
def test_the_parts_are_those_that_are_forced(url: str, value: str, keys: list[str]) -> None:
    body = asked("a story about an apple")
    assert [next(iter(part)) for part in parts(forced(url, f"parts={value}", body=body))] == keys


@pytest.mark.parametrize("model", [PRO, "gemini-2.5-flash-image"])
def test_drafts_come_before_the_picture_that_comes_without_them(url: str, model: str) -> None:
    one = parts(call(url, GEMINI.format(model), asked(responseModalities=["IMAGE"])))
    reply = forced(url, "images=3", model=model, body=asked(responseModalities=["IMAGE"]))
    pictures = [part["inlineData"]["data"] for part in parts(reply)]
    assert len(set(pictures)) == len(pictures) == 3
    assert pictures[-1] == one[-1]["inlineData"]["data"]
    assert not any("thought" in part for part in parts(reply))
    (details,) = reply.json["usageMetadata"]["candidatesTokensDetails"]
    assert details["tokenCount"] in (3 * 1120, 3 * 1290)


def test_a_draft_that_comes_back_has_a_signature_of_its_own(url: str) -> None:
    reply = forced(url, "images=2", model=PRO)
    turns = [*asked()["contents"], candidate(reply)["content"], *asked("bluer")["contents"]]
    path = GEMINI.format(PRO)
    assert call(url, path, {"contents": turns}).status == 200
    first, second = parts(reply)[-2:]
    first["thoughtSignature"], second["thoughtSignature"] = (
        second["thoughtSignature"], first["thoughtSignature"],
    )  # fmt: skip
    assert (
        call(
            url, path, {"contents": [turns[0], {"role": "model", "parts": [first]}, turns[2]]}
        ).status
        == 400
    )


EVERYWHERE = ["finish=NO_IMAGE", "finish=IMAGE_OTHER", "block=SAFETY", "parts=text", "images=2"]


@sweep("directives", EVERYWHERE)
def test_prompt_header_and_rule_force_the_same(directives: str) -> None:
    path, bodies = GEMINI.format(LITE), []
    with serve_in_thread() as own:
        bodies += [call(own, path, asked(f"a red apple [fake: {directives}]")).body]
        bodies += [forced(own, directives).body]
        assert call(own, "/_fake/rules", {"directives": directives}).status < 300
        bodies += [call(own, path, asked()).body]
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.parametrize("directives", [*EVERYWHERE, "finish=IMAGE_SAFETY:none"])
def test_a_stream_ends_as_the_whole_answer_does(url: str, directives: str) -> None:
    path = GEMINI.format(LITE)
    whole = forced(url, directives).json
    header = {"X-Imagen-Fake": directives}
    chunks = call(url, path.replace("generate", "streamGenerate"), asked(), **header).json
    assert chunks[-1]["usageMetadata"] == whole["usageMetadata"]
    assert chunks[-1].get("promptFeedback") == whole.get("promptFeedback")
    ends = [answer.get("candidates", [{}])[0] for answer in (chunks[-1], whole)]
    for name in ("finishReason", "finishMessage"):
        assert ends[0].get(name) == ends[1].get(name)
    if "parts" not in ends[1].get("content", {}):
        assert len(chunks) == 1
        assert ends[0] == ends[1]


@pytest.mark.parametrize("directives", ["finish=NO_IMAGE", "block=OTHER", "parts=text", "images=2"])
def test_an_imagen_call_refuses_them(url: str, directives: str) -> None:
    body = {"instances": [{"prompt": "a red apple"}]}
    reply = call(url, IMAGEN, body, **{"X-Imagen-Fake": directives})
    assert reply.status == 400
    assert f"{directives} is for generateContent" in reply.message


@given(st.text("ABCDEFGHIJ_", min_size=1, max_size=20))  # no KEY: it would be hidden
def test_an_unknown_reason_is_refused_with_those_there_are(url: str, reason: str) -> None:
    if reason in (*OUTCOMES["finishReasons"]["value"], *OUTCOMES["blockReasons"]["value"]):
        return
    for kind, known in (("finish", "IMAGE_RECITATION"), ("block", "PROHIBITED_CONTENT")):
        reply = forced(url, f"{kind}={reason}")
        assert reply.status == 400
        assert known in reply.message


def test_the_journal_says_what_was_forced() -> None:
    state = State(Config())
    with serve_in_thread(state=state) as own:
        with pytest.raises(IncompleteRead):
            forced(own, "finish=IMAGE_SAFETY:role truncate=0chunks")
        found = json.loads(call(own, "/_fake/calls").body)
    (listed,) = found["calls"] if isinstance(found, dict) else found
    assert listed["directives"]["finish"] == "IMAGE_SAFETY:role"
    assert listed["directives"]["truncate"] == "0chunks"
