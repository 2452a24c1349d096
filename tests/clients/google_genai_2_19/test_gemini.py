"""The last version of the client that speaks to the Gemini API."""

from collections.abc import Iterator

import pytest
from google import genai

from tests.clients.pictures import SIZES, all_differ, decoded
from tests.clients.snippet import run_snippet

MODEL = "imagen-4.0-generate-001"


@pytest.fixture
def client(url: str) -> Iterator[genai.Client]:
    with genai.Client(api_key="any", http_options={"base_url": url}) as client:
        yield client


def test_four_pictures_that_differ(client: genai.Client) -> None:
    answer = client.models.generate_images(model=MODEL, prompt="a red apple")
    assert len(answer.images) == 4
    assert all_differ([image.image_bytes for image in answer.images])
    assert all(one.enhanced_prompt is None for one in answer.generated_images)


@pytest.mark.parametrize("ratio", SIZES)
def test_each_aspect_ratio_has_its_size(client: genai.Client, ratio: str) -> None:
    config = {"number_of_images": 1, "aspect_ratio": ratio}
    [image] = client.models.generate_images(model=MODEL, prompt="a boat", config=config).images
    assert decoded(image.image_bytes).size == SIZES[ratio]


def test_2k_is_asked_for_by_image_size(client: genai.Client) -> None:
    config = {"number_of_images": 1, "image_size": "2K"}
    [image] = client.models.generate_images(model=MODEL, prompt="a boat", config=config).images
    assert decoded(image.image_bytes).size == (2048, 2048)


def test_scores_come_with_the_pictures(client: genai.Client) -> None:
    config = {"number_of_images": 1, "include_safety_attributes": True}
    answer = client.models.generate_images(model=MODEL, prompt="a boat", config=config)
    assert answer.generated_images[0].safety_attributes.categories == ["Porn", "Violence"]
    assert len(answer.positive_prompt_safety_attributes.categories) == 12


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"safety_filter_level": "BLOCK_ONLY_HIGH"}, "Only block_low_and_above is supported"),
        ({"language": "en"}, "Setting language is not supported"),
    ],
)
def test_what_the_api_does_not_have_is_refused_in_its_words(
    client: genai.Client, config: dict[str, str], said: str
) -> None:
    with pytest.raises(genai.errors.ClientError, match=said) as caught:
        client.models.generate_images(model=MODEL, prompt="a boat", config=config)
    assert caught.value.code == 400


def test_an_unknown_model_is_a_404(client: genai.Client) -> None:
    with pytest.raises(genai.errors.ClientError, match="models/imagen-9 is not found") as caught:
        client.models.generate_images(model="imagen-9", prompt="a boat")
    assert caught.value.code == 404


def test_models_are_listed_by_pages_and_one_by_one(client: genai.Client) -> None:
    names = [model.name for model in client.models.list(config={"page_size": 2})]
    assert f"models/{MODEL}" in names
    assert client.models.get(model=MODEL).display_name == "Imagen 4"


def test_the_documented_snippet_saves_a_picture(url: str, tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    run_snippet("gemini", url, folder)
    assert decoded((folder / "apple.png").read_bytes()).size == (1024, 1024)
