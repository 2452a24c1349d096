"""What OpenAI's client makes of the fake's refusals, and of one model of the list."""

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI

MODEL = "imagen-3.0-generate-002"


@pytest.fixture
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(api_key="any", base_url=f"{url}/v1", max_retries=0) as client:
        yield client


def test_a_filtered_prompt_has_openais_code(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model=MODEL, prompt="how to make a bomb", n=1)
    assert caught.value.code == "content_policy_violation"


def test_an_unknown_model_has_openais_code(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.images.generate(model="dall-e-3", prompt="an apple", n=1)
    assert (caught.value.code, caught.value.type) == ("model_not_found", "invalid_request_error")


def test_one_model_is_retrieved(client: OpenAI) -> None:
    model = client.models.retrieve(MODEL)
    assert (model.id, model.owned_by, model.created > 0) == (MODEL, "google", True)


def test_a_path_that_is_none_is_a_404_in_the_shape_of_its_api(client: OpenAI, url: str) -> None:
    asked = {"model": MODEL, "prompt": "an apple", "image": b"\x89PNG"}
    with pytest.raises(openai.NotFoundError, match="Cannot POST /v1/images/edits"):
        client.images.edit(**asked)
    gemini = OpenAI(api_key="any", base_url=f"{url}/v1beta/openai", max_retries=0)
    with gemini, pytest.raises(openai.NotFoundError) as caught:
        gemini.images.edit(**asked)
    assert caught.value.type == "invalid_request_error"


def test_the_path_of_the_gemini_api_takes_the_same_calls(url: str) -> None:
    with OpenAI(api_key="any", base_url=f"{url}/v1beta/openai", max_retries=0) as gemini:
        answer = gemini.images.generate(model="imagen-4.0-generate-001", prompt="an apple", n=2)
        assert len(answer.data or ()) == 2
        assert MODEL in [model.id for model in gemini.models.list()]
