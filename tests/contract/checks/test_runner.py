"""What judging an exchange promises."""

from imagen_fake.contract.checks.runner import CHECKS, inside_checks, run_checks
from imagen_fake.contract.exchange import Case, Exchange
from tests.contract.sample_cases import (
    PLAIN,
    TOO_MANY,
    ask,
    differences,
    picture_cases,
    prompt_cases,
    true_exchange,
    with_response,
)
from tests.sweep import sweep


@sweep("case", [*prompt_cases(), *picture_cases()], ids=lambda case: case.name)
def test_the_true_answer_differs_in_nothing(case: Case) -> None:
    exchange = true_exchange(case.name)
    assert exchange.response.status == (400 if case.violation else 200)
    assert differences(exchange) == []


def test_only_the_checks_that_are_named_run() -> None:
    wrong = with_response(true_exchange(TOO_MANY.name), 200, b"{}")
    every = {one.check for one in run_checks(wrong, inside=True)}
    assert "status" in every
    assert {one.check for one in run_checks(wrong, inside=True, names={"status"})} == {"status"}
    others = CHECKS.keys() - {"status"}
    assert "status" not in {one.check for one in run_checks(wrong, inside=True, names=others)}


def test_the_checks_that_need_this_process_are_among_those_named() -> None:
    inside = inside_checks()
    assert inside
    assert all(CHECKS[name].inside for name in inside)
    assert inside_checks({"status", inside[0]}) == [inside[0]]


def test_checks_stand_in_the_order_of_their_modules() -> None:
    names = list(CHECKS)
    assert names.index("status") < names.index("message") < names.index("leak")
    assert len(names) == len({entry.function for entry in CHECKS.values()})


def test_the_watermark_is_looked_for_in_this_fake_alone() -> None:
    exchange = ask(PLAIN)
    case = Case("marked", "vertex", PLAIN.model, PLAIN.task, {
        "instances": PLAIN.body["instances"], "parameters": {"sampleCount": 2}})  # fmt: skip
    unmarked = Exchange(case, exchange.request, exchange.response)
    inside = {one.check for one in run_checks(unmarked, inside=True)}
    assert inside - {one.check for one in run_checks(unmarked)} == {"watermark"}


def test_every_difference_names_a_fact_with_a_grade() -> None:
    for exchange in (
        with_response(ask(TOO_MANY), 200, b"{}"),
        with_response(ask(PLAIN), 500, b"no JSON"),
    ):
        assert all(one.fact.grade and "#" in one.fact.pointer for one in differences(exchange))
