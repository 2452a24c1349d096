"""The beginning of a request, as the journal keeps it."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from imagen_fake.pipeline.redaction import REDACTED, masked
from imagen_fake.store import LRUCache

KEPT = frozenset(
    b"accept accept-encoding accept-language connection content-encoding content-length"
    b" content-type date grpc-timeout host origin sec-fetch-dest sec-fetch-mode sec-fetch-site te"
    b" transfer-encoding user-agent x-client-info x-firebase-client x-goog-api-client"
    b" x-goog-fieldmask x-goog-request-params x-goog-user-project x-imagen-fake x-request-id"
    b" x-requested-with x-server-timeout x-stainless-arch x-stainless-async x-stainless-lang"
    b" x-stainless-os x-stainless-package-version x-stainless-retry-count x-stainless-runtime"
    b" x-stainless-runtime-version x-stainless-timeout".split()
)
"""The headers whose values are kept; of all others nothing but that they were there."""

LONGEST_PATH, LONGEST_VALUE, LONGEST_NAME = 2000, 1000, 100
MOST_HEADERS = 100

QUERY = re.compile(r"\?\S*")
USER = re.compile(r"//[^/@\s]{1,1000}@")


class Head(NamedTuple):
    """The beginning of a request, as far as it is kept: nothing in it is long, or secret."""

    method: str
    path: str
    headers: Mapping[str, str]
    sent: int
    """How many bytes path and headers had."""
    secret: bool = False
    """Whether a credential was masked in the headers."""

    @property
    def size(self) -> int:
        """How many characters it has."""
        return len(self.path) + sum(len(name) + len(value) for name, value in self.headers.items())


def head(scope: Mapping[str, Any]) -> Head:
    """What is kept of an ASGI scope."""
    path = scrubbed(str(scope["path"])[:LONGEST_PATH])
    sent = len(scope["path"]) + sum(len(name) + len(value) for name, value in scope["headers"])
    headers, secret = {}, False
    for name, value in scope["headers"][:MOST_HEADERS]:
        name = name.lower()
        kept, masks = _kept_value(value) if name in KEPT else (REDACTED, False)
        headers[name.decode("latin-1")[:LONGEST_NAME]] = kept
        secret = secret or masks
    return Head(str(scope["method"]), path, headers, sent, secret)


def scrubbed(text: str) -> str:
    """A text without the queries and the users of addresses: keys and passwords stand there."""
    return USER.sub("//", QUERY.sub(f"?{REDACTED}", text)) if "?" in text or "@" in text else text


def _kept_value(value: bytes) -> tuple[str, bool]:
    """What is kept of a header's value, and whether a credential was masked in it.

    Clients send the same ones with every call, and to search one takes as long as all the rest.
    """
    known = _PLAIN_VALUES.get(value)
    if known is not None:
        return known, False
    text = scrubbed(value[:LONGEST_VALUE].decode("latin-1"))
    kept = masked(text)
    if kept == text and len(value) <= LONGEST_VALUE and REDACTED not in kept:
        _PLAIN_VALUES.put(value, kept)
    return kept, kept != text


def _value_size(value: bytes, text: str) -> int:
    return len(value) + len(text) + 200


_PLAIN_VALUES = LRUCache[bytes, str](2**16, _value_size)
"""Values of headers without a credential, as they are kept."""
