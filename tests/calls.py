"""Calls answered without a door."""

from imagen_fake.config import Config
from imagen_fake.pipeline.force import apply_prompt_directives
from imagen_fake.pipeline.respond import Answer
from imagen_fake.predict import NO_OBJECTS, Target, draw, respond_delivered, understand
from imagen_fake.storage.objects import ObjectStore


def predict(
    target: Target,
    raw: bytes,
    config: Config,
    variation: int | None = None,
    objects: ObjectStore = NO_OBJECTS,
) -> Answer:
    """The answer to a body, with what its own prompt forces. Raises ApiError."""
    call = understand(target, raw, config, variation, objects)
    return draw(apply_prompt_directives(call), respond_delivered)
