"""The row: what happens to one `:predict` call, in order. Start reading here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from imagen_fake import spec, tasks
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.cloud import deliver
from imagen_fake.pipeline.enhance import enhance
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.forced import carrying, force, said
from imagen_fake.pipeline.normalize import fields_of, listed
from imagen_fake.pipeline.payload import Payload, read
from imagen_fake.pipeline.prompt_directives import Lifted, lift
from imagen_fake.pipeline.respond import Answer, respond
from imagen_fake.pipeline.validate import validate
from imagen_fake.safety.screen import screen
from imagen_fake.spec import Model, Surface
from imagen_fake.storage.objects import NoStore, ObjectStore

LIGHT = 1_200_000
NOWHERE = NoStore()

Direct = Callable[[Call], Call]
"""From an understood call to the same one with what directives force."""


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


def predict(
    target: Target,
    raw: bytes,
    config: Config,
    turn: int | None = None,
    objects: ObjectStore = NOWHERE,
    direct: Direct = said,
) -> Answer:
    """Answer one `:predict` call the way the service would; `raw` is the body in bytes.

    `turn` numbers the calls where equal ones shall differ; pictures in Cloud Storage are read
    from `objects` and written to them; `direct` says what is forced. Raises ApiError.
    """
    return answer(direct(understand(target, raw, config, turn, objects)))


def answer(call: Call) -> Answer:
    """Answer an understood call: judge it, draw what passes, say the rest. Raises ApiError."""
    with carrying(call):
        call = enhance(screen(force(call)))
        return respond(call, deliver(call, render(call)))


def predictions(call: Call) -> list[Prediction]:
    """The pictures of an understood call that pass the safety filter. Raises ApiError."""
    with carrying(call):
        return render(enhance(screen(force(call))))


def understand(
    target: Target,
    raw: bytes,
    config: Config,
    turn: int | None = None,
    objects: ObjectStore = NOWHERE,
) -> Call:
    """The checked call that a body makes, before anything is decided. Raises ApiError."""
    model, warnings = resolve(target, config.as_of)
    payload = parsed(model, raw)
    body = payload.body
    lifted = lift(body) if config.directives == "all" else Lifted(body)
    lifted = lifted.warned(payload.warnings)
    payload = replace(payload, body=lifted.body)
    task = choose(model, lifted.body)
    call = validate(model, task, target.surface, payload, config, warnings, turn)
    call = directed(call, lifted, config.strict)
    return replace(call, objects=objects, resource=target.resource, version=target.version)


def directed(call: Call, lifted: Lifted, strict: bool) -> Call:
    """The call with what was lifted out of its body. Raises ApiError for its warnings if strict."""
    if strict and lifted.warnings:
        raise ApiError("strict_warning", warning=" ".join(lifted.warnings))
    warnings = (*call.warnings, *lifted.warnings)
    return replace(call, warnings=warnings, directives=lifted.directives)


def parsed(model: Model, raw: bytes) -> Payload:
    """A body as the model takes it, one instance in place of a list understood. Raises ApiError."""
    payload = read(raw)
    return replace(payload, body=listed(payload.body, spec.task_schema(model.tasks[0])))


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
        asked_by = spec.task_selectors(model, task)
        if not asked_by or any(fields.issuperset(group) for group in asked_by):
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
    return drawn is not None and call.lasts and drawn <= LIGHT


def render(call: Call) -> list[Prediction]:
    """The pictures that survive the safety filter."""
    return list(tasks.render(call))
