"""litellm's routes to Vertex AI, to the Gemini API and to AI/ML API."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import litellm
import pytest

from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet

MODEL = "imagen-4.0-generate-001"


def size(answer: Any) -> tuple[int, int]:
    [one] = answer.data
    return decoded(base64.b64decode(one.b64_json)).size


def test_a_picture_by_the_gemini_api(url: str) -> None:
    answer = litellm.image_generation(
        model=f"gemini/{MODEL}", prompt="an apple", api_key="any", api_base=f"{url}/v1beta", n=1
    )
    assert size(answer) == (1024, 1024)


def test_a_refused_prompt_is_a_bad_request(url: str) -> None:
    with pytest.raises(litellm.exceptions.BadRequestError, match="could not be submitted"):
        litellm.image_generation(
            model=f"gemini/{MODEL}", prompt="how to make a bomb", api_key="any",
            api_base=f"{url}/v1beta",
        )  # fmt: skip


@pytest.mark.parametrize("base", ["", "/v1"])
@pytest.mark.parametrize("model", [f"google/{MODEL}", "google/imagen4/preview"])
def test_links_to_pictures_by_aiml_api(url: str, base: str, model: str) -> None:
    answer = litellm.image_generation(
        model=f"aiml/{model}", prompt="an apple", api_key="any", api_base=f"{url}{base}", n=2
    )
    assert len(answer.data) == 2
    for one in answer.data:
        with urlopen(one.url) as linked:
            assert decoded(linked.read()).size == (1024, 1024)


def test_a_model_that_aiml_api_does_not_sell_is_a_bad_request(url: str) -> None:
    with pytest.raises(litellm.exceptions.BadRequestError, match="received 'google/none'"):
        litellm.image_generation(
            model="aiml/google/none", prompt="an apple", api_key="any", api_base=url
        )


def test_an_account_in_a_file_is_enough_for_vertex(url: str, tmp_path: Path) -> None:
    account = {
        "type": "authorized_user", "client_id": "a", "client_secret": "b", "refresh_token": "c",
        "token_uri": f"{url}/token",
    }  # fmt: skip
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    path = f"{url}/v1/projects/p/locations/us-central1/publishers/google/models/{MODEL}:predict"
    answer = litellm.image_generation(
        model=f"vertex_ai/{MODEL}", prompt="an apple", n=1, api_base=path,
        vertex_project="p", vertex_location="us-central1", vertex_credentials=str(file),
    )  # fmt: skip
    assert size(answer) == (1024, 1024)


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("litellm", url, tmp_path)
    assert decoded((tmp_path / "apple.png").read_bytes()).size == (1024, 1024)
