"""Turns, the pictures in them, signatures that come back."""

from typing import Any

import pybase64
import pytest

from imagen_fake import spec
from imagen_fake.content import signatures, turns
from imagen_fake.pipeline.errors import ApiError, status
from tests.contents import MODEL, content

SIGNER = signatures.issuer(MODEL, "gemini")
SIGNATURE = pybase64.b64encode(
    signatures.make(b"seed", pybase64.b64decode("iVBORw0KGgo="), SIGNER)
).decode()
PART = spec.task_schema("content")["$defs"]["Part"]["properties"]
PICTURE = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}


def user(*parts: Any) -> dict[str, Any]:
    return {"role": "user", "parts": [*parts]}


def model(*parts: Any) -> dict[str, Any]:
    return {"role": "model", "parts": [*parts]}


def refused(contents: Any, name: str = MODEL) -> Any:
    with pytest.raises(ApiError) as caught:
        content({"contents": contents}, name)
    return status(caught.value, spec.surface("gemini"))


@pytest.mark.parametrize("role", ["user", "USER", None])
def test_a_turn_without_role_is_the_users(role: str | None) -> None:
    call = content({"contents": [{"role": role, "parts": [{"text": "a"}]}]})
    assert call.instance["contents"] == [user({"text": "a"})]


def test_another_role_is_refused() -> None:
    text = "Please use a valid role: user, model."
    assert refused([{"role": "system", "parts": [{"text": "a"}]}])["message"] == text


def test_the_prompt_is_the_words_of_the_users_last_turn() -> None:
    contents = [user({"text": "first"}), model({"text": "no"}), user({"text": "a"}, {"text": "b"}),
                model({"text": "c"}), model({"text": "d"})]  # fmt: skip
    assert content({"contents": contents}).prompt == "a\nb"


def test_a_picture_of_the_model_must_bring_its_signature() -> None:
    contents = [user({"text": "a"}), model(PICTURE), user({"text": "b"})]
    assert refused(contents)["message"] == (
        "Image part is missing a thought_signature in content position 2, part position 1."
    )


@pytest.mark.parametrize("respell", [str, lambda text: text.replace("+", "-").replace("/", "_")])
def test_a_signature_comes_back_in_either_alphabet(respell: Any) -> None:
    part = {**PICTURE, "thoughtSignature": respell(SIGNATURE)}
    call = content({"contents": [user({"text": "a"}), model(part), user({"text": "b"})]})
    assert call.instance["contents"][1] == model(PICTURE)


def test_an_altered_signature_is_noticed() -> None:
    altered = ("A" if SIGNATURE[0] != "A" else "B") + SIGNATURE[1:]
    part = {**PICTURE, "thoughtSignature": altered}
    assert refused([model(part), user({"text": "b"})])["code"] == 400


@pytest.mark.parametrize("dummy", PART["thoughtSignature"]["x-dummies"]["value"])
def test_a_documented_dummy_is_taken_for_any_signature(dummy: str) -> None:
    part = {**PICTURE, "thoughtSignature": dummy}
    assert content({"contents": [model(part), user({"text": "b"})]}).prompt == "b"


def test_a_model_without_signatures_wants_none() -> None:
    contents = [model(PICTURE), user({"text": "b"})]
    assert content({"contents": contents}, "gemini-2.5-flash-image").prompt == "b"


@pytest.mark.parametrize(
    ("part", "start"),
    [
        ({"inlineData": {"mimeType": "png", "data": "aa"}}, "Unsupported MIME type: png"),
        ({"fileData": {"mimeType": "image/png", "fileUri": "https://x.test/a.png"}},
         "Invalid or unsupported file uri: https://x.test/a.png"),
        ({}, "* GenerateContentRequest.contents[0].parts[0].data: required oneof"),
        ({"inlineData": {"mimeType": "image/png"}}, "* GenerateContentRequest.contents[0]"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_used_is_refused(part: Any, start: str) -> None:
    assert refused([user(part)])["message"].startswith(start)


def test_an_empty_part_of_the_model_comes_back_as_it_went() -> None:
    contents = [model({"text": "a"}, {}), user({"text": "b"})]
    assert content({"contents": contents}).prompt == "b"


def test_more_pictures_than_the_model_takes_are_refused() -> None:
    found = spec.content_model(MODEL)
    assert found
    limit = found.facts["maxImages"]["value"]
    assert content({"contents": [user(*[PICTURE] * limit)]}).prompt == ""
    assert str(limit) in refused([user(*[PICTURE] * (limit + 1))])["message"]


def test_pictures_are_those_of_every_turn_in_order() -> None:
    contents = [user(PICTURE, {"text": "a"}), model({"text": "b"}), user({"text": "c"}, PICTURE)]
    assert [one[:2] for one in turns.pictures(contents)] == [(0, 0), (2, 1)]


def test_no_contents_and_no_parts_are_refused() -> None:
    assert (
        refused([])["message"] == "* GenerateContentRequest.contents: contents is not specified\n"
    )
    assert refused([{"role": "user"}])["message"] == (
        "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n"
    )
