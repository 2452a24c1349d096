from typing import Any

import pytest
from google.genai import errors

from tests.clients.google_genai.conftest import Generate

FAILED = "Image generation failed with the following error: "


def refused(generate: Generate, **arguments: Any) -> Any:
    with pytest.raises(errors.ClientError) as caught:
        generate(**arguments)
    return caught.value


@pytest.mark.parametrize("config", [{}, {"add_watermark": True}])
def test_a_seed_with_a_watermark_is_refused(generate: Generate, config: dict[str, Any]) -> None:
    error = refused(generate, seed=7, **config)
    assert (error.code, error.status) == (400, "INVALID_ARGUMENT")
    assert error.message == f"{FAILED}Seed is not supported when watermark is enabled."


def test_an_unknown_model_is_not_found(generate: Generate) -> None:
    error = refused(generate, model="imagen-99")
    assert (error.code, error.status) == (404, "NOT_FOUND")
    assert (
        "projects/my-project/locations/us-central1/publishers/google/models/imagen-99"
        in error.message
    )


def test_too_many_pictures_are_refused(generate: Generate) -> None:
    error = refused(generate, number_of_images=9)
    assert (error.code, error.status) == (400, "INVALID_ARGUMENT")
    assert "sampleCount, 9" in error.message


def test_an_unknown_aspect_ratio_is_refused_by_name(generate: Generate) -> None:
    error = refused(generate, aspect_ratio="4:5")
    assert (error.code, error.status) == (400, "INVALID_ARGUMENT")
    assert error.message == f"{FAILED}Invalid aspect ratio, 4:5"


def test_an_empty_prompt_is_refused(generate: Generate) -> None:
    error = refused(generate, prompt="")
    assert (error.code, error.status) == (400, "INVALID_ARGUMENT")


def test_a_sensitive_prompt_is_refused_with_a_support_code(generate: Generate) -> None:
    error = refused(generate, prompt="a nazi rally with a swastika")
    assert (error.code, error.status) == (400, "INVALID_ARGUMENT")
    assert error.message.startswith(f"{FAILED}The prompt could not be submitted.")
    assert error.message.endswith("Support codes: 57734940")


@pytest.mark.filterwarnings("ignore:MOSTLY_HARMLESS is not a valid SafetyFilterLevel:UserWarning")
def test_a_level_the_client_lets_through_is_refused_by_the_service(generate: Generate) -> None:
    error = refused(generate, safety_filter_level="MOSTLY_HARMLESS")
    assert error.code == 400
    assert error.message.startswith(f"{FAILED}Invalid safetySetting, MOSTLY_HARMLESS.")


def test_an_unknown_key_beside_the_instances_is_refused(generate: Generate) -> None:
    error = refused(generate, http_options={"extra_body": {"model": "imagen"}})
    assert (error.code, error.status) == (400, "INVALID_ARGUMENT")
    assert 'Unknown name "model": Cannot find field.' in error.message


def test_an_error_has_the_shape_of_googles_own(generate: Generate) -> None:
    error = refused(generate, model="imagen-99")
    assert error.details == {
        "error": {"code": 404, "message": error.message, "status": "NOT_FOUND"}
    }
