"""Vertex AI: `:predict` on a publisher model or a tuned one, and what clients ask before that."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from imagen_fake import spec
from imagen_fake.auth import access
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.respond import Answer, to_json
from imagen_fake.predict import Target, resolve
from imagen_fake.spec import Model
from imagen_fake.state.state import State
from imagen_fake.surfaces.model_paths import MODELS, VERTEX, vertex_resource
from imagen_fake.surfaces.predict_endpoint import AnswerResponse

USER_PLACE = "projects/{user-project}/locations/{location}"
"""What the vertexai client fills in with the caller's project and location."""


class ModelId(Convertor[str]):
    """A model's id in a path: the colon before a method is not part of it."""

    regex = "[^/:]+"

    def convert(self, value: str) -> str:
        """The id as it stands."""
        return value

    def to_string(self, value: str) -> str:
        """The id as it stands."""
        return value


register_url_convertor("id", ModelId())


def routes(state: State) -> list[BaseRoute]:
    """The routes of the publisher models; `model_paths.py` has those of predictions."""
    facts = spec.surface(VERTEX).facts
    versions = (*facts["versions"]["value"], *facts["firebase"]["value"])
    return [route for version in versions for route in _version_routes(state, version)]


def _version_routes(state: State, version: str) -> Iterator[BaseRoute]:
    publisher = Publisher(state)
    yield Route(f"/{version}/{MODELS}/{{model:id}}", publisher.model, methods=["GET"])
    yield Route(f"/{version}/{MODELS}", publisher.models, methods=["GET"])


class Publisher:
    """`GET publishers/google/models[/{model}]`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._surface = spec.surface(VERTEX)

    async def model(self, request: Request) -> Response:
        """One publisher model: what `from_pretrained` of the vertexai client checks."""
        name = request.path_params["model"]
        target = Target(self._surface, vertex_resource(request.path_params))
        access.authorize_request(
            self._state.access, request.scope, self._surface, target.resource, "model"
        )
        model, _ = resolve(target, self._state.config.as_of)
        return self._json(publisher_model(model, name))

    async def models(self, request: Request) -> Response:
        """Every publisher model that answers on the configured day."""
        access.authorize_request(self._state.access, request.scope, self._surface, MODELS, "models")
        models = []
        for name in spec.model_ids():
            target = Target(self._surface, f"{MODELS}/{name}")
            try:
                model, _ = resolve(target, self._state.config.as_of)
            except ApiError:
                continue
            models.append(publisher_model(model, name))
        return self._json({"publisherModels": models})

    def _json(self, value: Any) -> Response:
        return AnswerResponse(Answer(200, to_json(value)), self._surface)


def publisher_model(model: Model, name: str) -> Mapping[str, Any]:
    """A PublisherModel: the client matches the schema URI and fills in the template."""
    return {
        "name": f"{MODELS}/{name}",
        "versionId": model.facts["versionId"]["value"],
        "launchStage": model.facts["launchStage"]["value"],
        "publisherModelTemplate": f"{USER_PLACE}/{MODELS}/{name}",
        "predictSchemata": {
            key: value
            for key, value in model.facts["predictSchemata"].items()
            if not key.startswith("x-")
        },
    }
