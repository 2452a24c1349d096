"""The secrets of an exchange, by the names of headers, parameters and fields."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from imagen_fake.contract.exchange import Request, Response

REQUEST_HEADERS = {"accept", "content-type"}
RESPONSE_HEADERS = {
    "alt-svc", "cache-control", "content-type", "date", "retry-after", "server", "server-timing",
    "vary", "www-authenticate", "x-content-type-options", "x-frame-options",
    "x-vertex-ai-llm-request-type", "x-xss-protection",
}  # fmt: skip
QUERY_PARAMETERS = {"alt", "pageSize", "pageToken", "uploadType", "view"}

SECRET_NAME = re.compile(
    "auth|key|token|cookie|project|request-?id|trace|session|mail|account|assertion|signature|secret"
    "|credential|appcheck|dpop|password|client-?id|user(?!-agent)|forwarded|real-ip|^code$|^sig$",
    re.IGNORECASE,
)
"""Names of headers and parameters whose values are secrets."""

MIN_LENGTH = 6
"""The least characters of a secret; shorter ones would occur in any word."""

IDENTIFYING = {
    "accesstoken", "account", "apikey", "assertion", "authorization", "clientid", "clientip",
    "clientsecret", "consumer", "cookie", "credential", "credentials", "email", "hostname",
    "idtoken", "ipaddress", "labels", "password", "privatekey", "privatekeyid", "project",
    "projectid", "projectnumber", "refreshtoken", "requestid", "responseid", "secret",
    "serviceaccount", "servingdata", "sessionid", "token", "traceid", "user", "userid", "username",
    "vertexcredentials", "xgoogapikey",
}  # fmt: skip
"""Names of fields, without case and marks, whose values are hidden."""

PART_OF_NAME = (
    "credential|secret|passw|passphrase|passcode|pwd|privatekey|authorization|apikey|cookie"
    "|assertion|jwt"
)
"""What the name of a secret field has at any place."""

END_OF_NAME = (
    "(?<!page)token|tokenvalue|auth|bearer|signature|sessionid|csrf|xsrf"
    "|(?:access|account|encryption|master|pass|session|shared|signing|storage)key"
)
"""What the name of a secret field ends in."""

SECRET_WORDS = {"key", "otp", "pass", "pw", "sid", "sig"}
"""What the last word in the name of a secret field is."""

SECRET_NAME_OF_FIELD = re.compile(f"{PART_OF_NAME}|(?:{END_OF_NAME})$")

JSON = re.compile(rb"\s*[\[{]")
"""The beginning of a body that may hold fields."""

MAX_NAME = 1000
"""The most characters of a field's name that are read."""


def secrets(request: Request, response: Response) -> Iterator[str]:
    """The secrets of an exchange, of `MIN_LENGTH` characters or more."""
    url = urlsplit(request.url)
    pairs = [(name, value) for name, value in parse_qsl(url.query) if name not in QUERY_PARAMETERS]
    for key, one in (*request.headers, *response.headers):
        name, value = key.decode("latin-1").lower(), one.decode("latin-1")
        if name == "location":
            pairs += parse_qsl(urlsplit(value).query)
        elif name not in REQUEST_HEADERS | RESPONSE_HEADERS:
            pairs.append((name, value))
    values = [
        piece for name, value in pairs if SECRET_NAME.search(name) for piece in _pieces(name, value)
    ]
    values += re.findall(r"projects/([^/:]+)", unquote(url.path))
    values += [*_secret_values(request.body), *_secret_values(response.body)]
    values += url.netloc.rpartition("@")[0].split(":")
    yield from (one for one in values if len(one) >= MIN_LENGTH)


def _secret_values(body: bytes) -> Iterator[str]:
    """The texts and numbers in a JSON body whose names mark them as secret."""
    try:
        nodes = [(json.loads(body), False)] if JSON.match(body) else []
    except (ValueError, RecursionError):
        return
    while nodes:
        node, secret = nodes.pop()
        if isinstance(node, dict):
            nodes += [
                (
                    child,
                    secret
                    or (is_identifying(key, child) and not isinstance(child, dict))
                    or is_secret_name(key),
                )
                for key, child in node.items()
            ]
        elif isinstance(node, list):
            nodes += [(child, secret) for child in node]
        elif secret and isinstance(node, str | int) and not isinstance(node, bool):
            yield str(node)


def is_secret_name(name: str) -> bool:
    """Whether the values of a field of that name are credentials."""
    *_, last = re.split(r"[\W_]+", re.sub("(?<=[a-z])(?=[A-Z])", " ", name).strip())
    folded = re.sub(r"[\W_]", "", name).lower()
    return last.lower() in SECRET_WORDS or SECRET_NAME_OF_FIELD.search(folded) is not None


def is_identifying(key: str, value: Any) -> bool:
    """Whether a field of JSON identifies a call or a caller; lists of `labels` are of pictures."""
    if is_secret_name(key[:MAX_NAME]):
        return True
    return re.sub(r"\W|_", "", key).lower() in IDENTIFYING and not isinstance(value, list)


def _pieces(name: str, value: str) -> Iterator[str]:
    """A credential without its scheme; the values of cookies; other values as they are."""
    if "cookie" in name.lower():
        pairs = value.split(";")
        for pair in pairs[:1] if name.lower() == "set-cookie" else pairs:
            yield pair.partition("=")[2].strip()
    else:
        scheme, _, rest = value.strip().partition(" ")
        yield rest.strip() or scheme
