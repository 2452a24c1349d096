"""What one exchange itself shows to be secret: by the names of headers, parameters and fields."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from imagen_fake.contract.exchange import Request, Response
from imagen_fake.pipeline.redaction import SECRET_BYTES, SECRET_KEY

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
"""Names of headers and parameters whose values are looked for everywhere."""

MIN_LENGTH = 6
"""Characters of a secret; shorter ones would be found in any word."""

IDENTIFYING = {
    "accesstoken", "account", "apikey", "assertion", "authorization", "clientid", "clientip",
    "clientsecret", "consumer", "cookie", "credential", "credentials", "email", "hostname",
    "idtoken", "ipaddress", "labels", "password", "privatekey", "privatekeyid", "project",
    "projectid", "projectnumber", "refreshtoken", "requestid", "responseid", "secret",
    "serviceaccount", "servingdata", "sessionid", "token", "traceid", "user", "userid", "username",
    "vertexcredentials", "xgoogapikey",
}  # fmt: skip
"""Names of fields, without case and marks, whose values are hidden."""

SECRET_FIELD = re.compile(
    rb'%b|"(?i:%b)"'
    % (SECRET_BYTES.pattern, "|".join(map("[-_ ]?".join, sorted(IDENTIFYING))).encode()),
    re.DOTALL,
)
"""What stands in a body that has such a field; others need not be parsed."""

PICTURE_BYTES = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{4096,}")
"""The bytes of a picture, in which no field is named and which take long to look through."""

MAX_NAME = 1000
"""How many characters of a field's name are read."""


def secrets(request: Request, response: Response) -> Iterator[str]:
    """What an exchange itself shows to be secret, of `SHORTEST` characters or more."""
    url = urlsplit(request.url)
    told = [(name, value) for name, value in parse_qsl(url.query) if name not in QUERY_PARAMETERS]
    for key, one in (*request.headers, *response.headers):
        name, value = key.decode("latin-1").lower(), one.decode("latin-1")
        if name == "location":
            told += parse_qsl(urlsplit(value).query)
        elif name not in REQUEST_HEADERS | RESPONSE_HEADERS:
            told.append((name, value))
    held = [
        piece for name, value in told if SECRET_NAME.search(name) for piece in _pieces(name, value)
    ]
    held += re.findall(r"projects/([^/:]+)", unquote(url.path))
    held += [*_secret_values(request.body), *_secret_values(response.body)]
    held += url.netloc.rpartition("@")[0].split(":")
    yield from (one for one in held if len(one) >= MIN_LENGTH)


def _secret_values(body: bytes) -> Iterator[str]:
    """The texts and numbers in a JSON body whose names say that nobody else may read them."""
    try:
        nodes = [(json.loads(body), False)] if _may_hold_secrets(body) else []
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
                    or SECRET_KEY.fullmatch(key) is not None,
                )
                for key, child in node.items()
            ]
        elif isinstance(node, list):
            nodes += [(child, secret) for child in node]
        elif secret and isinstance(node, str | int) and not isinstance(node, bool):
            yield str(node)


def _may_hold_secrets(body: bytes) -> bool:
    return b"\\u" in body or SECRET_FIELD.search(PICTURE_BYTES.sub(b"", body)) is not None


def is_identifying(key: str, value: Any) -> bool:
    """Whether a field of JSON names a call or a caller; lists of `labels` are of pictures."""
    if SECRET_KEY.fullmatch(key[:MAX_NAME]):
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
