"""The token endpoints: OAuth 2.0 and token exchange (STS)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from imagen_fake import spec
from imagen_fake.auth import access as auth
from imagen_fake.auth.access import Access
from imagen_fake.auth.credential import TokenError, UnsignedIssuer
from imagen_fake.surfaces.request_body import receive_body

if TYPE_CHECKING:
    from imagen_fake.auth.tokens import Signer

MAX_FORM_BYTES = 2**16

VERIFIERS: Mapping[str, Callable[[Any, str], tuple[str, ...]]] = {
    "assertion": lambda issuer, text: issuer.verify_assertion(text),
    "refresh": lambda issuer, text: issuer.principals("refresh", text),
    "exchange": lambda issuer, text: issuer.principals("subject", text),
}
"""Whom each grant is for, by what reads it: one of `Access.issuers`."""


def routes(access: Access) -> list[BaseRoute]:
    """The routes that issue tokens, and those that say where an account may be used."""
    tokens, path = Tokens(access), _facts()["impersonation"]["path"]
    return [
        *(Route(path, tokens.grant, methods=["POST"]) for path in _facts()["paths"]["value"]),
        Route(path, tokens.impersonate, methods=["POST"]),
        *(Route(path, allowed_locations) for path in _facts()["boundary"]["paths"]),
    ]


class OAuthError(Exception):
    """An error of the token endpoint; `reason` is its id in `schemas/surfaces/oauth.json`."""

    def __init__(self, reason: str, **fields: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields


class Tokens:
    """`POST …/token`: one credential in, an access token out."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def grant(self, request: Request) -> Response:
        """Exchange the credential in a form for an access token."""
        raw = await receive_body(request.scope, request.receive, MAX_FORM_BYTES)
        form = {name: values[-1] for name, values in parse_qs(raw.decode("latin-1")).items()}
        try:
            return _json(self._exchange(form))
        except OAuthError as error:
            refusal = _facts()["refusals"][error.reason]
            description = refusal["description"].format_map(error.fields)
            body = {"error": refusal["error"], "error_description": description}
            return _json(body, refusal["code"])

    async def impersonate(self, request: Request) -> Response:
        """An access token for a service account that the caller acts for. Raises ApiError."""
        facts, account = _facts()["impersonation"], request.path_params["account"]
        credential = auth.credential_in(request.scope["headers"], request.scope["query_string"])
        rpc = {key: str(facts[key]) for key in ("service", "method", "permission", "resource")}
        rpc["resource"] = rpc["resource"].format(account=account)
        auth.authorize(self._access, credential, rpc)
        await receive_body(request.scope, request.receive, MAX_FORM_BYTES)
        token = access_token(self._access, account)
        expires = datetime.now(UTC) + timedelta(seconds=token["expires_in"])
        body = {
            facts["token"]: token["access_token"],
            facts["expires"]: f"{expires:{facts['format']}}",
        }
        return _json(body)

    def _exchange(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        name, facts = _requested_grant(form)
        if facts["parameter"] not in form:
            raise OAuthError("parameter_missing", parameter=facts["parameter"])
        reason = "invalid"
        for issuer in self._access.issuers:
            try:
                principals = VERIFIERS[name](issuer, form[facts["parameter"]])
            except TokenError as error:
                reason = error.reason
            else:
                token = access_token(self._access, *principals, issuer=issuer)
                return {**token, **facts["answer"]}
        raise OAuthError(facts[reason])


async def allowed_locations(_: Request) -> Response:
    """No boundary: an account may be used everywhere."""
    return _json(_facts()["boundary"]["answer"])


def access_token(
    access: Access, principal: str, *actors: str, issuer: "Signer | UnsignedIssuer | None" = None
) -> Mapping[str, Any]:
    """A new access token with its type and lifetime in seconds."""
    seconds = access.config.token_seconds
    if seconds is None:
        seconds = int(_facts()["tokens"]["access"]["seconds"])
    token = (issuer or access.issuers[0]).issue("access", principal, seconds, actors=actors)
    return {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}


def _requested_grant(form: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    """The name and facts of the requested grant."""
    if "grant_type" not in form:
        raise OAuthError("grant_missing")
    for name, facts in _facts()["grants"].items():
        if facts["value"] == form["grant_type"]:
            return name, facts
    raise OAuthError("grant_unknown", grant_type=form["grant_type"][:60])


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    return JSONResponse(value, status, headers=_facts()["headers"]["value"])


def _facts() -> Any:
    return spec.read("surfaces/oauth.json")
