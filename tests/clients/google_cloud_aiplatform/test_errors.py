from typing import Any

import pytest
from google.api_core import exceptions

from tests.clients.google_cloud_aiplatform.conftest import Generate

FAILED = "Image generation failed with the following error: "


def refused(generate: Generate, **arguments: Any) -> Any:
    with pytest.raises(exceptions.BadRequest) as caught:
        generate(**arguments)
    return caught.value


def test_a_seed_with_a_watermark_is_refused(generate: Generate) -> None:
    error = refused(generate, seed=7)
    assert error.code == 400
    assert error.message.endswith(f"{FAILED}Seed is not supported when watermark is enabled.")


def test_too_many_pictures_are_refused(generate: Generate) -> None:
    assert "sampleCount, 9" in refused(generate, number_of_images=9).message


def test_half_a_picture_is_refused_though_every_number_comes_as_a_float(
    generate: Generate,
) -> None:
    assert "sampleCount: an integer is expected" in refused(generate, number_of_images=1.5).message


def test_an_unknown_aspect_ratio_is_refused_by_name(generate: Generate) -> None:
    error = refused(generate, aspect_ratio="4:5")
    assert error.message.endswith(f"{FAILED}Invalid aspect ratio, 4:5")


def test_a_sensitive_prompt_is_refused_with_a_support_code(generate: Generate) -> None:
    error = refused(generate, prompt="a nazi rally with a swastika")
    assert "The prompt could not be submitted." in error.message
    assert error.message.endswith("Support codes: 57734940")


def test_a_refusal_names_the_call(generate: Generate) -> None:
    error = refused(generate, prompt="")
    assert error.message.startswith("POST http://127.0.0.1:")
    assert error.response.json()["error"]["status"] == "INVALID_ARGUMENT"
