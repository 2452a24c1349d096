"""The models that probes ask where any will do."""

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.sample_models import (
    AIML_MODEL,
    IMAGE_MODEL,
    first_operation,
    generate_operation,
    models_without_reasons,
)


@pytest.mark.parametrize("surface", ["vertex", "gemini"])
def test_the_painter_is_on_both_of_googles_surfaces(surface: str) -> None:
    known = spec.model(IMAGE_MODEL)
    assert known
    assert known.life_cycle(surface)
    assert generate_operation(surface).model == IMAGE_MODEL


def test_a_reseller_is_asked_for_what_it_lists() -> None:
    assert generate_operation("aiml").model == AIML_MODEL != IMAGE_MODEL


@pytest.mark.parametrize("task", ["upscale", "segment", "caption"])
def test_a_model_does_the_task_it_is_chosen_for(task: str) -> None:
    known = spec.model(first_operation(task).model)
    assert known
    assert task in known.tasks


def test_a_task_that_no_model_does_has_none() -> None:
    with pytest.raises(LookupError):
        first_operation("sing")


def test_models_that_give_no_reason_are_those_without_the_parameter() -> None:
    assert first_operation("verify").model in models_without_reasons()
    assert IMAGE_MODEL not in models_without_reasons()
