"""Method, path and headers of a request, as the journal records them."""

import re
import secrets
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from imagen_fake.auth.access import credential_in
from imagen_fake.middleware.project import project_of
from imagen_fake.pipeline.redaction import REDACTED, redact
from imagen_fake.store import LRUCache

RECORDED_HEADERS = frozenset(
    b"accept accept-encoding accept-language connection content-encoding content-length"
    b" content-type date grpc-timeout host origin sec-fetch-dest sec-fetch-mode sec-fetch-site te"
    b" transfer-encoding user-agent x-client-info x-firebase-client x-goog-api-client"
    b" x-goog-fieldmask x-goog-request-params x-goog-user-project x-imagen-fake"
    b" x-imagen-fake-project x-request-id x-requested-with x-server-timeout x-stainless-arch"
    b" x-stainless-async x-stainless-lang x-stainless-os x-stainless-package-version"
    b" x-stainless-retry-count x-stainless-runtime x-stainless-runtime-version"
    b" x-stainless-timeout".split()
)
"""The headers whose values are recorded; the others are redacted."""

MAX_PATH_LENGTH, MAX_VALUE_LENGTH, MAX_NAME_LENGTH = 2000, 1000, 100
MAX_HEADERS = 100

DIGEST_KEY = secrets.token_bytes(32)
"""Of the digests of credentials: nobody can try which one it is, and a new process has another."""

QUERY = re.compile(r"\?\S*")
USER = re.compile(r"//[^/@\s]{1,1000}@")


class Head(NamedTuple):
    """Method, path and headers of a request, shortened and without credentials."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw_size: int
    """The bytes of path and headers before they were shortened."""
    has_secret: bool = False
    """Whether a credential was masked in the headers."""
    project: str = ""
    """The project that the request is for."""
    credential: str = ""
    """A digest that tells credentials apart while this process lives; empty without one."""
    size: int = 0
    """How many characters path and headers have."""


def request_head(scope: Mapping[str, Any]) -> Head:
    """The head of an ASGI scope. Clients send the same one with every call."""
    fields = (scope["method"], scope["path"], scope.get("query_string", b""))
    key = blake2b(repr((fields, scope["headers"])).encode(), key=DIGEST_KEY).digest()
    return _HEADS.get_or_create(key, lambda: _request_head(scope))


def _request_head(scope: Mapping[str, Any]) -> Head:
    path = redact_url(str(scope["path"])[:MAX_PATH_LENGTH])
    size = len(scope["path"]) + sum(len(name) + len(value) for name, value in scope["headers"])
    headers, secret = {}, False
    for name, value in scope["headers"][:MAX_HEADERS]:
        name = name.lower()
        recorded = name in RECORDED_HEADERS
        text, masked_here = _recorded_value(value) if recorded else (REDACTED, False)
        headers[name.decode("latin-1")[:MAX_NAME_LENGTH]] = text
        secret = secret or masked_here
    credential = credential_digest(scope)
    method, project = str(scope["method"]), project_of(scope)
    kept = len(path) + sum(len(name) + len(value) for name, value in headers.items())
    return Head(method, path, headers, size, secret, project, credential, kept)


def credential_digest(scope: Mapping[str, Any]) -> str:
    """Of the credential of an ASGI scope, by a key that is kept nowhere else; empty without one."""
    credential = credential_in(scope["headers"], scope.get("query_string", b""))
    if credential is None:
        return ""
    return blake2b(credential.text.encode(), digest_size=8, key=DIGEST_KEY).hexdigest()


def redact_url(text: str) -> str:
    """A text without the queries and user names of URLs, which may have keys and passwords."""
    return USER.sub("//", QUERY.sub(f"?{REDACTED}", text)) if "?" in text or "@" in text else text


def _recorded_value(value: bytes) -> tuple[str, bool]:
    """The value of a header without credentials, and whether it had one.

    Clients send the same ones with every call, and to search one takes as long as all the rest.
    """
    cached = _PLAIN_VALUES.get(value)
    if cached is not None:
        return cached, False
    text = redact_url(value[:MAX_VALUE_LENGTH].decode("latin-1"))
    redacted = redact(text)
    if redacted == text and len(value) <= MAX_VALUE_LENGTH and REDACTED not in text:
        _PLAIN_VALUES.put(value, text)
    return redacted, redacted != text


_PLAIN_VALUES = LRUCache[bytes, str](2**16, lambda value, text: len(value) + len(text) + 200)
"""Header values without a credential, as they are recorded."""

_HEADS = LRUCache[bytes, Head](2**16, lambda key, head: len(key) + head.size + 1000)
"""Heads by a digest of what they are made of, which has a credential."""
