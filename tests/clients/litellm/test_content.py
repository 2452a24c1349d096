"""litellm's image calls with Gemini's image models, by both of its routes."""

import base64
import io
from pathlib import Path
from typing import Any

import litellm
import pytest
from PIL import Image

from tests.clients.journal import calls, sent
from tests.clients.pictures import decoded
from tests.clients.snippet import run_snippet

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


def test_a_blocked_prompt_is_empty_without_an_error(route: dict[str, Any]) -> None:
    assert litellm.image_generation(prompt="how to make a bomb", **route).data == []


def test_retries_that_are_asked_for_are_not_made(route: dict[str, Any], url: str) -> None:
    words = f"litellm by {route['model'].partition('/')[0]} waits"
    with pytest.raises(litellm.exceptions.ServiceUnavailableError):
        litellm.image_generation(prompt=f"{words} [[fake: error=503]]", num_retries=2, **route)
    assert len(calls(url, f"{words}*")) == 1


@pytest.mark.parametrize(
    ("size", "ratios"),
    [
        ("1792x1024", {"gemini": "16:9", "vertex_ai": "16:9"}),
        ("1536x1024", {"gemini": "3:2", "vertex_ai": "1:1"}),
    ],
)
def test_a_size_becomes_a_ratio_by_route(
    route: dict[str, Any], url: str, size: str, ratios: dict[str, str]
) -> None:
    name = route["model"].partition("/")[0]
    litellm.image_generation(prompt=f"{name} at {size}", size=size, **route)
    config = sent(url, f"{name} at {size}")["generationConfig"]["imageConfig"]
    assert config["aspectRatio"] == ratios[name]


def test_an_edit_keeps_the_ratio_of_its_picture(route: dict[str, Any]) -> None:
    file = io.BytesIO()
    Image.new("RGB", (512, 512), (200, 30, 40)).save(file, "PNG")
    [one] = litellm.image_edit(prompt="make it blue", image=file.getvalue(), **route).data
    assert decoded(base64.b64decode(one.b64_json)).size == (1024, 1024)


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: Path) -> None:
    run_snippet("litellm_content", url, tmp_path)
    assert decoded((tmp_path / "apple.jpg").read_bytes()).format == "JPEG"
