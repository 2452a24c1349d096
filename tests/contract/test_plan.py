import math

import pytest

from imagen_fake import spec
from imagen_fake.contract.bodies.cases import every_case
from imagen_fake.contract.exchange import Case, Violation
from imagen_fake.contract.plan import BEYOND, DONE, SEVERAL, cost, pictures, plan
from tests.contract.sample_cases import IMAGEN_4, TOO_MANY, generate_case

FAST = "imagen-4.0-fast-generate-001"
ULTRA = "imagen-4.0-ultra-generate-001"


def usd(model: str) -> float:
    return float(spec.table("prices")["models"][model]["usd"])


def one(name: str, model: str = IMAGEN_4) -> Case:
    return generate_case(name, model, sampleCount=1)


def test_what_is_refused_costs_nothing_and_comes_first() -> None:
    made = plan([one("a"), TOO_MANY], 1.0)
    assert [case.name for case in made.cases] == ["five pictures", "a"]
    assert cost(TOO_MANY) == 0


def test_the_cheapest_model_is_asked_first_and_each_before_any_twice() -> None:
    cases = [one("ultra", ULTRA), one("fast", FAST), one("fast again", FAST)]
    assert [case.name for case in plan(cases, 1.0).paid] == ["fast", "ultra", "fast again"]


def test_no_more_is_spent_than_the_budget() -> None:
    cases = [one(str(turn), FAST) for turn in range(10)]
    made = plan(cases, 3.5 * usd(FAST))
    assert (len(made.paid), len(made.left_out)) == (3, 7)
    assert set(made.left_out.values()) == {BEYOND}
    assert made.usd == 3 * usd(FAST)


def test_without_a_budget_only_refusals_are_asked() -> None:
    assert plan([one("a"), TOO_MANY], 0).cases == (TOO_MANY,)


def test_only_one_picture_is_bought_at_a_time() -> None:
    several = generate_case("several", sampleCount=4)
    unsaid = generate_case("unsaid")
    assert (pictures(several), pictures(unsaid)) == (4, 4)
    assert plan([several, unsaid], 9.0).paid == ()


def test_what_is_done_is_left_out() -> None:
    assert plan([one("a"), one("b"), TOO_MANY], 1.0, {"a", TOO_MANY.name}).cases == (one("b"),)


def test_a_picture_of_an_unlisted_model_costs_what_its_task_or_any_other_does() -> None:
    prices = spec.table("prices")
    violation = Violation("type", "prompt", "prompt_not_string")
    assert cost(one("a", "imagen-3.0-generate-preview-0611")) == prices["other"]["usd"]
    caption = Case("c", "vertex", "imagetext@001", "caption",
                   {"instances": [{}], "parameters": {"sampleCount": 2}})  # fmt: skip
    assert cost(caption) == 2 * prices["tasks"]["caption"]["usd"]
    assert cost(generate_case(violation=violation)) == 0


def test_the_plan_says_what_each_model_will_cost() -> None:
    lines = list(plan([one("a", ULTRA), one("b", FAST), TOO_MANY], usd(FAST)).lines())
    assert lines == [
        "1 bodies that must be refused, free of charge",
        f"1 answers of {FAST}: about {usd(FAST):.2f} USD",
        f"about {usd(FAST):.2f} USD in all",
        "left out: 1 cases: beyond the budget",
    ]


@pytest.mark.parametrize("budget", [1e9, math.inf])
def test_a_plan_without_a_limit_leaves_nothing_out_for_the_budget(budget: float) -> None:
    every = every_case()
    done = {every[0].name, every[1].name}
    made = plan(every, budget, done)
    assert set(made.left_out.values()) == {DONE, SEVERAL}
    assert not any("budget" in line for line in made.lines())
    several = {one.name for one in every if not one.violation and pictures(one) > 1}
    assert {name for name, why in made.left_out.items() if why == SEVERAL} == several - done


@pytest.mark.parametrize("budget", [0, 0.5, math.inf])
def test_each_case_is_sent_or_left_out_with_a_reason(budget: float) -> None:
    every = every_case()
    made = plan(every, budget, {every[5].name})
    names = [*(case.name for case in made.cases), *made.left_out]
    assert sorted(names) == sorted(case.name for case in every)
