"""The metadata server of a virtual machine, from which Google's clients get tokens."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from imagen_fake import spec
from imagen_fake.auth.access import Access
from imagen_fake.surfaces.oauth import access_token

ROOT = "/computeMetadata/v1"


def routes(access: Access) -> list[BaseRoute]:
    """The routes of the metadata server."""
    metadata = MetadataServer(access)
    account = f"{ROOT}/instance/service-accounts/{{account}}"
    return [
        Ping("/", metadata.root, methods=["GET"]),
        Route(f"{account}/token", metadata.token, methods=["GET"]),
        Route(f"{ROOT}/{{path:path}}", metadata.value, methods=["GET"]),
    ]


class MetadataServer:
    """`GET /computeMetadata/v1/…`."""

    def __init__(self, access: Access) -> None:
        self._access = access
        account = {
            "aliases": ["default"],
            "email": access.account,
            "scopes": _facts()["scopes"]["value"],
        }
        self._accounts = {"default": account, access.account: account}
        self._tree = {
            "instance": {"service-accounts": self._accounts},
            "project": {"project-id": access.config.project, "numeric-project-id": "123456789012"},
            "universe": {"universe-domain": _facts()["universe"]["value"]},
        }

    async def root(self, request: Request) -> Response:  # noqa: ARG002
        """The root, by which clients detect the server."""
        return _text("computeMetadata/\n")

    async def token(self, request: Request) -> Response:
        """An access token of the service account."""
        if refusal := _check_flavor(request):
            return refusal
        if request.path_params["account"] not in self._accounts:
            return _refusal("missing")
        token = access_token(self._access, self._access.account)
        return JSONResponse(token, headers=_facts()["headers"]["value"])

    async def value(self, request: Request) -> Response:
        """A value as text, the names in a folder, or everything below it as JSON."""
        if refusal := _check_flavor(request):
            return refusal
        node: Any = self._tree
        for name in filter(None, request.path_params["path"].split("/")):
            if not isinstance(node, dict) or name not in node:
                return _refusal("missing")
            node = node[name]
        query = request.query_params
        if query.get("recursive", "").lower() == "true" or query.get("alt") == "json":
            return JSONResponse(node, headers=_facts()["headers"]["value"])
        return _text(_as_text(node))


class Ping(Route):
    """A route for requests with `Metadata-Flavor: Google`."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match without the header or for other methods."""
        if scope["type"] == "http" and (b"metadata-flavor", b"Google") in scope["headers"]:
            match, child_scope = super().matches(scope)
            return (match, child_scope) if match is Match.FULL else (Match.NONE, {})
        return Match.NONE, {}


def _check_flavor(request: Request) -> Response | None:
    """An error response unless the request has the header."""
    return None if request.headers.get("metadata-flavor") == "Google" else _refusal("flavor")


def _refusal(reason: str) -> Response:
    facts = _facts()["refusals"][reason]
    return _text(facts["text"], facts["code"])


def _text(text: str, status: int = 200) -> Response:
    kind = _facts()["types"]["value"]["text"]
    return Response(text, status, headers={**_facts()["headers"]["value"], "content-type": kind})


def _as_text(node: Any) -> str:
    """A value, a line per value, or a line per name with a slash behind folders."""
    if isinstance(node, dict):
        return "".join(f"{name}{'/' * isinstance(child, dict)}\n" for name, child in node.items())
    return "\n".join(node) if isinstance(node, list) else str(node)


def _facts() -> Any:
    return spec.read("surfaces/oauth.json")["metadata"]
