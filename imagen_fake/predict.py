"""What happens to one call, the same on every surface. Start reading here."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, Protocol, TypeVar

from imagen_fake import spec, tasks
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.enhance import enhance
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import force, told_outcome
from imagen_fake.pipeline.normalize import field_names, wrap_single_objects
from imagen_fake.pipeline.payload import Payload, parse_body
from imagen_fake.pipeline.prompt_directives import split_directives
from imagen_fake.pipeline.respond import Answer, deliver, respond
from imagen_fake.pipeline.validate import validate
from imagen_fake.safety.screen import screen
from imagen_fake.spec import Model, Surface
from imagen_fake.storage.objects import NoStore, ObjectStore

LIGHT_PIXELS = 1_200_000
LOCATION = re.compile("locations/([^/]+)/")
NO_OBJECTS = NoStore()

Result = TypeVar("Result")
Respond = Callable[[Call, Sequence[Prediction]], Result]
"""Makes the result of a call and the pictures that pass the safety filter."""


RequestT = TypeVar("RequestT", bound="Request")
RequestT_contra = TypeVar("RequestT_contra", contravariant=True)


def predict(request: RequestT, memory: "Memory[RequestT]") -> Answer:
    """The answer to one call, an error included.

    Every surface runs it. It computes and does not wait: a forced delay or a fault on the wire is
    in `Answer.outcome`, for the surface to apply.
    """
    try:
        answer = memory.get_cached(request)
        if answer is None:
            call = memory.apply_directives(request, request.understand())
            answer = request.answer(call)
            memory.cache(request, answer)
    except ApiError as error:
        return refuse(request, error, memory)
    memory.record(request, answer)
    return answer


def draw(call: Call, respond: Respond[Result]) -> Result:
    """The answer to an understood call: screen it, render what passes. Raises ApiError."""
    with told_outcome(call):
        drawn = enhance(screen(force(call)))
        return respond(drawn, list(tasks.render(drawn)))


def refuse(request: RequestT, error: ApiError, memory: "Memory[RequestT]") -> Answer:
    """The answer to a call that is refused with an error."""
    answer = request.refuse(error)
    memory.record(request, answer)
    return answer


def respond_delivered(call: Call, pictures: Sequence[Prediction]) -> Answer:
    """Google's answer, its pictures written to Cloud Storage where asked for. Raises ApiError."""
    return respond(call, deliver(call, pictures))


class Request(Protocol):
    """One call as a surface received it: over HTTP or gRPC, or in process."""

    def understand(self) -> Call:
        """The checked call that the body makes. Raises ApiError."""

    def answer(self, call: Call) -> Answer:
        """Draw what a call asks for, serialized as the surface does. Raises ApiError."""

    def refuse(self, error: ApiError) -> Answer:
        """Serializes an error as the surface does."""


class Memory(Protocol[RequestT_contra]):
    """The state that one call uses: cached answers, rules, the journal."""

    def get_cached(self, request: RequestT_contra, /) -> Answer | None:
        """The cached answer to an identical request. Raises ApiError if the call was cancelled."""

    def apply_directives(self, request: RequestT_contra, call: Call, /) -> Call:
        """The call with the outcome that rules, header and prompt force. Raises ApiError."""

    def cache(self, request: RequestT_contra, answer: Answer, /) -> None:
        """Cache an answer for identical requests, if it is cacheable."""

    def record(self, request: RequestT_contra, answer: Answer, /) -> None:
        """Add a call and its answer to the journal."""


class Target(NamedTuple):
    """What a request names: surface, full resource name, model of an endpoint, API version."""

    surface: Surface
    resource: str
    deployed_model: str | None = None
    version: str = ""

    @property
    def model_id(self) -> str:
        """The model an endpoint serves, else the last part of the resource name."""
        return self.deployed_model or self.resource.rpartition("/")[2]


