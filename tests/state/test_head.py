from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.state.head import (
    _PLAIN_VALUES,
    MAX_VALUE_LENGTH,
    RECORDED_HEADERS,
    redact_url,
    request_head,
)


@given(st.text(max_size=200))
def test_a_text_without_an_address_is_kept_as_it_is(text: str) -> None:
    if "?" not in text and "@" not in text:
        assert redact_url(text) == text


def test_names_of_headers_are_in_lower_case() -> None:
    assert all(name == name.lower() for name in RECORDED_HEADERS)
    assert request_head({"method": "GET", "path": "/", "headers": [(b"HOST", b"a")]}).headers == {
        "host": "a"
    }


def asked(*values: bytes) -> list[bool]:
    """Whether each of some user agents has a credential."""
    headers = [[(b"User-Agent", value)] for value in values]
    return [
        request_head({"method": "GET", "path": "/", "headers": one}).has_secret for one in headers
    ]


def test_a_credential_in_a_header_is_noticed_each_time() -> None:
    assert asked(b"me", b"api_key=s3cr3t", b"me", b"api_key=s3cr3t") == [False, True, False, True]


def test_a_value_with_a_credential_is_not_remembered() -> None:
    asked(b"me again", b"password: s3cr3t-s3cr3t", b"x" * (MAX_VALUE_LENGTH + 1))
    values = list(_PLAIN_VALUES._entries)
    assert b"me again" in values
    assert not any(b"s3cr3t" in value or len(value) > MAX_VALUE_LENGTH for value in values)
