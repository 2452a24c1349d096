import pytest

from tests.clients.google_cloud_aiplatform.conftest import Generate

GORE = "Violence and gore"


@pytest.mark.parametrize("model", ["imagen-3.0-generate-002", "imagegeneration@006"])
def test_filtered_pictures_are_left_out(generate: Generate, model: str) -> None:
    assert generate(GORE, model=model, number_of_images=2).images == []


def test_people_are_filtered_when_they_are_not_allowed(generate: Generate) -> None:
    assert generate("a smiling woman", person_generation="dont_allow").images == []


@pytest.mark.parametrize("persons", ["allow_adult", "allow_all"])
def test_people_are_shown_when_they_are_allowed(generate: Generate, persons: str) -> None:
    assert len(generate("a smiling woman", person_generation=persons).images) == 1


@pytest.mark.parametrize("level", ["block_most", "block_some", "BLOCK_LOW_AND_ABOVE"])
def test_a_strict_level_filters_by_its_old_and_its_new_name(generate: Generate, level: str) -> None:
    assert generate(GORE, safety_filter_level=level).images == []


@pytest.mark.parametrize("level", ["block_fewest", "block_none", "BLOCK_NONE"])
def test_a_lax_level_shows_by_its_old_and_its_new_name(generate: Generate, level: str) -> None:
    assert len(generate(GORE, safety_filter_level=level).images) == 1
