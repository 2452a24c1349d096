"""The Gemini Developer API: `models/M:predict` with an API key, and the list of models."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from imagen_fake import spec
from imagen_fake.auth import access
from imagen_fake.clock import monotonic
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import resolve
from imagen_fake.spec import Model
from imagen_fake.state.state import State
from imagen_fake.surfaces.model_paths import GEMINI, gemini_target
from imagen_fake.surfaces.predict_call import refusal
from imagen_fake.surfaces.predict_endpoint import AnswerResponse


def routes(state: State) -> list[BaseRoute]:
    """The routes of the list of models; `model_paths.py` has those of predictions."""
    versions = spec.surface(GEMINI).facts["versions"]["value"]
    return [route for version in versions for route in _version_routes(state, version)]


def _version_routes(state: State, version: str) -> Iterator[BaseRoute]:
    endpoint = ModelsEndpoint(state, version)
    yield Route(f"/{version}/models/{{model:id}}", endpoint.model, methods=["GET"])
    yield Route(f"/{version}/models", endpoint.models, methods=["GET"])


class ModelsEndpoint:
    """`GET models[/{model}]`."""

    def __init__(self, state: State, version: str) -> None:
        self._state = state
        self._version = version

    async def model(self, request: Request) -> Response:
        """One model, if it is there and was on the configured day."""
        model_target = gemini_target(self._version, f"models/{request.path_params['model']}")
        return self._respond(
            request,
            "model",
            model_target.resource,
            lambda: model_resource(resolve(model_target, self._state.config.as_of)[0]),
        )

    async def models(self, request: Request) -> Response:
        """One page of the models that answer on the configured day."""
        return self._respond(request, "models", "models", lambda: self._page(request.query_params))

    def _respond(
        self, request: Request, rpc: str, resource: str, body: Callable[[], Any]
    ) -> Response:
        """The body as JSON after authorization, or this surface's error."""
        start, surface = monotonic(), spec.surface(GEMINI)
        try:
            access.authorize_request(self._state.access, request.scope, surface, resource, rpc)
            answer = Answer(200, to_json(body()))
        except ApiError as error:
            answer = refusal(error, surface)
        return AnswerResponse(answer, surface, monotonic() - start)

    def _page(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        """One page of models. Raises ApiError."""
        size, first = page_size(query.get("pageSize")), page_start(query.get("pageToken"))
        models = [model_resource(model) for model in self._available()]
        page: dict[str, Any] = {"models": models[first : first + size]}
        if first + size < len(models):
            page["nextPageToken"] = str(first + size)
        return page

    def _available(self) -> Iterator[Model]:
        for name in spec.model_ids():
            try:
                target = gemini_target(self._version, f"models/{name}")
                yield resolve(target, self._state.config.as_of)[0]
            except ApiError:
                continue


def page_size(text: str | None) -> int:
    """The number of models per page. Raises ApiError for an invalid number."""
    sizes = spec.surface(GEMINI).facts["pageSize"]
    if not text:
        return int(sizes["default"])
    if not text.isascii() or not text.isdigit():
        raise ApiError("page_size", value=text[:80])
    return min(int(text[:9]), sizes["maximum"]) or int(sizes["default"])


def page_start(token: str | None) -> int:
    """The offset in a page token. Raises ApiError for an invalid token."""
    if token and not (token.isascii() and token.isdigit() and len(token) < 9):
        raise ApiError("page_token")
    return int(token or 0)


def model_resource(model: Model) -> Mapping[str, Any]:
    """The `Model` resource."""
    resource = model.facts["geminiListing"]["value"]
    return {
        "name": f"models/{model.id}",
        **resource,
        "supportedGenerationMethods": spec.surface(GEMINI).facts["methods"]["value"],
    }
