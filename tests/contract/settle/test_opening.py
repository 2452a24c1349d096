"""The words that open the errors of a task."""

from imagen_fake import spec
from imagen_fake.contract.settle.derive import derive
from imagen_fake.contract.settle.observation import Observation
from imagen_fake.contract.settle.opening import opening_fact, shared_opening
from imagen_fake.contract.settle.settlement import Settlement, settlements
from tests.contract.settle.observing import (
    EMPTY,
    TOO_FEW,
    TOO_MANY,
    observation,
    probe,
    probes,
    with_message,
)

FAILED = str(spec.task_schema("try_on")["x-failure"]["text"])
OPENING = "tasks/upscale.json#/x-failure"


def opened(label: str, words: str) -> Observation:
    """A refusal that opens with other words."""
    return with_message(label, lambda text: text.replace(FAILED, words))


def contradicted(*observations: Observation) -> list[Settlement]:
    return [one for one in settlements(observations, probes()) if one.outcome == "contradicted"]


def test_other_words_before_every_error_contradict_the_opening_alone() -> None:
    several = [opened(one, "Try-on failed: ") for one in (TOO_MANY, TOO_FEW, EMPTY)]
    (against,) = contradicted(*several)
    assert against.fact.pointer == OPENING
    assert derive(against, several).values == {f"{OPENING}/text": "Try-on failed: "}


def test_no_words_before_an_error_are_other_words_too() -> None:
    assert shared_opening([opened(TOO_MANY, ""), observation(EMPTY)]) == ""


def test_several_openings_contradict_the_errors() -> None:
    several = [opened(TOO_MANY, "One: "), opened(EMPTY, "Two: ")]
    assert shared_opening(several) is None
    assert {one.fact.pointer for one in contradicted(*several)} == {
        "errors.json#/errors/sample_count",
        "errors.json#/errors/picture_empty",
    }


def test_an_opening_may_be_that_of_another_task() -> None:
    assert opening_fact(probe("plain").case).pointer == OPENING
