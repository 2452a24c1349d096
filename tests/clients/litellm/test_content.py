"""litellm's image calls with Gemini's image models, by both of its routes."""

import base64
from typing import Any

import litellm
import pytest

from tests.clients.pictures import decoded

MODEL = "gemini-2.5-flash-image"
PATH = f"v1/projects/p/locations/us-central1/publishers/google/models/{MODEL}:generateContent"


@pytest.fixture(params=["gemini", "vertex_ai"])
def route(request: pytest.FixtureRequest, url: str) -> dict[str, Any]:
    """Which model, and where it is."""
    routes = {
        "gemini": {"api_key": "any", "api_base": f"{url}/v1beta"},
        "vertex_ai": {"api_base": f"{url}/{PATH}"},
    }
    return {"model": f"{request.param}/{MODEL}", **routes[request.param]}


def test_a_picture(route: dict[str, Any]) -> None:
    [one] = litellm.image_generation(prompt="an apple", **route).data
    picture = decoded(base64.b64decode(one.b64_json))
    assert (picture.format, picture.size) == ("PNG", (1024, 1024))


def test_a_filtered_answer_is_empty_without_an_error(route: dict[str, Any]) -> None:
    assert litellm.image_generation(prompt="violence and gore", **route).data == []


def test_two_pictures_are_refused_in_the_words_of_the_service(route: dict[str, Any]) -> None:
    with pytest.raises(litellm.exceptions.BadRequestError, match="Multiple candidates"):
        litellm.image_generation(prompt="an apple", n=2, **route)


def test_an_error_has_its_status(route: dict[str, Any]) -> None:
    with pytest.raises(litellm.exceptions.ServiceUnavailableError, match="high demand") as caught:
        litellm.image_generation(prompt="an apple [[fake: error=503]]", **route)
    assert caught.value.status_code == 503
