"""What an exchange confirms, and what it does not."""

from dataclasses import replace

from imagen_fake.contract.checks.confirmation import confirmed_pointers
from imagen_fake.contract.exchange import Difference, Fact
from tests.contract.sample_cases import TOO_MANY, ask, true_exchange, with_response

MAXIMUM = "models/imagen-4.0-generate-001.json#/tasks/generate/parameters/sampleCount/maximum"
HEADERS = "surfaces/vertex.json#/headers"
CASE = replace(TOO_MANY, facts=frozenset({MAXIMUM, HEADERS}))


def difference(check: str, pointer: str) -> Difference:
    return Difference(check, Fact(pointer, "recorded"), "this", "that")


def test_an_exchange_without_a_difference_confirms_every_fact_of_its_case() -> None:
    assert confirmed_pointers(ask(CASE), []) == {MAXIMUM, HEADERS}


def test_a_fact_that_is_blamed_is_not_confirmed_and_the_others_are() -> None:
    blamed = [difference("headers", HEADERS)]
    assert confirmed_pointers(ask(CASE), blamed) == {MAXIMUM}


def test_a_refusal_for_another_reason_confirms_nothing() -> None:
    blamed = [difference("message", "errors.json#/errors/sample_count")]
    assert confirmed_pointers(ask(CASE), blamed) == frozenset()


def test_a_body_that_is_answered_though_it_ought_to_be_refused_confirms_nothing() -> None:
    assert confirmed_pointers(with_response(ask(CASE), 200, b"{}"), []) == frozenset()


def test_a_valid_body_that_is_refused_confirms_nothing() -> None:
    valid = replace(CASE, violation=None)
    assert confirmed_pointers(ask(valid), []) == frozenset()


def test_a_picture_of_another_format_shows_nothing_of_the_expected_one() -> None:
    formats = "tables/image_metadata.json#/generate"
    case = replace(true_exchange("2K").case, facts=frozenset({formats, HEADERS}))
    exchange = replace(true_exchange("2K"), case=case)
    blamed = [difference("mime", "tasks/generate.json#")]
    assert confirmed_pointers(exchange, blamed) == {HEADERS}
    assert confirmed_pointers(exchange, []) == {formats, HEADERS}


def test_an_answer_without_a_picture_shows_nothing_of_pictures() -> None:
    case = replace(true_exchange("2K").case, facts=frozenset({MAXIMUM, HEADERS}))
    filtered = b'{"predictions": [{"raiFilteredReason": "Unable to show generated images."}]}'
    for body in (filtered, b"{}"):
        exchange = replace(with_response(true_exchange("2K"), 200, body), case=case)
        assert confirmed_pointers(exchange, []) == {HEADERS}
