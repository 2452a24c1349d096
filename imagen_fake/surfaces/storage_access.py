"""Authentication of Cloud Storage requests."""

from collections.abc import Iterable, Iterator

from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from imagen_fake import spec
from imagen_fake.auth import access as auth
from imagen_fake.auth.access import Access
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.surfaces.storage_resources import json_api_error

UPLOAD = "/upload/"
BY_SESSION = ("PUT", "DELETE")
"""Of an upload: its URL is a credential by itself, as only who began it knows it."""


def require_tokens(routes: Iterable[Route], access: Access) -> Iterator[Route]:
    """The routes, answering only to those who may call."""
    for route in routes:
        if access.config.auth != "off":
            route.app = TokenRequired(route.app, access, route.path)
        yield route


class TokenRequired:
    """Requires a token for a route; API keys are not accepted."""

    def __init__(self, app: ASGIApp, access: Access, path: str) -> None:
        self._app, self._access, self._path = app, access, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond, or refuse before the body is read."""
        try:
            self._check(scope)
        except ApiError as error:
            response = access_error_response(error, self._permission(scope["method"]))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        if self._path.startswith(UPLOAD) and scope["method"] in BY_SESSION:
            return
        credential = auth.credential_in(scope["headers"], scope["query_string"])
        is_token = credential is not None and credential.kind == "token"
        auth.authorize(self._access, credential if is_token else None, {})

    def _permission(self, method: str) -> str:
        """Such as `storage.objects.get`."""
        verbs = spec.read("surfaces/storage.json")["permissions"]
        kind = "objects" if "{bucket}/o" in self._path else "buckets"
        reads = method in ("GET", "HEAD")
        if reads and not self._path.endswith("}"):
            return f"storage.{kind}.{verbs['list']}"
        return f"storage.{kind}.{verbs['value']['GET' if reads else method]}"


def access_error_response(error: ApiError, permission: str) -> Response:
    """The error response for a caller who needs a permission."""
    refusals = spec.read("surfaces/storage.json")["access"]
    facts = refusals.get(error.id, refusals["token_invalid"])
    kind = permission.split(".")[1].removesuffix("s")
    account = error.fields.get("account", "")
    message = facts["message"].format(permission=permission, kind=kind, account=account)
    headers = {"www-authenticate": facts["challenge"]} if facts["challenge"] else {}
    header = {"locationType": "header", "location": "Authorization"} if facts["location"] else {}
    return json_api_error(facts, message, headers, **header)
