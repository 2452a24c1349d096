"""Tokens in Google's look: signed, so that whoever has the key can check them without a memory.

Needs PyJWT with cryptography; import it where it is used. A service account's key is checked the
same way: its id in the ADC file, which Google's clients repeat in every JWT they sign, is itself a
token of ours that holds the public key.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import jwt
from jwt.algorithms import RSAAlgorithm  # not there without cryptography

from imagen_fake import spec
from imagen_fake.auth.credential import ISSUER, Kind, TokenError, claims, prefix
from imagen_fake.config import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

SECRET_BYTES = 32
"""Bytes of the signing key: as many as the digest has (RFC 7518, 3.2)."""

DECODE_ERRORS = (
    jwt.PyJWTError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What is raised by texts that are no token of ours; PyJWT lets some of it through."""

LEEWAY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Signer:
    """Issues and checks tokens with one secret key of 32 bytes."""

    secret: bytes = field(repr=False)

    def issue(self, kind: Kind, principal: str, seconds: int | None = None, **more: Any) -> str:
        """A token for a principal; without `seconds` it never expires."""
        payload = {**claims(kind, principal, seconds), **more}
        return prefix(kind) + jwt.encode(payload, self.secret, "HS256")

    def principals(self, kind: Kind, token: str) -> tuple[str, ...]:
        """The principal of a token, then its actors. Raises TokenError."""
        claims = self._claims(kind, token)
        return str(claims["sub"]), *map(str, claims.get("actors", ()))

    def bearer_principals(self, token: str) -> tuple[str, ...]:
        """The principals of an access token or a self-signed JWT.

        Raises TokenError, for an API key too.
        """
        if token.startswith(prefix("access")):
            return self.principals("access", token)
        return self.verify_assertion(token)

    def issue_key_id(self, account: str, key: "RSAPublicKey") -> str:
        """A key id for a service account's key: a token that holds the key (`cnf` of RFC 7800)."""
        return self.issue("key_id", account, cnf={"jwk": RSAAlgorithm.to_jwk(key, as_dict=True)})

    def verify_assertion(self, assertion: str) -> tuple[str, ...]:
        """Whom a JWT acts for that a service account's key has signed, then who that account is.

        Raises TokenError: `expired` also for one that would live for more than an hour.
        """
        try:
            key_claims = self._claims("key_id", jwt.get_unverified_header(assertion).get("kid", ""))
            claims = _verify(assertion, key_claims)
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            raise TokenError("expired") from None
        except DECODE_ERRORS:
            raise TokenError("invalid") from None
        longest = spec.read("surfaces/oauth.json")["assertion"]["seconds"]
        if int(claims["exp"]) - int(claims["iat"]) > longest:
            raise TokenError("expired")
        account = str(key_claims["sub"])
        principals = (claims.get("sub", account), account, claims.get("email", account))
        return tuple(dict.fromkeys(map(str, principals)))

    def _claims(self, kind: Kind, token: str) -> dict[str, Any]:
        if not token.startswith(prefix(kind)):
            raise TokenError("invalid")
        try:
            return jwt.decode(
                token.removeprefix(prefix(kind)),
                self.secret,
                algorithms=["HS256"],
                audience=kind,
                issuer=ISSUER,
                # A test may have set its clock to before the token was made.
                options={"require": ["sub"], "verify_iat": False},
            )
        except jwt.ExpiredSignatureError:
            raise TokenError("expired") from None
        except DECODE_ERRORS:
            raise TokenError("invalid") from None


def load_signer(folder: Path | None) -> Signer:
    """The signer whose key lies in a folder, written there if it is new; else one of its own.

    Raises ConfigError for a key that cannot be read or written.
    """
    if folder is None:
        return Signer(token_bytes(SECRET_BYTES))
    try:
        secret = _load_or_create(folder / "signing-key")
    except OSError as error:
        raise ConfigError(f"The signing key cannot be kept: {error}.") from None
    if len(secret) != SECRET_BYTES:
        raise ConfigError(f"{folder / 'signing-key'} is no key of {SECRET_BYTES} bytes.")
    return Signer(secret)


def _load_or_create(file: Path) -> bytes:
    """The secret in a file, created if there is none; the first of several processes wins."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as draft:
            draft.write(token_bytes(SECRET_BYTES))
        try:
            with suppress(FileExistsError):
                os.link(draft.name, file)
        finally:
            Path(draft.name).unlink()
    return file.read_bytes()


def _verify(assertion: str, key_claims: dict[str, Any]) -> dict[str, Any]:
    # Google's clients always name Google's own token endpoint as the audience.
    return jwt.decode(
        assertion,
        jwt.PyJWK(key_claims["cnf"]["jwk"], "RS256"),
        algorithms=["RS256"],
        issuer=key_claims["sub"],
        leeway=LEEWAY_SECONDS,
        options={"require": ["iss", "iat", "exp"], "verify_aud": False},
    )
