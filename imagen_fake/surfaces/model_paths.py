"""The paths at which models are called, on every surface, and the target of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.predict import Target
from imagen_fake.state.snapshot import Snapshot
from imagen_fake.surfaces.content_call import METHODS, ContentCall
from imagen_fake.surfaces.predict_call import PredictCall

if TYPE_CHECKING:
    from imagen_fake.surfaces.image_call import ImageCall

VERTEX, GEMINI, OPENAI = "vertex", "gemini", "openai"
MODELS = "publishers/google/models"

MAX_PATHS, MAX_PATH_LENGTH = 1000, 1000
"""How many paths are remembered, and of how many characters."""

Parameters = Mapping[str, str]
"""The path parameters."""

Scope = Mapping[str, Any]
"""An ASGI scope."""


ModelCall: TypeAlias = "PredictCall | ImageCall"


class Endpoint(NamedTuple):
    """A path such as `/v1/models/{model}:predict`, and what makes a call of a request to it."""

    path: str
    call: Callable[[Snapshot, Scope, Parameters], ModelCall]


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Every path at which models are called."""
    images = spec.surface(OPENAI).facts["paths"]["value"]
    image_calls = (Endpoint(path, partial(_image_call, path)) for path in images)
    return *_vertex(), *image_calls, *_gemini()


def match(path: str) -> tuple[Endpoint, Parameters] | None:
    """The endpoint of a path, and the path's parameters; None where no model is called."""
    return _match(path) if len(path) <= MAX_PATH_LENGTH else None


@lru_cache(MAX_PATHS)
def _match(path: str) -> tuple[Endpoint, Parameters] | None:
    parts = path.split("/")
    for endpoint in endpoints():
        parameters = _parameters(endpoint.path.split("/"), parts)
        if parameters is not None:
            return endpoint, parameters
    return None


def _parameters(template: Sequence[str], path: Sequence[str]) -> dict[str, str] | None:
    """What a path has in place of `{…}` in a template; None if it is another path."""
    if len(template) != len(path):
        return None
    parameters = {}
    for template_part, part in zip(template, path, strict=True):
        name, brace, end = template_part.removeprefix("{").partition("}")
        if brace and len(part) > len(end) and part.endswith(end):
            parameters[name] = part.removesuffix(end)
        elif brace or part != template_part:
            return None
    return parameters


def _vertex() -> Iterator[Endpoint]:
    """With a project and location, or without (API-key express mode); tuned endpoints."""
    for version in vertex_versions():
        place = f"/{version}/projects/{{project}}/locations/{{location}}"
        yield Endpoint(f"{place}/endpoints/{{endpoint}}:predict", vertex_call)
        yield Endpoint(f"{place}/{MODELS}/{{model}}:predict", vertex_call)
        yield Endpoint(f"/{version}/{MODELS}/{{model}}:predict", vertex_call)
        for method in METHODS:
            call = partial(_vertex_content_call, method)
            yield Endpoint(f"{place}/{MODELS}/{{model}}:{method}", call)
            yield Endpoint(f"/{version}/{MODELS}/{{model}}:{method}", call)


def vertex_versions() -> tuple[str, ...]:
    """The versions in the paths of Vertex AI, those of Firebase's clients included."""
    facts = spec.surface(VERTEX).facts
    return *facts["versions"]["value"], *facts["firebase"]["value"]


def _gemini() -> Iterator[Endpoint]:
    """Firebase's clients name a project, and mean the same."""
    facts = spec.surface(GEMINI).facts
    for version in facts["versions"]["value"]:
        for models in (f"/{version}/models", f"/{version}/projects/{{project}}/models"):
            for method in ("predict", *facts["otherMethods"]["value"]):
                make = _gemini_content_call if method in METHODS else _gemini_call
                call = partial(make, version, method)
                yield Endpoint(f"{models}/{{model}}:{method}", call)


def vertex_call(memory: Snapshot, scope: Scope, parameters: Parameters) -> PredictCall:
    """A call of a publisher model or a tuned one."""
    resource = vertex_resource(parameters)
    find = partial(vertex_target, memory.config, parameters)
    return PredictCall(memory, scope, spec.surface(VERTEX), resource, find)


def _gemini_call(
    version: str, method: str, memory: Snapshot, scope: Scope, parameters: Parameters
) -> PredictCall:
    resource = f"models/{parameters['model']}"
    find = partial(gemini_target, version, resource, method)
    return PredictCall(memory, scope, spec.surface(GEMINI), resource, find, method)


def _vertex_content_call(
    method: str, memory: Snapshot, scope: Scope, parameters: Parameters
) -> ContentCall:
    resource, surface = vertex_resource(parameters), spec.surface(VERTEX)
    find = partial(Target, surface, resource)
    return ContentCall(memory, scope, surface, resource, find, method)


def _gemini_content_call(
    version: str, method: str, memory: Snapshot, scope: Scope, parameters: Parameters
) -> ContentCall:
    resource, surface = f"models/{parameters['model']}", spec.surface(GEMINI)
    find = partial(Target, surface, resource, version=version)
    return ContentCall(memory, scope, surface, resource, find, method)


def _image_call(path: str, memory: Snapshot, scope: Scope, _: Parameters) -> "ImageCall":
    from imagen_fake.surfaces.image_call import ImageCall  # most processes call no such path

    return ImageCall(memory, scope, path)


def vertex_resource(parameters: Parameters) -> str:
    """The resource name of the model or endpoint in a path, shorter in express mode."""
    model = parameters.get("model")
    name = f"{MODELS}/{model}" if model else f"endpoints/{parameters['endpoint']}"
    if "project" not in parameters:
        return name
    return f"projects/{parameters['project']}/locations/{parameters['location']}/{name}"


def vertex_target(config: Config, parameters: Parameters) -> Target:
    """The target of a path; raises ApiError for an endpoint that is not configured."""
    surface, resource = spec.surface(VERTEX), vertex_resource(parameters)
    if "endpoint" not in parameters:
        return Target(surface, resource)
    deployed_model = config.endpoints.get(parameters["endpoint"])
    if deployed_model is None:
        raise ApiError("endpoint_not_found", resource=resource)
    return Target(surface, resource, deployed_model)


def gemini_target(version: str, resource: str, method: str = "predict") -> Target:
    """The target of a path; raises ApiError for a method that no model has."""
    if method != "predict":
        raise ApiError("model_not_found", resource=resource, version=version, call=method)
    return Target(spec.surface(GEMINI), resource, version=version)
