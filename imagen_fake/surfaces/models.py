"""The lists of models of Vertex AI, the Gemini API and OpenAI's format, and each model of them.

One path is the Gemini API's and OpenAI's: a call with `Authorization: Bearer`, without an API key
and any of the headers that Google's own clients send, gets OpenAI's list, all others get Gemini's.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from imagen_fake import spec
from imagen_fake.auth import access
from imagen_fake.clock import monotonic
from imagen_fake.middleware.guards import path_below
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, check_life_cycle
from imagen_fake.spec import Model, Surface
from imagen_fake.state.state import State
from imagen_fake.surfaces import dialect
from imagen_fake.surfaces.image_call import authorize, resolve_model
from imagen_fake.surfaces.image_refusals import dialect_error
from imagen_fake.surfaces.model_paths import GEMINI, MODELS, OPENAI, VERTEX, vertex_versions
from imagen_fake.surfaces.predict_call import refusal
from imagen_fake.surfaces.predict_endpoint import AnswerResponse


class ModelId(StringConvertor):
    """A model's id in a path: the colon before a method is not part of it."""

    regex = "[^/:]+"


register_url_convertor("id", ModelId())


def routes(state: State) -> Iterator[BaseRoute]:
    """The routes of the models; `model_paths.py` has those of predictions."""
    for version in vertex_versions():
        yield from VertexModels(state, spec.surface(VERTEX)).routes(f"/{version}/{MODELS}")
    for path, place in dialect.paths().items():
        yield from OpenAIModels(state, path).routes(place["models"])
    for version in spec.surface(GEMINI).facts["versions"]["value"]:
        yield from GeminiModels(state, spec.surface(GEMINI), version).routes(f"/{version}/models")


class OpenAIRoute(Route):
    """A route for calls that no client of Google's makes; where only those come, for every call."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match for a request of Google's clients."""
        if scope["type"] != "http" or ("/openai/" not in self.path and _is_google_client(scope)):
            return Match.NONE, {}
        return super().matches(scope)


