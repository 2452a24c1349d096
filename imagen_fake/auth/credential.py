"""Credentials of a request, what is wrong with one, and unsigned tokens, which need no PyJWT."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from time import time
from typing import Any, Literal, get_args

from imagen_fake import spec

Kind = Literal["access", "refresh", "subject", "api_key", "key_id"]


class TokenError(Exception):
    """A token that has expired or was not issued by this fake."""

    def __init__(self, reason: Literal["invalid", "expired"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Credential:
    """A bearer token or an API key."""

    kind: Literal["token", "key"]
    text: str = field(repr=False)


def prefix(kind: Kind) -> str:
    """The prefix of tokens of a kind."""
    return str(spec.read("surfaces/oauth.json")["tokens"][kind]["prefix"])


ISSUER = "imagen-fake"


class UnsignedIssuer:
    """Issues unsecured JWTs (RFC 7519, 6) and accepts any token."""

    def issue(self, kind: Kind, principal: str, seconds: int | None = None, **more: Any) -> str:
        """A token for a principal; without `seconds` it never expires."""
        parts = {"alg": "none", "typ": "JWT"}, {**claims(kind, principal, seconds), **more}
        return prefix(kind) + "".join(f"{_encode(part)}." for part in parts)

    def principals(self, kind: Kind, token: str) -> tuple[str, ...]:  # noqa: ARG002 (see Signer)
        """A placeholder for who shows a token that cannot be checked."""
        return ("principal://iam.googleapis.com/subject/unverified",)

    def verify_assertion(self, assertion: str) -> tuple[str, ...]:
        """The issuer of a JWT, unverified. Raises TokenError for what is no JWT."""
        try:
            header, claims, _ = assertion.split(".")
            algorithm, issuer = _decode(header)["alg"], _decode(claims)["iss"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise TokenError("invalid") from None
        if not (isinstance(algorithm, str) and isinstance(issuer, str)):
            raise TokenError("invalid")
        return (issuer,)


def claims(kind: Kind, principal: str, seconds: int | None) -> Mapping[str, Any]:
    """The claims of a new token."""
    now = int(time())
    lifetime = {} if seconds is None else {"exp": now + seconds}
    base = {"iss": ISSUER, "aud": kind, "sub": principal, "iat": now, "jti": token_hex(8)}
    return {**base, **lifetime}


def is_fakes_own(token: str) -> bool:
    """Whether some fake has issued a token or an API key, or a JWT is signed by an account of one.

    Nothing is verified: it is not for anybody else, however old it is.
    """
    for kind in get_args(Kind):
        parts = token.removeprefix(prefix(kind)).split(".")
        if len(parts) == 3 and any(_has_issuer(part) for part in parts[:2]):
            return True
    return False


def _has_issuer(part: str) -> bool:
    """Whether a part of a JWT names a fake: by its claims, or by its key's id, a token of ours."""
    try:
        fields = _decode(part)
    except (ValueError, RecursionError):
        return False
    if not isinstance(fields, dict):
        return False
    key_id = fields.get("kid")
    return fields.get("iss") == ISSUER or (isinstance(key_id, str) and is_fakes_own(key_id))


def _encode(part: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _decode(part: str) -> Any:
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
