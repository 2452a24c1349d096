"""Scrubbing reports, the terminal and cassettes: credentials, projects, cookies, addresses.

Headers and query parameters are kept by a list of names, so that a new one cannot slip through;
what the others held is taken out everywhere else, in every spelling.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from traceback import format_exc
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit, urlunsplit

import pybase64

from imagen_fake.contract.cassettes.occurrences import lowercase, replace_all, without_line_breaks
from imagen_fake.contract.cassettes.patterns import REDACTED, redact
from imagen_fake.contract.cassettes.secrets import (
    MIN_LENGTH,
    QUERY_PARAMETERS,
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    is_identifying,
    secrets,
)
from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.printable import printable

Headers = tuple[tuple[bytes, bytes], ...]
Scrub = Callable[[str], str]
Leaf = Callable[[str, str, str], str]

MAX_SPELLINGS = 600
"""The most spellings of secrets that are remembered, the latest ones."""

MAX_NESTING = 3
"""The most layers of encoding that are decoded."""

BASE64 = re.compile(r"[\w+/-]{16,}=*")
ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrt\"\\/\']))")
LARGEST_NUMBER = 10**10
"""Larger than every seed; project numbers are larger still."""


class ScrubbedError(Exception):
    """An error of the kit, as a traceback without secrets."""


class Scrubber:
    """Redacts learned secrets in every encoding, and what matches the patterns."""

    def __init__(self) -> None:
        self._learned: dict[str, None] = {}

    def learn(self, request: Request, response: Response | None = None) -> None:
        """Learn the secrets of an exchange."""
        for secret in secrets(request, response or Response(0, (), b"")):
            for spelling in _spellings(secret):
                self._learned.pop(spelling, None)
                self._learned[spelling] = None
        while len(self._learned) > MAX_SPELLINGS:
            del self._learned[next(iter(self._learned))]

    def __call__(self, text: str) -> str:
        """The text without secrets; where one was encoded, the text is decoded."""
        return self._scrubbed(text, MAX_NESTING)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise whatever is raised inside as ScrubbedError."""
        try:
            yield
        except Exception:  # noqa: BLE001 (the text of any error may repeat what was sent)
            raise ScrubbedError(printable(self(format_exc()))) from None

    def redact_learned(self, text: str) -> str:
        """The text without learned secrets, and with all else."""
        low = lowercase(text)
        bare = without_line_breaks(low)
        occurring = [spelling for spelling in self._learned if spelling in low or spelling in bare]
        for spelling in sorted(occurring, key=len, reverse=True):
            text = replace_all(text, spelling, REDACTED)
        return text

    def _scrubbed(self, text: str, depth: int) -> str:
        text = inside = self._plain(text)
        for _ in range(depth):
            if (decoded := _unescape(inside)) == inside:
                break
            inside = self._plain(decoded)
            text = inside if inside != decoded else text
        return BASE64.sub(lambda match: self._veiled(match[0], depth - 1), text)

    def _plain(self, text: str) -> str:
        return redact(self.redact_learned(text))

    def _veiled(self, text: str, depth: int) -> str:
        inside = _decode_base64(text) if depth > 0 else None
        return REDACTED if inside and self._scrubbed(inside, depth) != inside else text


def scrub_request(request: Request, scrub: Scrub) -> Request:
    """A scrubbed request; its body is left to the caller."""
    parts = urlsplit(request.url)
    query = [
        (name, scrub(value)) for name, value in parse_qsl(parts.query) if name in QUERY_PARAMETERS
    ]
    host = scrub(f"//{parts.netloc.rpartition('@')[2]}")[2:]
    path = quote(scrub(unquote(parts.path)), safe="/:@")
    url = urlunsplit((parts.scheme, host, path, urlencode(query), ""))
    return Request(
        request.method, url, _keep_headers(request.headers, REQUEST_HEADERS, scrub), request.body
    )


def scrub_response(response: Response, scrub: Scrub) -> Response:
    """A scrubbed response; its body is left to the caller."""
    return Response(
        response.status, _keep_headers(response.headers, RESPONSE_HEADERS, scrub), response.body
    )


def scrub_json(node: Any, scrub: Scrub, leaf: Leaf, at: str, key: str = "") -> Any:
    """A JSON value whose keys are scrubbed, and whose large numbers are zero.

    `leaf` says what becomes of a text, from the text, its field's name and its place below `at`.
    """
    if isinstance(node, dict):
        return {
            scrub(name): _hide(child, scrub)
            if is_identifying(name, child)
            else scrub_json(child, scrub, leaf, f"{at}/{name}", name)
            for name, child in node.items()
        }
    if isinstance(node, list):
        return [
            scrub_json(child, scrub, leaf, f"{at}/{index}", key) for index, child in enumerate(node)
        ]
    if isinstance(node, str):
        return leaf(node, key, at)
    if isinstance(node, int | float) and not isinstance(node, bool):
        return 0 if abs(node) >= LARGEST_NUMBER or scrub(str(node)) == REDACTED else node
    return node


def _hide(value: Any, scrub: Scrub) -> Any:
    """A value of the same shape without content."""
    if isinstance(value, dict):
        return {scrub(key): _hide(child, scrub) for key, child in value.items()}
    if isinstance(value, list):
        return [_hide(child, scrub) for child in value]
    if isinstance(value, str):
        return REDACTED
    return 0 if isinstance(value, int | float) and not isinstance(value, bool) else value


def scrubber(request: Request, response: Response) -> Scrubber:
    """What takes out of a text all that one exchange must not tell."""
    made = Scrubber()
    made.learn(request, response)
    return made


@lru_cache(maxsize=MAX_SPELLINGS)
def _spellings(secret: str) -> tuple[str, ...]:
    """A secret as it may be written, in lower case; halves of a long one, too."""
    half = len(secret) // 2 if len(secret) >= 4 * MIN_LENGTH else len(secret)
    spellings = [secret, secret[:half], secret[-half:], quote(secret, safe=""), quote_plus(secret)]
    spellings += [json.dumps(secret)[1:-1], secret.encode().hex()]
    for padding in (b"", b" ", b"  "):  # where it stands in a longer text shifts the letters
        letters = b64encode(padding + secret.encode()).decode()
        core = letters[4 if padding else 0 :].rstrip("=")[:-1]
        spellings += [core, core.replace("+", "-").replace("/", "_")]
    return tuple({one.lower(): None for one in spellings})


def _unescape(text: str) -> str:
    """A text without percent-encoding, escapes of JSON, and entities of HTML."""
    return html.unescape(ESCAPED.sub(_character, unquote(text)))


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        character = chr(int(code, 16))
        return match[0] if "\ud800" <= character <= "\udfff" else character
    return {"n": "\n", "r": "\r", "t": "\t"}.get(match[3], match[3])


def _decode_base64(text: str) -> str | None:
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return pybase64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("latin-1")
    except ValueError:
        return None


def _keep_headers(headers: Any, names: set[str], scrub: Scrub) -> Headers:
    return tuple(
        (name, scrub(value.decode("latin-1")).encode("latin-1"))
        for name, value in headers
        if name.decode("latin-1").lower() in names
    )
