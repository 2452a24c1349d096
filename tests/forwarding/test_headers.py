"""Which headers and parameters go on: the whole kinds, not those that a call has by chance."""

from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.auth.credential import UnsignedIssuer
from imagen_fake.forwarding.headers import (
    CREDENTIAL_HEADERS,
    HOP_BY_HOP,
    has_fakes_own,
    query,
    request_headers,
    response_headers,
)

NAMES = st.sampled_from(
    sorted(
        {
            *HOP_BY_HOP,
            *CREDENTIAL_HEADERS,
            b"x-a",
            b"x-b",
            b"host",
            b"content-length",
            b"set-cookie",
        }
    )
)
HEADERS = st.lists(st.tuples(NAMES, st.sampled_from([b"", b"x-a", b"X-B , close", b"x-a,x-b"])))


@given(HEADERS, st.booleans())
def test_nothing_of_one_hop_goes_on_in_either_direction(
    headers: list[tuple[bytes, bytes]], credentials: bool
) -> None:
    named = b",".join(value.lower() for name, value in headers if name == b"connection")
    for kept in (
        [*request_headers(headers, credentials=credentials)],
        [*response_headers(headers, credentials=credentials)],
    ):
        assert not HOP_BY_HOP & {name for name, _ in kept}
        assert (
            not {name for name, _ in kept}
            & {b"x-a", b"x-b"}
            & set(named.replace(b" ", b"").split(b","))
        )
        rest = iter(headers)
        assert all(one in rest for one in kept)  # in their order, as they were


@given(HEADERS)
def test_credentials_go_on_only_if_that_is_wanted(headers: list[tuple[bytes, bytes]]) -> None:
    names = {name for name, _ in request_headers(headers, credentials=False)}
    assert not names & CREDENTIAL_HEADERS
    assert b"set-cookie" not in dict(response_headers(headers, credentials=False))


def test_names_of_responses_are_of_any_case() -> None:
    headers = [(b"SET-Cookie", b"1"), (b"Connection", b"X-A"), (b"x-A", b"1"), (b"X-Kept", b"1")]
    assert [*response_headers(headers, credentials=False)] == [(b"x-kept", b"1")]


@given(st.binary(max_size=50))
def test_a_query_without_credentials_stays_as_it_is(text: bytes) -> None:
    if b"key" not in text.lower() and b"token" not in text.lower() and b"%" not in text:
        assert query(text, credentials=False) == text
    assert query(text, credentials=True) == text


def test_a_credential_is_found_however_it_is_spelled() -> None:
    for part in (b"key=s", b"KEY=s", b"%6bey=s", b"k%65y", b"a=1;key=s", b"+key=s", b"a%3Bkey=s"):
        assert query(b"a=1&" + part + b"&b=2", credentials=False) == b"a=1&b=2"
    kept = b"keys=1&monkey=2&a=key&a=key=1"
    assert query(kept, credentials=False) == kept


def test_a_fakes_token_is_found_wherever_it_stands() -> None:
    token = UnsignedIssuer().issue("access", "alice").encode()
    for value in (token, b"Bearer " + token, b"a=" + token + b"; b=1", b'"' + token + b'"'):
        assert has_fakes_own([(b"x-any", value)], b"")
    assert has_fakes_own([], b"a=1&b=" + token)
    assert not has_fakes_own([(b"authorization", b"Bearer ya29.a.b.c")], b"key=AIza.b.c")
