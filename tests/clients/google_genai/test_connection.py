from typing import Any

import pytest
from google import genai
from google.genai import errors
from google.oauth2.credentials import Credentials

MODEL = "imagen-3.0-generate-002"
PLACE = "projects/my-project/locations/us-central1"
NAMED = {"project": "my-project", "location": "us-central1"}


def pictures(client: genai.Client, model: str = MODEL, **config: Any) -> int:
    config = {"number_of_images": 2, **config}
    with client:
        answer = client.models.generate_images(model=model, prompt="a red apple", config=config)
    return len(answer.images)


def test_an_api_key_is_enough(url: str) -> None:
    client = genai.Client(vertexai=True, api_key="any-key", http_options={"base_url": url})
    assert pictures(client) == 2


def test_an_api_key_goes_with_a_project_and_location(url: str) -> None:
    client = genai.Client(vertexai=True, api_key="k", http_options={"base_url": url}, **NAMED)
    assert pictures(client) == 2


def test_the_product_goes_by_its_new_name_too(url: str) -> None:
    client = genai.Client(enterprise=True, api_key="any-key", http_options={"base_url": url})
    assert pictures(client) == 2


def test_variables_alone_reach_the_fake(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", url)
    monkeypatch.setenv("GOOGLE_API_KEY", "any-key")
    assert pictures(genai.Client(vertexai=True)) == 2


def test_a_base_url_with_a_path_needs_no_credentials(url: str) -> None:
    options = {"base_url": f"{url}/v1beta1/{PLACE}", "base_url_resource_scope": "COLLECTION"}
    assert pictures(genai.Client(vertexai=True, http_options=options)) == 2


@pytest.mark.parametrize("settings", [{}, {"project": "my-project"}])
def test_a_base_url_without_a_place_is_answered_with_what_to_set(
    url: str, settings: dict[str, str]
) -> None:
    client = genai.Client(
        vertexai=True, credentials=Credentials("t"), http_options={"base_url": url}, **settings
    )
    with pytest.raises(errors.ClientError) as caught:
        pictures(client)
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")
    assert "`project` and `location`" in caught.value.message


@pytest.mark.parametrize(
    "options", [{"api_version": "v1"}, {"timeout": 30_000}, {"headers": {"x-team": "fruit"}}]
)
def test_options_of_the_client_are_taken(url: str, options: dict[str, Any]) -> None:
    client = genai.Client(
        vertexai=True,
        credentials=Credentials("t"),
        http_options={"base_url": f"{url}/", **options},
        **NAMED,
    )
    assert pictures(client) == 2


@pytest.mark.parametrize("location", ["global", "europe-west4"])
def test_any_location_is_taken(url: str, location: str) -> None:
    client = genai.Client(
        vertexai=True,
        project="my-project",
        location=location,
        credentials=Credentials("t"),
        http_options={"base_url": url},
    )
    assert pictures(client) == 2


def test_options_of_one_call_are_taken(client: genai.Client) -> None:
    assert pictures(client, http_options={"api_version": "v1", "timeout": 30_000}) == 2


@pytest.mark.parametrize(
    "name",
    [
        f"google/{MODEL}",
        f"publishers/google/models/{MODEL}",
        f"projects/other/locations/us-east1/publishers/google/models/{MODEL}",
    ],
)
def test_a_model_may_have_a_longer_name(client: genai.Client, name: str) -> None:
    assert pictures(client, name) == 2


def test_parameters_the_client_does_not_know_may_be_added(client: genai.Client) -> None:
    extra = {"parameters": {"sampleCount": 3}}
    assert pictures(client, http_options={"extra_body": extra}) == 3
