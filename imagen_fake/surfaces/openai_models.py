"""The list of image models in OpenAI's format.

One path is the Gemini API's, too: a call with `Authorization: Bearer`, without an API key and any
of the headers that Google's own clients send, gets OpenAI's list, every other call Gemini's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from imagen_fake import spec
from imagen_fake.auth.access import credential_in
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, resolve
from imagen_fake.spec import Surface
from imagen_fake.state.state import State
from imagen_fake.surfaces import dialect
from imagen_fake.surfaces.image_call import authorize, generates
from imagen_fake.surfaces.image_refusals import dialect_error
from imagen_fake.surfaces.predict_endpoint import AnswerResponse


def routes(state: State) -> Iterator[BaseRoute]:
    """The routes of the lists, to stand before those of the Gemini API."""
    for path, place in dialect.paths().items():
        models = OpenAIModelsEndpoint(
            state, spec.surface(place["behind"]), dialect.dialects_at(path)
        )
        for path, endpoint in (
            (place["models"], models.list_all),
            (f"{place['models']}/{{model:path}}", models.retrieve),
        ):
            yield OpenAIRoute(path, endpoint, methods=["GET"])


class OpenAIRoute(Route):
    """A route for calls that no client of Google's makes; where only those come, for every call."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match for a request of Google's clients."""
        if scope["type"] != "http" or ("/openai/" not in self.path and _is_google_client(scope)):
            return Match.NONE, {}
        return super().matches(scope)


class OpenAIModelsEndpoint:
    """`GET …/models[/{model}]` for the models of one surface."""

    def __init__(self, state: State, backend: Surface, dialects: Sequence[Surface]) -> None:
        self._state = state
        self._backend, self._dialects = backend, dialects

    async def list_all(self, request: Request) -> Response:
        """Every model that answers on the configured day."""
        return self._respond(
            request, "models", lambda: {"object": "list", "data": list(self._model_objects())}
        )

    async def retrieve(self, request: Request) -> Response:
        """One model of the list."""
        name = dialect.imagen_model_id(request.path_params["model"], self._dialects)
        return self._respond(request, "model", lambda: self._model_object(name))

    def _respond(self, request: Request, rpc: str, body: Any) -> Response:
        surface = spec.surface(dialect.OPENAI)
        try:
            authorize(self._state.access, request.scope, rpc)
            answer = Answer(200, to_json(body()))
        except ApiError as error:
            error.fields["given"] = request.path_params.get("model", "")[:200]
            answer = dialect_error(error, surface, request.url.path)
        return AnswerResponse(answer, surface)

    def _model_objects(self) -> Iterator[Mapping[str, Any]]:
        for name in spec.model_ids():
            try:
                yield self._model_object(name)
            except ApiError:
                continue

    def _model_object(self, name: str) -> Mapping[str, Any]:
        """The `model` object. Raises ApiError if there is no such model."""
        model, _ = resolve(Target(self._backend, name), self._state.config.as_of)
        if "/" in name or not generates(model):
            raise ApiError("model_not_found", model=name)
        facts = spec.surface(dialect.OPENAI).facts
        created, owner = facts["created"]["value"], facts["owner"]["value"]
        return {"id": name, "object": "model", "created": created, "owned_by": owner}


def _is_google_client(scope: Scope) -> bool:
    """Whether a call is one of Google's clients, or has no token."""
    names = [name for name, _ in scope["headers"]]
    credential = credential_in(scope["headers"], b"")
    with_key = credential_in([], scope["query_string"]) is not None
    return with_key or credential is None or any(name.startswith(b"x-goog-") for name in names)
