"""What must not reach a cassette: credentials, projects, cookies, addresses, ids of requests.

Headers and query parameters are kept by a list of names, so that a new one cannot slip through;
what the others held is taken out everywhere else, in every spelling.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit, urlunsplit

import pybase64

from imagen_fake.contract.exchange import Request, Response

Headers = tuple[tuple[bytes, bytes], ...]
Scrub = Callable[[str], str]
Leaf = Callable[[str, str, str], str]

ASKED = {"accept", "content-type"}
ANSWERED = {
    "alt-svc", "cache-control", "content-type", "date", "retry-after", "server", "server-timing",
    "vary", "www-authenticate", "x-content-type-options", "x-frame-options",
    "x-vertex-ai-llm-request-type", "x-xss-protection",
}  # fmt: skip
PARAMETERS = {"alt", "pageSize", "pageToken", "uploadType", "view"}

TELLING = re.compile("auth|key|token|cookie|project|request-?id|trace|session|mail|account", re.I)
"""Names of headers and parameters whose values are looked for everywhere."""

SHORTEST = 6
"""Characters of a secret; shorter ones would be found in any word."""

HIDDEN = "REDACTED"
PROJECT = "PROJECT"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\bbearer\s+(?!realm=)[\w.~+/=-]{6,}"), f"Bearer {HIDDEN}"),
    (re.compile(r"\bya29\.[\w.-]+|\bAIza[\w-]{20,}|\bsk-[\w-]{16,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w.-]+"), HIDDEN),
    (re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]+(?:\.[\w-]+)+"), "EMAIL"),
    (re.compile(r"\bprojects/[^/\s`'\"<>\\:?]+"), f"projects/{PROJECT}"),
    (re.compile(r"(?i)\b(project(?:[_ ](?:id|number))?[=:]\s*)[\w-]+"), rf"\1{PROJECT}"),
    (re.compile(r"\b([Pp]roject )(?=[\w-]*[\d-])[\w-]{6,}"), rf"\1{PROJECT}"),
    (re.compile(r"(?i)\b(request[ _-]?id[\"']?[=: ]+[\"']?)[\w-]{4,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{24,}\b"), HIDDEN),
    (re.compile(r"\d{9,}"), "0"),
)  # fmt: skip
"""What looks like a secret wherever it stands, and what takes its place."""

BASE64 = re.compile(r"[\w+/-]{16,}=*")
IDENTIFYING = {"requestid", "traceid", "responseid", "servingdata", "consumer", "email", "user"}
LARGEST_NUMBER = 10**10
"""Beyond every seed; project numbers are larger."""


def scrubbed_request(request: Request, scrub: Scrub) -> Request:
    """A request without what must not be kept; its body is left to the caller."""
    parts = urlsplit(request.url)
    query = [(name, scrub(value)) for name, value in parse_qsl(parts.query) if name in PARAMETERS]
    host = parts.netloc.rpartition("@")[2]
    path = quote(scrub(unquote(parts.path)), safe="/:@")
    url = urlunsplit((parts.scheme, scrub(host), path, urlencode(query), ""))
    return Request(request.method, url, _kept(request.headers, ASKED, scrub), request.body)


def scrubbed_response(response: Response, scrub: Scrub) -> Response:
    """An answer without what must not be kept; its body is left to the caller."""
    return Response(response.status, _kept(response.headers, ANSWERED, scrub), response.body)


def scrubbed_json(node: Any, scrub: Scrub, leaf: Leaf, at: str, key: str = "") -> Any:
    """A JSON value whose keys are scrubbed, and whose large numbers are zero.

    `leaf` says what becomes of a text, from the text, its field's name and its place below `at`.
    """
    if isinstance(node, dict):
        return {
            scrub(name): HIDDEN
            if identifying(name, child)
            else scrubbed_json(child, scrub, leaf, f"{at}/{name}", name)
            for name, child in node.items()
        }
    if isinstance(node, list):
        return [
            scrubbed_json(child, scrub, leaf, f"{at}/{index}", key)
            for index, child in enumerate(node)
        ]
    if isinstance(node, str):
        return leaf(node, key, at)
    if isinstance(node, int | float) and not isinstance(node, bool):
        return 0 if abs(node) >= LARGEST_NUMBER or scrub(str(node)) == HIDDEN else node
    return node


def identifying(key: str, value: Any) -> bool:
    """Whether a field of JSON names a call or a caller."""
    return isinstance(value, str) and re.sub(r"\W|_", "", key).lower() in IDENTIFYING


def scrubber(request: Request, response: Response) -> Scrub:
    """What takes out of a text all that one exchange must not tell."""
    found = sorted({*_secrets(request, response)}, key=len, reverse=True)
    spelled = [re.escape(one) for secret in found for one in _spellings(secret)]
    known = re.compile("|".join(spelled), re.IGNORECASE) if spelled else None

    def plain(text: str) -> str:
        text = known.sub(HIDDEN, text) if known else text
        for pattern, name in PATTERNS:
            text = pattern.sub(name, text)
        return text

    def veiled(match: re.Match[str]) -> str:
        inside = _decoded(match[0])
        return HIDDEN if inside and plain(inside) != inside else match[0]

    return lambda text: BASE64.sub(veiled, plain(text))


def _secrets(request: Request, response: Response) -> Iterator[str]:
    """What an exchange itself shows to be secret, of `SHORTEST` characters or more."""
    url = urlsplit(request.url)
    told = [(name, value) for name, value in parse_qsl(url.query) if name not in PARAMETERS]
    for name, value in (*request.headers, *response.headers):
        told.append((name.decode("latin-1"), value.decode("latin-1")))
    held = [piece for name, value in told if TELLING.search(name) for piece in _pieces(name, value)]
    held += re.findall(r"projects/([^/:]+)", unquote(url.path))
    held += url.netloc.rpartition("@")[0].split(":")
    yield from (one for one in held if len(one) >= SHORTEST)


def _pieces(name: str, value: str) -> Iterator[str]:
    """A credential without its scheme; the values of cookies; other values as they are."""
    if "cookie" in name.lower():
        pairs = value.split(";")
        for pair in pairs[:1] if name.lower() == "set-cookie" else pairs:
            yield pair.partition("=")[2].strip()
    else:
        scheme, _, rest = value.strip().partition(" ")
        yield rest.strip() or scheme


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield from {quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]} - {secret}
    for altogether in (b"", b" ", b"  "):  # where it stands in a longer text shifts the letters
        letters = b64encode(altogether + secret.encode()).decode()
        yield letters[4 if altogether else 0 :].rstrip("=")[:-1]


def _decoded(text: str) -> str | None:
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return pybase64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("latin-1")
    except ValueError:
        return None


def _kept(headers: Any, names: set[str], scrub: Scrub) -> Headers:
    return tuple(
        (name, scrub(value.decode("latin-1")).encode("latin-1"))
        for name, value in headers
        if name.decode("latin-1").lower() in names
    )
