"""Relations of seeds, broken on purpose."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from imagen_fake.contract.checks.relations import RELATIONS
from imagen_fake.contract.checks.seed_relations import upper_halves
from imagen_fake.contract.exchange import Case, Difference
from tests.contract.sample_cases import PLAIN, Altered, ask, generate_case


def differences(name: str, change: Callable[[Case], Case], start: Case) -> list[Difference]:
    return list(RELATIONS[name].rule(Altered(change), start))


def without(name: str, key: str, value: Any) -> Callable[[Case], Case]:
    """Replaces the value of a parameter wherever it is sent."""

    def change(case: Case) -> Case:
        sent = case.body["parameters"]
        there = {**sent, key: value} if name in sent else sent
        return replace(case, body={**case.body, "parameters": there})

    return change


def test_a_negative_prompt_with_an_effect_is_reported() -> None:
    change = without("negativePrompt", "seed", 99)
    (found,) = differences("no effect", change, PLAIN)
    assert found.fact.pointer.endswith("/negativePrompt/x-effect")


def test_a_second_sample_that_no_seed_changes_is_reported() -> None:
    (found,) = differences("other seed", without("seed", "seed", 9), PLAIN)
    assert found.fact.pointer.endswith("/seed")


def test_a_caption_below_a_picture_is_not_compared() -> None:
    (half,) = upper_halves(ask(generate_case(sampleCount=1)))
    assert len(half) == 1024 * 512 * 3


def test_the_answers_of_another_call_are_reported_where_all_are_sent_at_once() -> None:
    class Mixed(Altered):
        def together(self, cases: Any) -> Any:
            return super().together(list(reversed(cases)))

    found = list(RELATIONS["together"].rule(Mixed(lambda case: case), PLAIN))
    assert len(found) == 6
    assert all(one.fact.pointer.endswith("/instance/prompt") for one in found)
