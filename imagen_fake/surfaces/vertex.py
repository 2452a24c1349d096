"""Vertex AI: `:predict` on a publisher model or a tuned one, and what clients ask before that."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

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
from imagen_fake.surfaces import google

MODELS = "publishers/google/models"
SURFACE = "vertex"
USER_PLACE = "projects/{user-project}/locations/{location}"
"""What the vertexai client fills in with the caller's project and location."""


def routes(state: State) -> list[BaseRoute]:
    """The routes of Vertex AI, with a project and location or without (API-key express mode)."""
    facts = spec.surface(SURFACE).facts
    versions = (*facts["versions"]["value"], *facts["firebase"]["value"])
    return [route for version in versions for route in _version_routes(state, version)]


def _version_routes(state: State, version: str) -> Iterator[BaseRoute]:
    predict = google.Predict(state, spec.surface(SURFACE), resource_name, partial(target, state))
    publisher = Publisher(state)
    scoped = f"/{version}/projects/{{project}}/locations/{{location}}/{MODELS}"
    express = f"/{version}/{MODELS}"
    tuned = f"/{version}/projects/{{project}}/locations/{{location}}/endpoints/{{endpoint}}"
    yield Route(f"{tuned}:predict", predict, methods=["POST"])
    yield Route(f"{scoped}/{{model}}:predict", predict, methods=["POST"])
    yield Route(f"{express}/{{model}}:predict", predict, methods=["POST"])
    yield Route(f"{express}/{{model:id}}", publisher.model, methods=["GET"])
    yield Route(express, publisher.models, methods=["GET"])


def target(state: State, path: Mapping[str, str]) -> Target:
    """Who a path speaks of; raises ApiError for an endpoint that is not configured."""
    surface, resource = spec.surface(SURFACE), resource_name(path)
    if "endpoint" not in path:
        return Target(surface, resource)
    served = state.config.endpoints.get(path["endpoint"])
    if served is None:
        raise ApiError("endpoint_not_found", resource=resource)
    return Target(surface, resource, served)


class Publisher:
    """`GET publishers/google/models[/{model}]`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._surface = spec.surface(SURFACE)

    async def model(self, request: Request) -> Response:
        """One publisher model: what `from_pretrained` of the vertexai client checks."""
        name = request.path_params["model"]
        target = Target(self._surface, resource_name(request.path_params))
        access.authorize_request(
            self._state.access, request.scope, self._surface, target.resource, "model"
        )
        model, _ = resolve(target, self._state.config.as_of)
        return self._json(publisher_model(model, name))

    async def models(self, request: Request) -> Response:
        """Every publisher model that answers on the configured day."""
        access.authorize_request(self._state.access, request.scope, self._surface, MODELS, "models")
        listed = []
        for name in spec.model_ids():
            target = Target(self._surface, f"{MODELS}/{name}")
            try:
                model, _ = resolve(target, self._state.config.as_of)
            except ApiError:
                continue
            listed.append(publisher_model(model, name))
        return self._json({"publisherModels": listed})

    def _json(self, value: Any) -> Response:
        return google.Answered(Answer(200, to_json(value)), self._surface)


def resource_name(path: Mapping[str, str]) -> str:
    """The full name of the model or endpoint a path speaks of, shorter in express mode."""
    name = f"{MODELS}/{path['model']}" if "model" in path else f"endpoints/{path['endpoint']}"
    if "project" not in path:
        return name
    return f"projects/{path['project']}/locations/{path['location']}/{name}"


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
