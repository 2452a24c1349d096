"""Which headers and parameters go on, in both directions (RFC 9110, 7.6)."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from imagen_fake.auth.credential import is_fakes_own

Header = tuple[bytes, bytes]

HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authentication-info proxy-authorization"
    b" proxy-connection te trailer transfer-encoding upgrade".split()
)
"""What is said to the next server only, beside what `Connection` names."""

CREDENTIAL_HEADERS = frozenset(
    b"api-key authorization cookie x-api-key x-firebase-appcheck x-goog-api-key"
    b" x-goog-iam-authorization-token".split()
)
CREDENTIAL_PARAMETERS = frozenset((b"access_token", b"key"))

OWN_REQUEST = (b"x-imagen-fake",)
"""Beginnings of headers that are for the fake alone: directives, projects."""

REPLACED = frozenset((b"content-length", b"expect", b"host"))
"""Of a request: `Host` is the upstream's, and the length what comes."""

OWN_RESPONSE = frozenset(
    b"alt-svc cross-origin-resource-policy date strict-transport-security"
    b" x-content-type-options".split()
)
"""Of a response: what would hold for the host of the fake, and what the fake sends itself."""

CORS = (b"access-control-", b"x-imagen-fake")
"""Beginnings of headers of a response that are the fake's to send."""


def request_headers(headers: Iterable[Header], *, credentials: bool) -> Iterator[Header]:
    """The headers of a request (names in lower case) that go on to an upstream.

    `credentials` says whether those of the client are among them.
    """
    dropped = HOP_BY_HOP | REPLACED | (frozenset() if credentials else CREDENTIAL_HEADERS)
    for name, value in _end_to_end(headers):
        if name not in dropped and not name.startswith(OWN_REQUEST):
            yield name, value


def response_headers(headers: Iterable[Header], *, credentials: bool) -> Iterator[Header]:
    """The headers of a response that go on to the client; `credentials` as above, for cookies."""
    dropped = HOP_BY_HOP | OWN_RESPONSE | (frozenset() if credentials else {b"set-cookie"})
    for name, value in _end_to_end((name.lower(), value) for name, value in headers):
        if name not in dropped and not name.startswith(CORS):
            yield name, value


def _end_to_end(headers: Iterable[Header]) -> Iterator[Header]:
    """The headers without those that `Connection` names."""
    listed = list(headers)
    named = {
        option.strip().lower()
        for name, value in listed
        if name == b"connection"
        for option in value.split(b",")
    }
    return ((name, value) for name, value in listed if name not in named)


def query(text: bytes, *, credentials: bool) -> bytes:
    """A query string without API keys and tokens, unless they go on; all else as it came."""
    if credentials:
        return text
    return b"&".join(part for part in text.split(b"&") if not _has_credential(part))


def _has_credential(part: bytes) -> bool:
    """Whether a part of a query string is a credential, also where `;` separates parts."""
    names = (one.partition(b"=")[0].replace(b"+", b" ") for one in re.split(rb";|%3[bB]", part))
    return any(unquote_to_bytes(name).strip().lower() in CREDENTIAL_PARAMETERS for name in names)


def has_fakes_own(headers: Iterable[Header], query: bytes) -> bool:
    """Whether a request carries a token or an API key that a fake has issued."""
    texts = [*(value for _, value in headers), unquote_to_bytes(query.replace(b"+", b" "))]
    words = (word.strip(b"=") for text in texts for word in re.split(rb"[^\w./~+-]+", text))
    return any(is_fakes_own(word.decode("latin-1")) for word in words if word.count(b".") > 1)