def understand(
    target: Target,
    raw: bytes,
    config: Config,
    variation: int | None = None,
    objects: ObjectStore = NO_OBJECTS,
) -> Call:
    """The checked call that a body in bytes makes, before anything is decided. Raises ApiError.

    `variation` numbers the calls where equal ones shall differ; pictures in Cloud Storage are
    read from `objects` and written to them.
    """
    resolve(target, config.as_of)  # an unknown model is refused whatever the body is
    return understand_payload(target, parse_request(raw, config), config, variation, objects)


def parse_request(raw: bytes, config: Config) -> Payload:
    """The parsed body, the directives of its prompt beside it. Raises ApiError."""
    payload = parse_body(raw)
    if config.directives != "all":
        return payload
    body, directives, warnings = split_directives(payload.body)
    warnings = (*payload.warnings, *warnings)
    return replace(payload, body=body, directives=directives, warnings=warnings)


def understand_payload(
    target: Target,
    payload: Payload,
    config: Config,
    variation: int | None = None,
    objects: ObjectStore = NO_OBJECTS,
) -> Call:
    """The checked call that a parsed body makes, as `understand` gives it. Raises ApiError."""
    model, warnings = resolve(target, config.as_of)
    body = wrap_single_objects(payload.body, spec.task_schema(model.tasks[0]))
    parsed = replace(payload, body=body)
    call = validate(
        model, choose_task(model, body), target.surface, parsed, config, warnings, variation
    )
    if config.strict and payload.warnings:
        raise ApiError("strict_warning", warning=" ".join(payload.warnings))
    return replace(
        call,
        warnings=(*call.warnings, *payload.warnings),
        directives=payload.directives,
        objects=objects,
        resource=target.resource,
        version=target.version,
    )


def resolve(target: Target, as_of: date | None) -> tuple[Model, tuple[str, ...]]:
    """The model of a target, and a warning if it was deprecated on that day.

    Raises ApiError for a model that is not on the surface, or was not on that day.
    """
    return check_life_cycle(target, spec.model(target.model_id), as_of)


def resolve_content(
    target: Target, as_of: date | None, method: str
) -> tuple[Model, tuple[str, ...]]:
    """The model of a target of `generateContent` or another such method, as `resolve` gives it.

    Raises ApiError for a model that is not served in the location, too.
    """
    found = check_life_cycle(target, spec.content_model(target.model_id), as_of, method)
    location = LOCATION.search(target.resource)
    patterns = found[0].facts["locations"]["value"]
    if location and not any(fnmatchcase(location[1], pattern) for pattern in patterns):
        raise ApiError("publisher_model_not_found", resource=target.resource)
    return found


def check_life_cycle(
    target: Target, model: Model | None, as_of: date | None, method: str = "predict"
) -> tuple[Model, tuple[str, ...]]:
    """A model of a target and a warning, as `resolve` gives them. Raises ApiError."""
    names = {
        "resource": target.resource, "model": target.model_id, "version": target.version,
        "call": method,
    }  # fmt: skip
    cycle = model.life_cycle(target.surface.name) if model else {}
    if model is None or not cycle or (as_of and as_of < date.fromisoformat(cycle["launched"])):
        raise ApiError("model_not_found", **names)
    if as_of and "retired" in cycle and as_of >= date.fromisoformat(cycle["retired"]):
        raise ApiError(cycle["error"], **names)
    if as_of and "deprecated" in cycle and as_of >= date.fromisoformat(cycle["deprecated"]):
        return model, (f"{target.model_id} is deprecated; it is retired on {cycle['retired']}.",)
    return model, ()


def choose_task(model: Model, body: Any) -> str:
    """The first of the model's tasks whose selecting fields the body has."""
    fields = set(field_names(body))
    for task in model.tasks:
        selectors = spec.task_selectors(model, task)
        if not selectors or any(fields.issuperset(group) for group in selectors):
            return task
    return model.tasks[-1]


def is_light(call: Call) -> bool:
    """Whether the answer takes a few milliseconds: no storage, at most `LIGHT_PIXELS` to draw."""
    pixels = tasks.pixels(call)
    return pixels is not None and call.cacheable and pixels <= LIGHT_PIXELS
