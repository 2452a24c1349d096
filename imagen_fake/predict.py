"""What happens to one call, the same for every door. Start reading here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeVar

from imagen_fake import spec, tasks
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.cloud import deliver
from imagen_fake.pipeline.enhance import enhance
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.force import force
from imagen_fake.pipeline.normalize import fields_of, listed
from imagen_fake.pipeline.payload import Payload, read
from imagen_fake.pipeline.prompt_directives import split_directives
from imagen_fake.pipeline.respond import Answer, respond
from imagen_fake.pipeline.validate import validate
from imagen_fake.safety.screen import screen
from imagen_fake.spec import Model, Surface
from imagen_fake.storage.objects import NoStore, ObjectStore

LIGHT = 1_200_000
NOWHERE = NoStore()

Made = TypeVar("Made")
Respond = Callable[[Call, Sequence[Prediction]], Made]
"""What is made of a judged call and the pictures that pass the safety filter."""


class Request(Protocol):
    """One call as a door received it: HTTP, gRPC, or a function call in process."""

    @property
    def respond(self) -> Respond[Answer]:
        """How the surface writes an answer."""

    def understand(self) -> Call:
        """The checked call that the body makes. Raises ApiError."""

    def refuse(self, error: ApiError) -> Answer:
        """How the surface writes an error."""


Received = TypeVar("Received", bound=Request)
Remembered = TypeVar("Remembered", contravariant=True)


class Memory(Protocol[Remembered]):
    """What a fake remembers between two calls: kept answers, rules, the journal."""

    def recall(self, request: Remembered, /) -> Answer | None:
        """The kept answer of an equal request. Raises ApiError if nobody waits for it any more."""

    def direct(self, request: Remembered, call: Call, /) -> Call:
        """The call with the outcome that rules, header and prompt force. Raises ApiError."""

    def keep(self, request: Remembered, answer: Answer, /) -> None:
        """Keep an answer for equal requests, if it may be."""

    def record(self, request: Remembered, answer: Answer, /) -> None:
        """Enter a call and its answer into the journal."""


def answer(request: Received, memory: Memory[Received]) -> Answer:
    """What one call is answered, a refusal included, the way the service would.

    Every door runs it. It computes and remembers, and does not wait: a forced delay or a fault on
    the wire is in the answer, for the door to apply.
    """
    try:
        made = memory.recall(request)
        if made is None:
            made = draw(memory.direct(request, request.understand()), request.respond)
            memory.keep(request, made)
    except ApiError as error:
        return refuse(request, error, memory)
    memory.record(request, made)
    return made


def draw(call: Call, respond: Respond[Made]) -> Made:
    """The answer to an understood call: judge it, draw what passes. Raises ApiError."""
    try:
        call = enhance(screen(force(call)))
        return respond(call, list(tasks.render(call)))
    except ApiError as error:
        error.outcome = call.outcome
        raise


def refuse(request: Received, error: ApiError, memory: Memory[Received]) -> Answer:
    """The answer to a call that is refused with an error."""
    made = request.refuse(error)
    memory.record(request, made)
    return made


def respond_delivered(call: Call, pictures: Sequence[Prediction]) -> Answer:
    """Google's answer, its pictures written to Cloud Storage where asked for. Raises ApiError."""
    return respond(call, deliver(call, pictures))


@dataclass(frozen=True, slots=True)
class Target:
    """Who was asked: the surface, the full resource name, what an endpoint serves, the version."""

    surface: Surface
    resource: str
    served: str | None = None
    version: str = ""

    @property
    def model_id(self) -> str:
        """The model an endpoint serves, else the last part of the resource name."""
        return self.served or self.resource.rpartition("/")[2]


def understand(
    target: Target,
    raw: bytes,
    config: Config,
    variation: int | None = None,
    objects: ObjectStore = NOWHERE,
) -> Call:
    """The checked call that a body in bytes makes, before anything is decided. Raises ApiError.

    `variation` numbers the calls where equal ones shall differ; pictures in Cloud Storage are
    read from `objects` and written to them.
    """
    resolve(target, config.as_of)  # an unknown model is refused whatever the body is
    return check(target, read_request(raw, config), config, variation, objects)


def read_request(raw: bytes, config: Config) -> Payload:
    """The parsed body, the directives of its prompt beside it. Raises ApiError."""
    payload = read(raw)
    if config.directives != "all":
        return payload
    body, directives, warnings = split_directives(payload.body)
    warnings = (*payload.warnings, *warnings)
    return replace(payload, body=body, directives=directives, warnings=warnings)


def check(
    target: Target,
    payload: Payload,
    config: Config,
    variation: int | None = None,
    objects: ObjectStore = NOWHERE,
) -> Call:
    """The checked call that a parsed body makes, as `understand` gives it. Raises ApiError."""
    model, warnings = resolve(target, config.as_of)
    body = listed(payload.body, spec.task_schema(model.tasks[0]))
    parsed = replace(payload, body=body)
    call = validate(model, choose(model, body), target.surface, parsed, config, warnings, variation)
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
    """The model that is asked, and a warning if it was deprecated on that day.

    Raises ApiError for a model that is not on the surface, or was not on that day.
    """
    names = {
        "resource": target.resource, "model": target.model_id, "version": target.version,
        "call": "predict",
    }  # fmt: skip
    model = spec.model(target.model_id)
    cycle = model.life_cycle(target.surface.name) if model else {}
    if model is None or not cycle or (as_of and not_yet(cycle, as_of)):
        raise ApiError("model_not_found", **names)
    if as_of and "retired" in cycle and as_of >= date.fromisoformat(cycle["retired"]):
        raise ApiError(cycle["error"], **names)
    if as_of and "deprecated" in cycle and as_of >= date.fromisoformat(cycle["deprecated"]):
        return model, (f"{target.model_id} is deprecated; it is retired on {cycle['retired']}.",)
    return model, ()


def choose(model: Model, body: Any) -> str:
    """The first of the model's tasks that the body asks for by the fields it has."""
    fields = set(fields_of(body))
    for task in model.tasks:
        selectors = spec.task_selectors(model, task)
        if not selectors or any(fields.issuperset(group) for group in selectors):
            return task
    return model.tasks[-1]


def not_yet(cycle: Mapping[str, Any], as_of: date) -> bool:
    """Whether a model of that life cycle was still to come on that day."""
    return as_of < date.fromisoformat(cycle["launched"])


def is_light(call: Call) -> bool:
    """Whether the answer takes a few milliseconds: nothing to wait for, few pixels to draw.

    Few are no more than `LIGHT`.
    """
    drawn = tasks.pixels(call)
    return drawn is not None and call.cacheable and drawn <= LIGHT
