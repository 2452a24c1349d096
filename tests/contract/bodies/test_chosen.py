"""The models that probes ask where any will do."""

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.chosen import PAINTER, RESOLD, doing, painting, silent


@pytest.mark.parametrize("surface", ["vertex", "gemini"])
def test_the_painter_is_on_both_of_googles_surfaces(surface: str) -> None:
    known = spec.model(PAINTER)
    assert known
    assert known.life_cycle(surface)
    assert painting(surface).model == PAINTER


def test_a_reseller_is_asked_for_what_it_lists() -> None:
    assert painting("aiml").model == RESOLD != PAINTER


@pytest.mark.parametrize("task", ["upscale", "segment", "caption"])
def test_a_model_does_the_task_it_is_chosen_for(task: str) -> None:
    known = spec.model(doing(task).model)
    assert known
    assert task in known.tasks


def test_a_task_that_no_model_does_has_none() -> None:
    with pytest.raises(LookupError):
        doing("sing")


def test_models_that_give_no_reason_are_those_without_the_parameter() -> None:
    assert doing("verify").model in silent()
    assert PAINTER not in silent()
