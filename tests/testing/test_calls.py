from typing import Any

import pytest

from imagen_fake.state.state import State
from imagen_fake.testing.calls import Calls
from imagen_fake.testing.fake import Fake
from tests.testing.test_fake import MODEL, ask


@pytest.fixture
def fake() -> Fake:
    made = Fake(State())
    for prompt, count in (("a pear", 1), ("an apple", 2), ("an apple", 99)):
        ask(made, prompt, sampleCount=count)
    return made


def test_calls_are_a_list(fake: Fake) -> None:
    assert isinstance(fake.calls, list)
    assert fake.calls == list(fake.state.journal)
    assert Fake(State()).calls == []
    assert (len(fake.calls[:2]), fake.calls[-1].status) == (2, 400)


def test_some_are_taken_by_their_fields_and_parameters(fake: Fake) -> None:
    taken: list[dict[str, Any]] = [
        {}, {"prompt": "an apple"}, {"sample_count": 1}, {"model": MODEL, "status": 400},
        {"project": "p"}, {"project": "q"},
    ]  # fmt: skip
    numbers = [[called.number for called in fake.calls.filter(**one)] for one in taken]
    assert numbers == [[1, 2, 3], [2], [1], [3], [1, 2, 3], []]


def test_what_is_taken_can_be_filtered_on(fake: Fake) -> None:
    taken = fake.calls.filter(status=200).filter(sampleCount=2)
    assert (type(taken), [called.prompt for called in taken]) == (Calls, ["an apple"])


def test_a_field_that_no_call_has_is_refused(fake: Fake) -> None:
    with pytest.raises(TypeError, match=r"'sampel_count'; did you mean sampleCount\?"):
        fake.calls.filter(sampel_count=1)