class ModelsEndpoint:
    """`GET …/models[/{model}]` of a surface, for the configured day."""

    route, convertor = Route, "id"

    def __init__(self, state: State, surface: Surface, version: str = "") -> None:
        self._state, self._surface, self._version = state, surface, version

    def routes(self, path: str) -> Iterator[BaseRoute]:
        """The routes of the list at a path and of each model below it."""
        yield self.route(path, self.list_all, methods=["GET"])
        yield self.route(f"{path}/{{model:{self.convertor}}}", self.retrieve, methods=["GET"])

    async def list_all(self, request: Request) -> Response:
        """Every model that answers, or a page of them."""
        return self._respond(request, "models", lambda: self._list(request.query_params))

    async def retrieve(self, request: Request) -> Response:
        """One model."""
        name = request.path_params["model"]
        return self._respond(request, "model", lambda: self._resource(name))

    def _respond(self, request: Request, rpc: str, body: Callable[[], Any]) -> Response:
        """The body as JSON after authorization, or this surface's error."""
        start = monotonic()
        try:
            self._authorize(request, rpc)
            answer = Answer(200, to_json(body()))
        except ApiError as error:
            answer = self._refuse(error, request)
        return AnswerResponse(answer, self._surface, monotonic() - start)

    def _authorize(self, request: Request, rpc: str) -> None:
        _, _, resource = path_below(request.scope).split("/", 2)
        access.authorize_request(self._state.access, request.scope, self._surface, resource, rpc)

    def _refuse(self, error: ApiError, _: Request) -> Answer:
        return refusal(error, self._surface)

    def _available(self) -> Iterator[Mapping[str, Any]]:
        for name in spec.all_model_ids():
            with suppress(ApiError):
                yield self._resource(name)

    def _resolve(self, resource: str) -> Model:
        target = Target(self._surface, resource, version=self._version)
        model, as_of = spec.any_model(target.model_id), self._state.config.as_of
        return check_life_cycle(target, model, as_of)[0]

    def _resource(self, name: str) -> Mapping[str, Any]:
        """The resource of a model. Raises ApiError if there is none."""
        raise NotImplementedError

    def _list(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        """The list of the available ones. Raises ApiError."""
        raise NotImplementedError


class VertexModels(ModelsEndpoint):
    """Publisher models, which `from_pretrained` of the vertexai client checks."""

    def _resource(self, name: str) -> Mapping[str, Any]:
        return publisher_model(self._resolve(f"{MODELS}/{name}"), name)

    def _list(self, _: Mapping[str, str]) -> Mapping[str, Any]:
        return {"publisherModels": [*self._available()]}


class GeminiModels(ModelsEndpoint):
    """Models of the Gemini API, listed in pages."""

    def _resource(self, name: str) -> Mapping[str, Any]:
        model = self._resolve(f"models/{name}")
        listing, methods = model.facts["geminiListing"], self._surface.facts["methods"]
        if spec.CONTENT in model.tasks:
            methods = spec.content_surface(self._surface.name)["methods"]
        return {
            "name": f"models/{model.name if spec.CONTENT in model.tasks else model.id}",
            **listing["value"],
            "supportedGenerationMethods": methods["value"],
            **listing.get("more", {}),
        }

    def _list(self, query: Mapping[str, str]) -> Mapping[str, Any]:
        size, first = page_size(query.get("pageSize")), page_start(query.get("pageToken"))
        models = [*self._available()]
        more = {"nextPageToken": str(first + size)} if first + size < len(models) else {}
        return {"models": models[first : first + size], **more}


class OpenAIModels(ModelsEndpoint):
    """Models in OpenAI's format, by the names of the dialects of a path."""

    route, convertor = OpenAIRoute, "path"

    def __init__(self, state: State, path: str) -> None:
        super().__init__(state, spec.surface(OPENAI))
        self._backend = spec.surface(dialect.paths()[path]["behind"])
        self._dialects = dialect.dialects_at(path)

    def _authorize(self, request: Request, rpc: str) -> None:
        authorize(self._state.access, request.scope, rpc)

    def _refuse(self, error: ApiError, request: Request) -> Answer:
        error.fields["given"] = request.path_params.get("model", "")[:200]
        return dialect_error(error, self._surface, request.url.path)

    def _resource(self, name: str) -> Mapping[str, Any]:
        model_id = dialect.imagen_model_id(name, self._dialects)
        resolve_model(Target(self._backend, model_id), model_id, self._state.config)
        created, owner = (self._surface.facts[name]["value"] for name in ("created", "owner"))
        return {"id": model_id, "object": "model", "created": created, "owned_by": owner}

    def _list(self, _: Mapping[str, str]) -> Mapping[str, Any]:
        return {"object": "list", "data": [*self._available()]}


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


def publisher_model(model: Model, name: str) -> Mapping[str, Any]:
    """A PublisherModel: the client matches the schema URI and fills in the template."""
    resource = f"{MODELS}/{name}"
    schemata = model.facts.get("predictSchemata", {})
    uris = {key: value for key, value in schemata.items() if not key.startswith("x-")}
    return {
        "name": resource,
        "versionId": model.facts["versionId"]["value"],
        "launchStage": model.facts["launchStage"]["value"],
        "publisherModelTemplate": f"projects/{{user-project}}/locations/{{location}}/{resource}",
        **({"predictSchemata": uris} if uris else {}),
    }


def _is_google_client(scope: Scope) -> bool:
    """Whether a call is one of Google's clients, or has no token."""
    names = [name for name, _ in scope["headers"]]
    credential = access.credential_in(scope["headers"], b"")
    with_key = access.credential_in([], scope["query_string"]) is not None
    return with_key or credential is None or any(name.startswith(b"x-goog-") for name in names)
