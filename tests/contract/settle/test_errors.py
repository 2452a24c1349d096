"""Errors that are others than was believed."""

from collections.abc import Callable

import pytest

from imagen_fake.contract.settle.errors import DerivationError, derive_error
from imagen_fake.contract.settle.observation import Observation
from tests.contract.settle.observing import EMPTY, TOO_FEW, TOO_MANY, observation, with_message

COUNT, PICTURE = "errors.json#/errors/sample_count", "errors.json#/errors/picture_empty"


def reworded(text: str) -> str:
    return text.replace("Invalid sampleCount, ", "Too bad, sampleCount ")


def test_the_words_of_several_answers_lead_to_one_template() -> None:
    values = derive_error(COUNT, [with_message(one, reworded) for one in (TOO_MANY, TOO_FEW)])
    template = "{failed}Too bad, sampleCount {value}. {model} supports {minimum} to {maximum}."
    assert (values.values, values.removed) == ({f"{COUNT}/message": template}, ())


def test_a_canonical_code_brings_its_status_along() -> None:
    other = with_message(TOO_MANY, str, status="NOT_FOUND", code=404)
    assert derive_error(COUNT, [other]).values == {f"{COUNT}/status": "NOT_FOUND"}


def test_a_status_that_is_not_that_of_the_code_stands_beside_it() -> None:
    assert derive_error(PICTURE, [with_message(EMPTY, str, code=422)]).values == {
        f"{PICTURE}/http": 422
    }


def test_support_codes_are_left_out() -> None:
    other = with_message(TOO_MANY, lambda text: f"{reworded(text)} Support codes: 12345678")
    assert derive_error(COUNT, [other]).values[f"{COUNT}/message"].endswith("{maximum}.")


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("observations", "reason"),
    [
        ([], "nothing was refused"),
        ([with_message(EMPTY, lambda _: "Bad."), with_message(TOO_MANY, lambda _: "Bad.")],
         "the same words answer"),
        ([with_message(EMPTY, str, status="BROKEN")], "BROKEN is no canonical code"),
        ([with_message(EMPTY, str, details=[{"@type": "x"}])], "are as they were"),
    ],
)  # fmt: skip
def test_what_no_answer_tells_is_said_in_words(
    observations: list[Observation], reason: str
) -> None:
    with pytest.raises(DerivationError, match=reason):
        derive_error(PICTURE, observations)


def test_answers_that_have_no_template_in_common_have_none() -> None:
    several = [with_message(TOO_MANY, lambda _: "One."), with_message(TOO_FEW, lambda _: "Two.")]
    with pytest.raises(DerivationError, match=r"no template makes 'One\.' and 'Two\.'"):
        derive_error(COUNT, several)


def test_answers_of_several_statuses_have_none() -> None:
    several = [observation(TOO_MANY), with_message(TOO_FEW, str, code=422)]
    with pytest.raises(DerivationError, match=r"its status was 400 and 422 and INVALID_ARGUMENT"):
        derive_error(COUNT, several)
