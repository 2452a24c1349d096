from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces.control_requests import (
    MAX_PATTERN,
    body_fields,
    filter_patterns,
    int_param,
    parse_int,
    query_params,
    reject_duplicate_keys,
)


def asked(*pairs: tuple[str, str]) -> Request:
    return Request({"type": "http", "query_string": urlencode(pairs).encode()})


def problem(error: ApiError) -> str:
    return str(error.fields["problem"])


def test_known_parameters_are_told_by_name() -> None:
    assert query_params(asked(("a", "1"), ("b", "")), ["a", "b"]) == {"a": "1", "b": ""}


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("c", "1")], "'c' is no query parameter here; there are after, limit."),
        (
            [("limti", "1")],
            "'limti' is no query parameter here; there are after, limit. Did you mean limit?",
        ),
        ([("after", "1"), ("after", "1")], "the query parameter after is there twice."),
    ],
)
def test_another_or_a_repeated_parameter_is_refused(
    pairs: list[tuple[str, str]], told: str
) -> None:
    with pytest.raises(ApiError) as caught:
        query_params(asked(*pairs), ["after", "limit"])
    assert problem(caught.value) == told


def test_where_there_are_none_that_is_said() -> None:
    with pytest.raises(ApiError) as caught:
        query_params(asked(("a", "1")))
    assert problem(caught.value) == "'a' is no query parameter here; there is none."


def test_of_a_long_name_the_beginning_is_told() -> None:
    with pytest.raises(ApiError) as caught:
        query_params(asked(("x" * 10_000, "1")), ["after"])
    assert len(problem(caught.value)) < 200


def test_a_body_has_known_keys_alone() -> None:
    assert body_fields({"a": 1}, ["a", "b"]) == {"a": 1}
    with pytest.raises(ApiError) as caught:
        body_fields({"advanec": 1}, ["advance"])
    assert problem(caught.value) == (
        "'advanec' is no key of the body here; there are advance. Did you mean advance?"
    )


@given(st.text(max_size=12))
def test_a_number_has_the_digits_0_to_9_alone(text: str) -> None:
    plain = text.isascii() and text.isdigit() and len(text) <= 9
    assert parse_int(text) == (int(text) if plain else None)


def test_a_number_is_the_default_where_none_is_given() -> None:
    assert int_param({}, "limit", 50) == 50
    assert int_param({"limit": "0"}, "limit", 50) == 0
    with pytest.raises(ApiError) as caught:
        int_param({"limit": "\u0661"}, "limit", 50)
    assert problem(caught.value) == "limit must be a whole number, not '\u0661'."


def test_patterns_are_bounded() -> None:
    assert filter_patterns({"a": "x", "c": "y"}, ["a", "b"]) == {"a": "x"}
    with pytest.raises(ApiError):
        filter_patterns({"a": "x" * (MAX_PATTERN + 1)}, ["a"])


def test_a_key_that_is_there_twice_is_refused() -> None:
    assert reject_duplicate_keys([("a", 1), ("b", {})]) == {"a": 1, "b": {}}
    with pytest.raises(ApiError) as caught:
        reject_duplicate_keys([("a", 1), ("b", 2), ("a", 1)])
    assert problem(caught.value) == "the key 'a' of the body is there twice."
