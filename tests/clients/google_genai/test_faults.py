"""What somebody sees who uses the client while something goes wrong."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

Ask = Callable[..., Any]


@pytest.fixture
def ask(url: str) -> Ask:
    """Ask for a picture with directives in the header."""

    def ask(directives: str, **options: Any) -> Any:
        headers = {"X-Imagen-Fake": directives}
        http_options = types.HttpOptions(base_url=url, headers=headers, **options)
        with genai.Client(
            vertexai=True,
            project="my-project",
            location="us-central1",
            credentials=Credentials("any-token"),
            http_options=http_options,
        ) as client:
            return client.models.generate_images(
                model="imagen-4.0-generate-001",
                prompt="a red apple",
                config={"number_of_images": 2, "include_rai_reason": True},
            )

    return ask


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, errors.ClientError, "INVALID_ARGUMENT"),
        (401, errors.ClientError, "UNAUTHENTICATED"),
        (403, errors.ClientError, "PERMISSION_DENIED"),
        (404, errors.ClientError, "NOT_FOUND"),
        (429, errors.ClientError, "RESOURCE_EXHAUSTED"),
        (500, errors.ServerError, "INTERNAL"),
        (503, errors.ServerError, "UNAVAILABLE"),
        (504, errors.ServerError, "DEADLINE_EXCEEDED"),
    ],
)
def test_a_forced_error_is_the_clients_own(
    ask: Ask, status: int, kind: type[errors.APIError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        ask(f"error={status}")
    assert (caught.value.code, caught.value.status) == (status, code)


def test_a_quota_is_told_in_the_services_words(ask: Ask) -> None:
    with pytest.raises(errors.ClientError) as caught:
        ask("error=429")
    assert caught.value.message == (
        "Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model"
        " with base model: imagen-4.0-generate. Please submit a quota increase request."
    )


def test_a_refused_prompt_has_its_code(ask: Ask) -> None:
    with pytest.raises(errors.ClientError, match="Support codes: 58061214"):
        ask("block=58061214")


def test_a_filtered_picture_has_its_reason(ask: Ask) -> None:
    kept, filtered = ask("filter=1 codes=63429089").generated_images
    assert kept.image.image_bytes
    assert filtered.rai_filtered_reason.endswith("Support codes: 63429089")


def test_a_reset_connection_is_an_error_of_the_transport(ask: Ask) -> None:
    with pytest.raises(httpx2.ReadError):
        ask("drop")


def test_a_truncated_body_is_an_error_of_the_protocol(ask: Ask) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        ask("truncate=50%")


def test_a_malformed_body_is_no_json(ask: Ask) -> None:
    with pytest.raises(json.JSONDecodeError):
        ask("malformed")


def test_a_late_answer_is_a_timeout(ask: Ask) -> None:
    with pytest.raises(httpx2.ReadTimeout):
        ask("delay=20s", timeout=100)


def test_a_slow_body_arrives_whole(ask: Ask) -> None:
    assert len(ask("slow=2M/s").generated_images) == 2


def test_the_client_tries_again_as_often_as_it_is_told(ask: Ask) -> None:
    retry = types.HttpRetryOptions(attempts=3, initial_delay=0.01, max_delay=0.01)
    assert ask("error=503 times=2", retry_options=retry).generated_images
