from dataclasses import FrozenInstanceError, fields, replace

import pytest

from imagen_fake.contract import exchange
from imagen_fake.contract.exchange import Case, Difference, Exchange, Fact, Violation
from imagen_fake.testing import messages

MAXIMUM = Fact("tasks/generate.json#/$defs/parameters/properties/sampleCount/maximum", "documented")
BODY = {"instances": [{"prompt": "a"}], "parameters": {"sampleCount": 9}}
CASE = Case("too many", "vertex", "imagen-4.0-generate-001", "generate", BODY)


def test_requests_and_responses_are_those_of_the_fake() -> None:
    assert (exchange.Request, exchange.Response) == (messages.Request, messages.Response)


@pytest.mark.parametrize("grade", ["recorded", "fixture", "reported", "documented", "assumed"])
def test_a_difference_blames_the_fake_where_the_fact_is_its_assumption(grade: str) -> None:
    found = Difference("limits", replace(MAXIMUM, grade=grade), "at most 4", "9 were made")
    assert found.blames_the_fake is (grade == "assumed")


def test_a_case_is_sound_and_touches_nothing_unless_it_says_so() -> None:
    assert (CASE.violation, CASE.facts) == (None, frozenset())


def test_a_case_says_what_is_wrong_with_it() -> None:
    violation = Violation("maximum", "parameters.sampleCount", "sample_count")
    case = replace(CASE, violation=violation, facts=frozenset({MAXIMUM.pointer}))
    assert case.violation is violation
    assert case != CASE


def test_facts_can_be_gathered() -> None:
    assert len({MAXIMUM, replace(MAXIMUM), replace(MAXIMUM, grade="assumed")}) == 2


def test_an_exchange_keeps_what_was_asked_and_what_came_back() -> None:
    asked = messages.Request("POST", "https://fake/v1/x:predict", (), b"{}")
    answered = messages.Response(400, ((b"content-type", b"application/json"),), b"{}")
    made = Exchange(CASE, asked, answered)
    assert (made.case, made.request, made.response, made.seconds) == (CASE, asked, answered, 0.0)


@pytest.mark.parametrize("value", [MAXIMUM, CASE, Violation("maximum", "a", "b")])
def test_a_value_never_changes(value: Fact | Case | Violation) -> None:
    for field in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field.name, "other")


@pytest.mark.parametrize(
    ("name", "value"), [("Content-Type", "b"), ("content-type", "b"), ("x", None)]
)
def test_a_header_is_found_by_any_spelling_the_last_one_counts(
    name: str, value: str | None
) -> None:
    headers = ((b"content-type", b"a"), (b"content-type", b"b"))
    assert messages.Response(200, headers, b"").header(name) == value
