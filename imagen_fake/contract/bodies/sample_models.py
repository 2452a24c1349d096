"""The models that probes use where any model of a task will do: no probe names one."""

from functools import cache

from imagen_fake import spec
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.spec import Model

IMAGE_MODEL: str = spec.surface("openai").facts["request"]["properties"]["model"]["default"]
"""A model that generates pictures on every surface."""

AIML_MODEL: str = next(iter(spec.surface("aiml").facts["models"]["value"]))
"""The model that AI/ML API lists."""


@cache
def models() -> tuple[Model, ...]:
    """Every model of `schemas/models` but the aliases."""
    candidates = map(spec.model, spec.model_ids())
    return tuple(model for model in candidates if model and not model.alias)


def generate_operation(surface: str) -> Operation:
    """Generating pictures on a surface."""
    return Operation(AIML_MODEL if surface == "aiml" else IMAGE_MODEL, "generate", surface)


def first_operation(task: str) -> Operation:
    """A task by the first model on Vertex AI that does it. Raises LookupError."""
    for model in models():
        if task in model.tasks and model.life_cycle("vertex"):
            return Operation(model.id, task, "vertex")
    raise LookupError(task)


def models_without_reasons() -> list[str]:
    """The models that cannot be asked why there are fewer pictures than requested."""
    return sorted(
        model.id
        for model in models()
        if not any(
            "includeRaiReason"
            in Operation(model.id, task, "vertex").schema_at(("parameters",))["properties"]
            for task in model.tasks
        )
    )
