import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.errors import ApiError, status
from imagen_fake.payload import parse

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def complaint(raw: bytes) -> str:
    with pytest.raises(ApiError) as caught:
        parse(raw)
    shown = status(caught.value, spec.surface("vertex"))
    assert shown["code"] == 400
    return str(shown["message"])


@given(JSON)
def test_json_is_read_as_it_is(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"not json", "Unexpected token.\nnot json\n^"),
        (b"{not json", "Expected : between key:value pair.\n{not json\n     ^"),
        (b"", "Unexpected end of string. Expected a value.\n\n^"),
        (b'{"a" 1}', 'Expected : between key:value pair.\n{"a" 1}\n     ^'),
        (b'{"a": 1 "b"', 'Expected , or } after key:value pair.\n{"a": 1 "b"\n        ^'),
        (b'{"a":\n  nope}', "Unexpected token.\n  nope}\n  ^"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_a_caret_at_the_place(
    raw: bytes, message: str
) -> None:
    assert complaint(raw) == f"Invalid JSON payload received. {message}"


@pytest.mark.parametrize(
    ("raw", "value"),
    [(b'{"a": [1, 2,], }', {"a": [1, 2]}), (b'[{"a,}": "b,]",},]', [{"a,}": "b,]"}])],
)
def test_a_comma_before_a_closing_bracket_is_tolerated(raw: bytes, value: Any) -> None:
    assert parse(raw) == value


@pytest.mark.parametrize("raw", [b'"\\ud800"', b'{"\\udfff": 1}', b"\xff\xfe", b'[["\\uD83D"]]'])
def test_text_that_is_no_unicode_is_refused(raw: bytes) -> None:
    assert "not valid UTF-8" in complaint(raw)


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize("raw", [b"NaN", b"[Infinity]", b'{"a": -Infinity}'])
def test_numbers_that_json_does_not_have_are_refused(raw: bytes) -> None:
    assert "Unexpected token." in complaint(raw)


@pytest.mark.parametrize("depth", [101, 5000, 200_000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    assert "too deep" in complaint(b"[" * depth + b"]" * depth)


def test_nesting_up_to_the_limit_is_read() -> None:
    raw = b"[" * 99 + b"]" * 99
    assert parse(raw) == json.loads(raw)


def test_a_number_of_too_many_digits_is_refused() -> None:
    assert "Unexpected token." in complaint(b"1" * 5000)


def test_a_long_line_is_cut_around_the_place() -> None:
    message = complaint(b'{"a": "' + b"x" * 10_000 + b'" oops}')
    _, line, caret = message.split("\n")
    assert len(line) <= 120
    assert line[caret.index("^") :].startswith("oops")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    refused = None
    try:
        parse(raw)
    except ApiError as error:
        refused = error.id
    assert refused is None or refused.startswith("json_")
