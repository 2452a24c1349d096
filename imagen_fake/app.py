"""The ASGI application: the routes, and the one place where an error becomes a response."""

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from imagen_fake.config import Config, ConfigError
from imagen_fake.middleware.content_coding import ContentCoding
from imagen_fake.middleware.cross_origin import CrossOriginProtection, TrustPolicy
from imagen_fake.middleware.guards import PICTURES, is_guarded, path_below
from imagen_fake.middleware.project import project_of
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.state.parts import Origin
from imagen_fake.state.state import State
from imagen_fake.storage.embedded import Storage
from imagen_fake.surfaces import (
    control,
    image_refusals,
    metadata_server,
    models,
    oauth,
    storage,
)
from imagen_fake.surfaces.model_paths import ModelCall, endpoints
from imagen_fake.surfaces.predict_call import BaseCall
from imagen_fake.surfaces.predict_endpoint import (
    AnswerResponse,
    PredictEndpoint,
    PredictRouter,
)

if TYPE_CHECKING:
    from imagen_fake.forwarding.upstream import Upstream

log = logging.getLogger("imagen_fake")


def create_app(
    config: Config | None = None,
    state: State | None = None,
    trust: TrustPolicy | None = None,
    forward: "Upstream | None" = None,
) -> Starlette:
    """The fake as an ASGI application, with a memory of its own unless it is given one.

    Without a `trust` it may be called by every host. What it does not answer goes on to `forward`.
    Raises ConfigError for a storage or a signing key that cannot be used, and for a `forward`
    without httpcore2.
    """
    state = state or State(config)
    in_flight = set[ModelCall]()
    endpoint_apps = {one: PredictEndpoint(state, one, in_flight) for one in endpoints()}
    app = Application(
        trust or TrustPolicy(state.config.allow_origins),
        routes=[
            *(Route(one.path, app, methods=["POST"]) for one, app in endpoint_apps.items()),
            Route(f"{PICTURES}/{{name}}", picture, methods=["GET"]),
            *models.routes(state),
            *storage_routes(state),
            *oauth.routes(state.access),
            *metadata_server.routes(state.access),
            *control.routes(state),
        ],
        exception_handlers={
            ApiError: error_response,
            HTTPException: error_response,
            ClientDisconnect: error_response,
            Exception: error_response,
        },
        middleware=[
            *(_forwarding(forward, state) if forward else ()),
            Middleware(ContentCoding),
            Middleware(PredictRouter, endpoints=endpoint_apps),
        ],
    )
    app.state.fake = state
    return app


def _forwarding(upstream: "Upstream", state: State) -> list[Middleware]:
    try:
        from imagen_fake.forwarding.forward import Forward, connect
    except ImportError:
        raise ConfigError(
            "Forwarding needs httpcore2: pip install 'imagen-fake[forward]'."
        ) from None
    return [Middleware(Forward, wire=connect(upstream), state=state)]


def storage_routes(state: State) -> list[Route]:
    """The routes of the embedded Cloud Storage; none where the real one is used."""
    if not isinstance(state.storage, Storage):
        return []
    return storage.routes(state.storage, state.config.max_body_bytes, state.access)


async def picture(request: Request) -> Response:
    """A picture that an answer linked to, until newer ones take its place. Raises ApiError."""
    name = request.path_params["name"]
    stored = request.app.state.fake.generation.pictures.get(name)
    if stored is None:
        raise ApiError("picture_gone", name=name[:100])
    return Response(stored[1], media_type=stored[0])


class Application(Starlette):
    """A Starlette application whose guards also cover the response to an unhandled error."""

    def __init__(self, trust: TrustPolicy, **settings: Any) -> None:
        super().__init__(**settings)
        self.router.redirect_slashes = False  # no service does, and its 307 has no words
        self._trust = trust

    def build_middleware_stack(self) -> ASGIApp:
        """Starlette's middleware, within the guards of cross-origin and repeated headers."""
        return CrossOriginProtection(
            super().build_middleware_stack(), self._trust, refusal_response
        )


async def error_response(request: Request, error: Exception) -> Response:
    """The service's JSON for whatever went wrong, a bug of ours included."""
    if not isinstance(error, ApiError | HTTPException | ClientDisconnect):
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        request.app.state.fake.note_error(error, project_of(request.scope))
    is_http = isinstance(error, HTTPException)
    unmatched = is_http and not path_below(request.scope).startswith(control.PREFIX)
    api_error = _as_api_error(request, error)
    response = _response(request, api_error, unmatched=unmatched)
    if "allowed" in api_error.fields:
        response.headers["allow"] = api_error.fields["allowed"]
    return response


async def refusal_response(request: Request, error: ApiError) -> Response:
    """The answer to a request that is refused before any route sees it.

    It is entered into the journal unless it was for a path that is the fake's own.
    """
    return _response(request, error, unmatched=not is_guarded(path_below(request.scope)))


def _response(request: Request, error: ApiError, *, unmatched: bool) -> Response:
    """The error in the shape of its surface; what no route matched is recorded for its caller."""
    answer, surface = image_refusals.refusal_below(error, path_below(request.scope))
    if unmatched:
        memory = request.app.state.fake.snapshot()
        memory.record(Unmatched(memory, request.scope), answer)
    return AnswerResponse(answer, surface)


class Unmatched(BaseCall):
    """A request that no route matched: it has no surface and no model."""

    origin = staticmethod(partial(Origin, "", ""))


def _as_api_error(request: Request, error: Exception) -> ApiError:
    if isinstance(error, ApiError):
        return error
    if isinstance(error, ClientDisconnect):
        return ApiError("cancelled")
    if not isinstance(error, HTTPException):
        return ApiError("internal")
    words = {"method": request.method, "path": request.url.path[:200]}
    if error.status_code == 405:
        methods = sorted((error.headers or {})["Allow"].split(", "))  # a route's are a set
        return ApiError("method_not_allowed", **words, allowed=", ".join(methods))
    if path_below(request.scope) == "/" and request.method == "POST":
        return ApiError("base_url_only")
    return ApiError("path_not_found", **words)
