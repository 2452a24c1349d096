"""The limits that errors state."""

import pytest

from tests.contract.sample_cases import differences, true_exchange, with_response


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
