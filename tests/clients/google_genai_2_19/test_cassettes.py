"""What the client makes of every answer that was observed on the Gemini API."""

from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors

from tests.clients.cassettes import Cassette, cassettes
from tests.clients.pictures import decoded

PLAYED = [one for one in cassettes("gemini") if one.uri.endswith(":predict")]
ANSWERS = [one for one in PLAYED if one.status == 200]
SIZED = [one for one in ANSWERS if one.sizes]
REFUSALS = [one for one in PLAYED if one.status != 200]


@pytest.fixture
def client() -> Iterator[genai.Client]:
    with genai.Client(api_key="any", http_options={"api_version": "v1beta"}) as client:
        yield client


def asked(client: genai.Client, cassette: Cassette) -> Any:
    with cassette.playing():
        return client.models.generate_images(model=cassette.model, prompt="any")


def files(answer: Any) -> list[bytes]:
    images = [one.image for one in answer.generated_images if one.image]
    return [image.image_bytes for image in images if image.image_bytes]


@pytest.mark.parametrize("cassette", ANSWERS, ids=lambda one: one.name)
def test_every_picture_and_reason_is_taken_out_of_an_answer(
    client: genai.Client, cassette: Cassette
) -> None:
    answer = asked(client, cassette)
    reasons = [one.rai_filtered_reason for one in answer.generated_images]
    assert files(answer) == cassette.files
    assert [one for one in reasons if one] == cassette.told("raiFilteredReason")


@pytest.mark.parametrize("cassette", SIZED, ids=lambda one: one.name)
def test_every_picture_has_the_size_that_was_observed(
    client: genai.Client, cassette: Cassette
) -> None:
    assert [decoded(data).size for data in files(asked(client, cassette))] == cassette.sizes


@pytest.mark.parametrize("cassette", REFUSALS, ids=lambda one: one.name)
def test_every_refusal_is_the_clients_exception(client: genai.Client, cassette: Cassette) -> None:
    with pytest.raises(errors.APIError) as caught:
        asked(client, cassette)
    assert caught.value.code == cassette.status


def test_the_models_are_those_that_were_listed(client: genai.Client) -> None:
    (cassette,) = [one for one in cassettes("gemini") if one.name == "gemini/list-models"]
    with cassette.playing():
        models = list(client.models.list())
    assert [model.name for model in models] == [one["name"] for one in cassette.answer["models"]]
    assert [model.display_name for model in models] == [
        one["displayName"] for one in cassette.answer["models"]
    ]
