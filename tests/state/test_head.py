from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.state.head import (
    _HEADS,
    _PLAIN_VALUES,
    DIGEST_KEY,
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


def credential(*headers: tuple[bytes, bytes], query: bytes = b"") -> str:
    scope = {"method": "GET", "path": "/", "headers": headers, "query_string": query}
    return request_head(scope).credential


def test_equal_credentials_have_equal_digests_wherever_they_stand() -> None:
    token, key = (b"authorization", b"Bearer s3cr3t"), (b"x-goog-api-key", b"s3cr3t")
    digests = {credential(token), credential(key), credential(query=b"key=s3cr3t")}
    assert len(digests) == 1
    assert credential(query=b"key=other") not in digests


def test_without_a_credential_there_is_no_digest() -> None:
    assert credential((b"user-agent", b"me")) == ""
    assert request_head({"method": "GRPC", "path": "", "headers": []}).credential == ""


def test_a_digest_cannot_be_made_without_its_key() -> None:
    digest = credential(query=b"key=s3cr3t")
    assert digest != blake2b(b"s3cr3t", digest_size=8).hexdigest()
    assert digest == blake2b(b"s3cr3t", digest_size=8, key=DIGEST_KEY).hexdigest()


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_header_and_query_has_a_digest_or_none(value: bytes, query: bytes) -> None:
    assert len(credential((b"authorization", b"Bearer " + value), query=query)) in (0, 16)


def test_a_head_that_comes_again_is_remembered_without_what_its_credential_is() -> None:
    headers = [(b"authorization", b"Bearer s3cr3t-token"), (b"accept", b"a/b")]
    scope = {"method": "POST", "path": "/again", "headers": headers}
    assert request_head(scope) is request_head({**scope, "headers": [*headers]})
    kept = [*_HEADS._entries.items()]
    assert kept
    assert "s3cr3t" not in repr(kept)


def test_heads_that_differ_in_one_thing_alone_are_told_apart() -> None:
    scope = {"method": "GET", "path": "/", "query_string": b"", "headers": [(b"accept", b"a")]}
    others: list[dict[str, object]] = [
        {"method": "PUT"},
        {"path": "/projects/mine/"},
        {"query_string": b"key=secret"},
        {"headers": [(b"accept", b"b")]},
    ]
    heads = [request_head({**scope, **other}) for other in ({}, *others, {})]
    assert heads[0] == heads[-1]
    assert all(heads[number] != heads[0] for number in range(1, len(heads) - 1))
