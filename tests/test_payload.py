import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.errors import ApiError, status
from imagen_fake.payload import LONG_TEXT, MOST_BYTES, MOST_VALUES, WINDOW, parse, read

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
        (b"[1 2]", "Expected , or ] after array value.\n[1 2]\n   ^"),
        (b'{"a}": [{} 2', 'Expected , or ] after array value.\n{"a}": [{} 2\n           ^'),
        (b'{"a": ["["] 2', 'Expected , or } after key:value pair.\n{"a": ["["] 2\n            ^'),
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


@pytest.mark.parametrize("depth", [101, 2000, MOST_VALUES])
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


@pytest.mark.parametrize(
    ("most", "more"),
    [
        (b"[" + b" " * (MOST_BYTES - 2) + b"]", b" ]"),
        (b"[" + b",".join([b"{}"] * (MOST_VALUES // 2)) + b"]", b", 1]"),
    ],
    ids=["bytes", "values"],
)
def test_more_json_than_any_request_needs_is_refused_unread(most: bytes, more: bytes) -> None:
    assert parse(most) == json.loads(most)
    assert "more than 1048576 bytes, or more than 4000 values" in complaint(most[:-1] + more)


@pytest.mark.parametrize("text", [b"A" * LONG_TEXT, b"A", b""])
def test_more_keys_of_pictures_than_values_are_refused_unread(text: bytes) -> None:
    many = b",".join([b'{"b64_json": "%b"}' % text] * (MOST_VALUES + 1))
    with pytest.raises(ApiError, match="json_too_large"):
        read(b"[" + many + b"]")


@pytest.mark.parametrize("key", [b'"b64_json"', b'"b64_json":"', b'"bytesBase64Encoded" :'])
def test_no_more_keys_of_pictures_are_looked_for_than_values_are_read(key: bytes) -> None:
    class Counted(bytes):
        searches = 0

        def find(self, *place: Any) -> int:
            Counted.searches += 1
            return super().find(*place)

    with pytest.raises(ApiError, match="json_too_large"):
        read(Counted(key * 100_000))
    assert Counted.searches <= 4 * MOST_VALUES


def test_a_picture_is_found_wherever_it_begins() -> None:
    for start in range(WINDOW - 21, WINDOW + 2, 2):
        raw = picture(b"A" * LONG_TEXT)
        padded = b'{"b64_json": "' + b"B" * (start - raw.find(b'"bytes')) + b'", "a": ' + raw + b"}"
        assert next(map(len, read(padded).media.values())) == LONG_TEXT


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    refused = None
    try:
        parse(raw)
    except ApiError as error:
        refused = error.id
    assert refused is None or refused.startswith("json_")


def picture(text: bytes, key: bytes = b"bytesBase64Encoded") -> bytes:
    return b'{"instances": [{"image": {"%b" : "%b"}}], "labels": {"a": "b"}}' % (key, text)


@given(st.binary(min_size=LONG_TEXT, max_size=3000))
def test_a_long_picture_is_cut_out_and_found_by_its_mark(data: bytes) -> None:
    text = base64.b64encode(data)
    payload = read(picture(text))
    mark = payload.body["instances"][0]["image"]["bytesBase64Encoded"]
    assert bytes(payload.media[mark]) == text
    assert payload.body["labels"] == {"a": "b"}


def test_snake_case_pictures_are_cut_out_too() -> None:
    payload = read(picture(b"A" * LONG_TEXT, b"bytes_base64_encoded"))
    assert [bytes(text) for text in payload.media.values()] == [b"A" * LONG_TEXT]


def test_equal_pictures_have_equal_marks_and_others_do_not() -> None:
    first, second = (read(picture(letter * LONG_TEXT)).body for letter in (b"A", b"B"))
    assert first != second
    assert read(picture(b"A" * LONG_TEXT)).body == first


@pytest.mark.parametrize("text", [b"", b"A" * (LONG_TEXT - 1), b"A" * LONG_TEXT + b"\\/"])
def test_short_and_escaped_texts_stay_where_they_are(text: bytes) -> None:
    payload = read(picture(text))
    assert payload.media == {}
    assert payload.body == json.loads(picture(text))


@given(JSON)
def test_a_body_without_pictures_is_just_parsed(value: Any) -> None:
    assert read(json.dumps(value).encode()).body == value


def test_words_that_look_like_a_picture_are_words() -> None:
    body = {"prompt": '"bytesBase64Encoded": "' + "A" * LONG_TEXT}
    assert read(json.dumps(body).encode()).body == body


@pytest.mark.parametrize(
    "raw", [b'{"bytesBase64Encoded"', b'{"bytesBase64Encoded": "AAAA', b'{"bytesBase64Encoded": 3']
)
def test_a_picture_that_does_not_end_is_no_json(raw: bytes) -> None:
    with pytest.raises(ApiError, match="json_malformed"):
        read(raw)
