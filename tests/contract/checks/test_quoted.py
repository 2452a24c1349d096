"""The limits, values and types that errors state."""

import pytest

from imagen_fake.contract.exchange import Exchange, Violation
from tests.contract.sample_cases import (
    ask,
    differences,
    generate_case,
    true_exchange,
    with_response,
)


@pytest.mark.parametrize("name", ["five pictures", "none", "seed", "a language"])
def test_the_fake_states_the_limits_that_it_has(name: str) -> None:
    assert differences(true_exchange(name)) == []


@pytest.mark.parametrize(("stated", "keyword", "limit"), [("1 to 7", "maximum", "7"),
                                                          ("3 to 4", "minimum", "3")])  # fmt: skip
def test_another_limit_blames_the_keyword_that_it_is_of(
    stated: str, keyword: str, limit: str
) -> None:
    exchange = true_exchange("five pictures")
    body = exchange.response.body.replace(b"1 to 4", stated.encode())
    assert body != exchange.response.body
    (found,) = differences(with_response(exchange, 400, body))
    assert (found.check, found.observed) == ("quoted", limit)
    assert found.fact.pointer.endswith(f"sampleCount/{keyword}")


def test_an_error_of_other_words_is_for_another_check() -> None:
    exchange = true_exchange("five pictures")
    body = exchange.response.body.replace(b"Invalid sampleCount", b"Bad sampleCount")
    assert {one.check for one in differences(with_response(exchange, 400, body))} == {"message"}


NO_LANGUAGE = generate_case(
    "7", language=7, violation=Violation("type", "language", "keyword_type")
)


@pytest.mark.parametrize(
    ("exchange", "stated", "other", "fact"),
    [
        (true_exchange("a language"), b"auto, en", b"auto", "parameters/properties/language/enum"),
        (true_exchange("a number"), b"a number", b"None", "errors.json#/errors/prompt_not_string"),
        (ask(NO_LANGUAGE), b"a string is", b"a STRING is", "parameters/properties/language/type"),
    ],
    ids=["values", "the type of what was sent", "the type expected"],
)
def test_an_error_states_the_values_and_the_types_there_are(
    exchange: Exchange, stated: bytes, other: bytes, fact: str
) -> None:
    assert differences(exchange) == []
    body = exchange.response.body.replace(stated, other)
    assert body != exchange.response.body
    (found,) = differences(with_response(exchange, 400, body))
    assert found.check == "quoted"
    assert found.fact.pointer.endswith(fact)
