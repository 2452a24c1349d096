import pytest
from google.genai import types

from tests.clients.google_genai.conftest import Generate
from tests.clients.pictures import decoded

GORE = "Violence and gore"


def test_a_filtered_picture_is_an_element_that_says_why(generate: Generate) -> None:
    [generated] = generate(GORE, include_rai_reason=True).generated_images
    assert generated.image.image_bytes is None
    assert generated.rai_filtered_reason.startswith("Unable to show generated images.")
    assert "56562880" in generated.rai_filtered_reason


def test_imagen_4_says_why_even_unasked(generate: Generate) -> None:
    # Reported of the service (github:vercel/ai#10796); Imagen 3 keeps it to itself.
    [generated] = generate(GORE, model="imagen-4.0-generate-001").generated_images
    assert generated.rai_filtered_reason.startswith("Unable to show generated images.")


def test_several_filtered_pictures_share_one_element(generate: Generate) -> None:
    answer = generate(GORE, include_rai_reason=True, number_of_images=4)
    assert len(answer.generated_images) == 1


def test_a_filtered_picture_leaves_nothing_when_no_reason_is_wanted(generate: Generate) -> None:
    answer = generate(GORE, include_rai_reason=False)
    assert answer.generated_images is None
    assert answer.images == []


def test_people_are_filtered_when_they_are_not_allowed(generate: Generate) -> None:
    [generated] = generate(
        "a smiling woman", person_generation="dont_allow", include_rai_reason=True
    ).generated_images
    assert "'Don't allow' option for Person Generation" in generated.rai_filtered_reason


def test_people_are_shown_when_adults_are_allowed(generate: Generate) -> None:
    [image] = generate("a smiling woman", person_generation="allow_adult").images
    assert decoded(image.image_bytes).size == (1024, 1024)


@pytest.mark.parametrize("level", ["block_low_and_above", "BLOCK_LOW_AND_ABOVE"])
def test_a_strict_level_filters_whatever_its_case(generate: Generate, level: str) -> None:
    assert generate(GORE, safety_filter_level=level).images == []


@pytest.mark.parametrize("level", ["block_none", types.SafetyFilterLevel.BLOCK_NONE])
def test_a_level_that_blocks_nothing_shows_the_picture(generate: Generate, level: str) -> None:
    [image] = generate(GORE, safety_filter_level=level).images
    assert decoded(image.image_bytes).size == (1024, 1024)


def test_the_prompt_is_scored_in_twelve_categories(generate: Generate) -> None:
    answer = generate("Robot holding a red skateboard", include_safety_attributes=True)
    prompt = answer.positive_prompt_safety_attributes
    assert len(set(prompt.categories)) == len(prompt.scores) == 12
    assert all(0 <= score <= 1 for score in prompt.scores)


def test_each_picture_is_scored_in_two_categories(generate: Generate) -> None:
    answer = generate(number_of_images=3, include_safety_attributes=True)
    assert len(answer.generated_images) == 3
    for generated in answer.generated_images:
        assert generated.safety_attributes.categories == ["Porn", "Violence"]
        assert len(generated.safety_attributes.scores) == 2


def test_the_prompt_is_scored_even_when_every_picture_is_filtered(generate: Generate) -> None:
    answer = generate(GORE, include_safety_attributes=True, include_rai_reason=True)
    prompt = answer.positive_prompt_safety_attributes
    scores = dict(zip(prompt.categories, prompt.scores, strict=True))
    assert scores["Violence"] > 0.5
    assert len(answer.generated_images) == 1


def test_nothing_is_scored_unasked(generate: Generate) -> None:
    answer = generate()
    assert answer.positive_prompt_safety_attributes is None
    assert answer.generated_images[0].safety_attributes.categories is None
