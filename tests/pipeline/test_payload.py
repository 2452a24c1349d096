import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.payload import (
    MAX_BYTES,
    MAX_VALUES,
    MIN_CUT_LENGTH,
    WINDOW,
    parse_body,
    parse_json,
)
from tests.sweep import sweep

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def complaint(raw: bytes) -> str:
    with pytest.raises(ApiError) as caught:
        parse_json(raw)
    shown = status(caught.value, spec.surface("vertex"))
    assert shown["code"] == 400
    return str(shown["message"])


@given(JSON)
def test_json_is_read_as_it_is(value: Any) -> None:
    assert parse_json(json.dumps(value).encode()) == value


@sweep(
    ("raw", "message"),
    [
        (b"not json", "Unexpected token.\nnot json\n^"),
        (b"{not json", "Expected : between key:value pair.\n{not json\n     ^"),
        (b"", "Unexpected end of string. Expected a value.\n\n^"),
        (b'{"a" 1}', 'Expected : between key:value pair.\n{"a" 1}\n     ^'),
        (b'{"a": 1 "b"', 'Expected , or } after key:value pair.\n{"a": 1 "b"\n        ^'),
        (b"[1 2]", "Expected , or ] after array value.\n[1 2]\n   ^"),
        (b'{"a}": [{} 2', 'Expected , or ] after array value.\n{"a}": [{} 2\n           ^'),
        (b'{"a": ["["] 2', 'Expected , or } after key:value pair.\n{"a": ["["] 2\n            ^'),
        (b'{"a":\n  nope}', 'Unexpected token.\n{"a":\n  nope}\n        ^'),
        (b"{bare 1}", "Expected : between key:value pair.\n{bare 1}\n      ^"),
        (b"{bare-name: 1}", "Expected : between key:value pair.\n{bare-name: 1}\n     ^"),
        (b"{'a': 1} // no", "Parsing terminated before end of input.\n{'a': 1} // no\n         ^"),
        (b"{/* no */}", "Expected an object key or }.\n/* no */}\n^"),
        (b'{"a": *}', "Expected a value.\n*}\n^"),
        (b"[", "Unexpected end of string. Expected a value or ] within an array.\n\n^"),
        (b"{", "Unexpected end of string. Expected an object key or }.\n\n^"),
        (b'{"a"', "Unexpected end of string. Expected : between key:value pair.\n\n^"),
        (b'{"a":', "Unexpected end of string. Expected a value.\n\n^"),
        (b'{"a": 1', "Unexpected end of string. Expected , or } after key:value pair.\n\n^"),
        (b"[1", "Unexpected end of string. Expected , or ] after array value.\n\n^"),
        (b'{"a": "b', "Closing quote expected in string.\n\n^"),
        (b"[1,,2]", "Unexpected token.\n[1,,2]\n   ^"),
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
    assert parse_json(raw) == value


def test_bare_keys_single_quotes_and_line_breaks_are_read_as_the_service_does() -> None:
    assert parse_json(b"{a: 'b\nc', $d_1: [null,], }") == {"a": "b\nc", "$d_1": [None]}


@pytest.mark.parametrize("raw", [b'"\\ud800"', b'{"\\udfff": 1}', b"\xff\xfe", b'[["\\uD83D"]]'])
def test_text_that_is_no_unicode_is_refused(raw: bytes) -> None:
    assert "not valid UTF-8" in complaint(raw)


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"NaN", "Unexpected token."),
        (b"[Infinity]", "Unexpected token."),
        (b'{"a": -Infinity}', "Unable to parse number."),
        (b'{"a": 1.2.3}', "Unable to parse number."),
        (b"[012]", "Octal/hex numbers are not valid JSON values."),
        (b"[0x12]", "Octal/hex numbers are not valid JSON values."),
    ],
)
def test_numbers_that_json_does_not_have_are_refused(raw: bytes, problem: str) -> None:
    assert f"received. {problem}\n" in complaint(raw)


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "1" * 310, "-" + "9" * 5000, "1.8e308", "2" + "0" * 308]
)
def test_a_number_that_no_double_holds_is_refused_as_one(number: str) -> None:
    message = complaint(f'{{"seed": {number}}}'.encode())
    assert "Number exceeds the range of double.\n" in message
    assert message.endswith("\n         ^")


@pytest.mark.parametrize("number", [10**308, -(10**308), 17 * 10**307])
def test_the_largest_whole_numbers_are_read(number: int) -> None:
    assert parse_json(str(number).encode()) == number


@pytest.mark.parametrize("depth", [101, 2000, MAX_VALUES])
def test_nesting_without_end_is_refused(depth: int) -> None:
    assert "too deep" in complaint(b"[" * depth + b"]" * depth)


def test_nesting_up_to_the_limit_is_read() -> None:
    raw = b"[" * 99 + b"]" * 99
    assert parse_json(raw) == json.loads(raw)


def test_twenty_characters_are_shown_on_each_side_of_the_place() -> None:
    message = complaint(b'{"a": "' + b"x" * 10_000 + b'" oops' + b"y" * 10_000 + b"}")
    _, line, caret = message.split("\n")
    assert (line, caret) == ("x" * 18 + '" ' + "oops" + "y" * 16, " " * 20 + "^")


