"""OpenAI's client against AI/ML API's path, in both spellings."""

import base64
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet

MODEL = "imagen-3.0-generate-002"


@pytest.fixture
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(api_key="any", base_url=f"{url}/v1", max_retries=0) as client:
        yield client


def test_pictures_come_in_base64_where_that_is_asked(client: OpenAI) -> None:
    answer = client.images.generate(
        model=MODEL, prompt="an apple", n=2, size="1024x1536", response_format="b64_json"
    )
    assert [decoded(base64.b64decode(one.b64_json)).size for one in answer.data] == [
        (896, 1280)
    ] * 2


def test_a_link_leads_to_the_picture(client: OpenAI) -> None:
    answer = client.images.generate(model=MODEL, prompt="an apple", output_format="jpeg")
    [one] = answer.data
    picture = decoded(client._client.get(one.url).content)
    assert (picture.format, picture.size) == ("JPEG", (1024, 1024))


def test_the_resellers_own_fields_go_through(client: OpenAI) -> None:
    own = {"num_images": 2, "aspect_ratio": "16:9", "convert_base64_to_url": False}
    answer = client.images.generate(model=MODEL, prompt="an apple", extra_body=own)
    assert [decoded(base64.b64decode(one.b64_json)).size for one in answer.data] == [
        (1408, 768)
    ] * 2


def test_what_is_wrong_is_named(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model=MODEL, prompt="an apple", n=9)
    assert caught.value.param == "n"


def test_an_unknown_model_is_a_404(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.images.generate(model="dall-e-3", prompt="an apple", n=1)


def test_a_model_that_ai_ml_api_does_not_sell_is_a_400_in_its_words(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Invalid enum value"):
        client.images.generate(model="dall-e-3", prompt="an apple")


def test_the_models_are_listed(client: OpenAI) -> None:
    assert MODEL in [model.id for model in client.models.list()]


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("openai", url, tmp_path)
    assert decoded((tmp_path / "apple.png").read_bytes()).size == (1024, 1024)
