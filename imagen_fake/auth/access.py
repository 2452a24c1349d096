"""Authentication and authorization of calls."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from imagen_fake import spec
from imagen_fake.auth.credential import Credential, TokenError, UnsignedIssuer
from imagen_fake.config import Config, ConfigError
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.spec import Surface

if TYPE_CHECKING:
    from imagen_fake.auth.tokens import Signer


@dataclass(frozen=True)
class Access:
    """A fake's authentication mode and its token issuers.

    Raises ConfigError where tokens must be checked but cannot be.
    """

    config: Config = field(default_factory=Config)

    def __post_init__(self) -> None:
        if self.config.auth == "issued":
            _ = self.signer

    @cached_property
    def signer(self) -> "Signer":
        """Signs and verifies tokens. Raises ConfigError without PyJWT or the key."""
        try:
            from imagen_fake.auth.tokens import load_signer
        except ImportError:
            raise ConfigError(
                "Issuing tokens needs PyJWT and cryptography: pip install 'imagen-fake[auth]'."
            ) from None
        return load_signer(self.config.keys)

    @cached_property
    def issuers(self) -> "Sequence[Signer | UnsignedIssuer]":
        """The token issuers; new tokens come from the first.

        Where no token is checked, unsigned ones will do: from others, and from here without PyJWT
        or a key.
        """
        if self.config.auth == "issued":
            return (self.signer,)
        try:
            return (self.signer, UnsignedIssuer())
        except ConfigError:
            return (UnsignedIssuer(),)

    @property
    def account(self) -> str:
        """The service account that the metadata server and ADC files speak for."""
        return f"imagen-fake@{self.config.project}.iam.gserviceaccount.com"


def can_sign() -> bool:
    """Whether the packages of the extra `auth` are installed."""
    return all(map(find_spec, ("jwt", "cryptography")))


def credential_in(headers: Iterable[tuple[bytes, bytes]], query: bytes) -> Credential | None:
    """The credential of a call, from its headers (names in lower case) or its query string.

    A token counts before an API key, a header before the query string.
    """
    values = dict(headers)
    params = parse_qs(query.decode("latin-1")) if query else {}
    scheme, _, token = values.get(b"authorization", b"").decode("latin-1").partition(" ")
    tokens = [token.strip() if scheme.lower() == "bearer" else "", *params.get("access_token", [])]
    keys = [values.get(b"x-goog-api-key", b"").decode("latin-1").strip(), *params.get("key", [])]
    for text in filter(None, tokens):
        return Credential("token", text)
    for text in filter(None, keys):
        return Credential("key", text)
    return None


def rpc_fields(
    surface: Surface, version: str, resource: str, rpc: str = "predict"
) -> dict[str, Any]:
    """Service, method, permission and resource of a call, as error messages name them."""
    facts = surface.facts["rpc"]
    method = facts[rpc]
    return {
        "service": facts["service"],
        "method": method["method"].format(version=version),
        "permission": method["permission"],
        "resource": resource,
    }


def authorize_request(
    access: Access, scope: Mapping[str, Any], surface: Surface, resource: str, rpc: str = "predict"
) -> str | None:
    """The principal of an ASGI request; None where none is required. Raises ApiError."""
    if access.config.auth == "off":
        return None
    path = scope["path"].removeprefix(scope.get("root_path", ""))  # where the fake is mounted
    version = path.split("/")[1]
    credential = credential_in(scope["headers"], scope["query_string"])
    return authorize(access, credential, rpc_fields(surface, version, resource, rpc))


def authorize(
    access: Access, credential: Credential | None, fields: Mapping[str, Any]
) -> str | None:
    """The principal of a credential; None where none is required.

    `fields` are those of `rpc_fields`. Raises ApiError.
    """
    if access.config.auth == "off":
        return None
    if credential is None:
        raise ApiError("credentials_missing", **fields)
    if access.config.auth == "any":
        return None
    principals = _principals(access, credential, fields)
    if not access.config.denied.isdisjoint(principals):
        raise ApiError("permission_denied", **{**fields, "account": principals[0]})
    return principals[0]


def _principals(
    access: Access, credential: Credential, fields: Mapping[str, Any]
) -> tuple[str, ...]:
    """The principal a credential acts for, then the actors that obtained it."""
    try:
        if credential.kind == "key":
            return access.signer.principals("api_key", credential.text)
        return access.signer.bearer_principals(credential.text)
    except TokenError as error:
        error_id = "api_key_invalid" if credential.kind == "key" else f"token_{error.reason}"
        raise ApiError(error_id, **fields) from None


def error_headers(error: ApiError, surface: Surface) -> Mapping[str, str]:
    """The headers that the service sends with a refusal."""
    definition = spec.read("errors.json")["errors"][surface.error(error.id)]
    headers: Mapping[str, str] = definition.get("headers", {})
    return headers