@sweep("secret", ['"private_key": "{}"', "vertexCredentials: '{}'", '"headers": ["Bearer {}"]'])
@sweep("times", [1, 500])
@sweep("after", ["oops", " oops", ": oops", "}} oops"])
def test_no_credential_is_repeated_beside_an_error(secret: str, times: int, after: str) -> None:
    message = complaint(f"{{{secret.format('s3cr3t' * times)}{after}".encode())
    assert "s3cr" not in message
    assert "*" in message


@pytest.mark.parametrize(
    ("most", "more"),
    [
        (b"[" + b" " * (MAX_BYTES - 2) + b"]", b" ]"),
        (b"[" + b",".join([b"{}"] * (MAX_VALUES // 2)) + b"]", b", 1]"),
    ],
    ids=["bytes", "values"],
)
def test_more_json_than_any_request_needs_is_refused_unread(most: bytes, more: bytes) -> None:
    assert parse_json(most) == json.loads(most)
    assert "more than 1048576 bytes, or more than 4000 values" in complaint(most[:-1] + more)


@pytest.mark.parametrize("text", [b"A" * MIN_CUT_LENGTH, b"A", b""])
def test_more_keys_of_pictures_than_values_are_refused_unread(text: bytes) -> None:
    many = b",".join([b'{"b64_json": "%b"}' % text] * (MAX_VALUES + 1))
    with pytest.raises(ApiError, match="json_too_large"):
        parse_body(b"[" + many + b"]")


@pytest.mark.parametrize("key", [b'"b64_json"', b'"b64_json":"', b'"bytesBase64Encoded" :'])
def test_no_more_keys_of_pictures_are_looked_for_than_values_are_read(key: bytes) -> None:
    class Counted(bytes):
        searches = 0

        def find(self, *place: Any) -> int:
            Counted.searches += 1
            return super().find(*place)

    with pytest.raises(ApiError, match="json_too_large"):
        parse_body(Counted(key * 100_000))
    assert Counted.searches <= 4 * MAX_VALUES


def test_a_picture_is_found_wherever_it_begins() -> None:
    for start in range(WINDOW - 21, WINDOW + 2, 2):
        raw = picture(b"A" * MIN_CUT_LENGTH)
        before, after = b'{"b64_json": "', b'", "a": '
        filler = b"B" * (start - len(before + after) - raw.find(b'"bytes'))
        padded = before + filler + after + raw + b"}"
        assert padded.find(b'"bytes') == start
        assert next(map(len, parse_body(padded).media.values())) == MIN_CUT_LENGTH


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    refused = None
    try:
        parse_json(raw)
    except ApiError as error:
        refused = error.id
    assert refused is None or refused.startswith("json_")


def picture(text: bytes, key: bytes = b"bytesBase64Encoded") -> bytes:
    return b'{"instances": [{"image": {"%b" : "%b"}}], "labels": {"a": "b"}}' % (key, text)


@given(st.binary(min_size=MIN_CUT_LENGTH, max_size=3000))
def test_a_long_picture_is_cut_out_and_found_by_its_mark(data: bytes) -> None:
    text = base64.b64encode(data)
    payload = parse_body(picture(text))
    mark = payload.body["instances"][0]["image"]["bytesBase64Encoded"]
    assert bytes(payload.media[mark]) == text
    assert payload.body["labels"] == {"a": "b"}


def test_snake_case_pictures_are_cut_out_too() -> None:
    payload = parse_body(picture(b"A" * MIN_CUT_LENGTH, b"bytes_base64_encoded"))
    assert [bytes(text) for text in payload.media.values()] == [b"A" * MIN_CUT_LENGTH]


def test_equal_pictures_have_equal_marks_and_others_do_not() -> None:
    first, second = (parse_body(picture(letter * MIN_CUT_LENGTH)).body for letter in (b"A", b"B"))
    assert first != second
    assert parse_body(picture(b"A" * MIN_CUT_LENGTH)).body == first


@pytest.mark.parametrize("text", [b"", b"A" * (MIN_CUT_LENGTH - 1), b"A" * MIN_CUT_LENGTH + b"\\/"])
def test_short_and_escaped_texts_stay_where_they_are(text: bytes) -> None:
    payload = parse_body(picture(text))
    assert payload.media == {}
    assert payload.body == json.loads(picture(text))


@given(JSON)
def test_a_body_without_pictures_is_just_parsed(value: Any) -> None:
    assert parse_body(json.dumps(value).encode()).body == value


def test_words_that_look_like_a_picture_are_words() -> None:
    body = {"prompt": '"bytesBase64Encoded": "' + "A" * MIN_CUT_LENGTH}
    assert parse_body(json.dumps(body).encode()).body == body


@pytest.mark.parametrize(
    "raw", [b'{"bytesBase64Encoded"', b'{"bytesBase64Encoded": "AAAA', b'{"bytesBase64Encoded": 3']
)
def test_a_picture_that_does_not_end_is_no_json(raw: bytes) -> None:
    with pytest.raises(ApiError, match="json_malformed"):
        parse_body(raw)
