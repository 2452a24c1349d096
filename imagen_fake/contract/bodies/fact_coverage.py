"""The facts of `schemas/` that a case covers: those its body keeps, violates, or sees applied."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, get_value
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.response_coverage import error_response_facts, response_facts
from imagen_fake.contract.exchange import Violation
from imagen_fake.contract.facts.facts import (
    DIALECTS,
    Steps,
    defining_pointer,
    is_graded,
    join_pointer,
)

ANNOTATIONS = frozenset({
    "x-grade", "x-source", "x-note", "x-conflict", "x-errors", "title", "description", "properties",
    "items", "allOf", "required",
})  # fmt: skip
"""The keywords that do not constrain a field's own value."""


def field_facts(operation: Operation, field: Field) -> Iterator[str]:
    """The rules that the value of a field keeps, and that the field exists."""
    yield from _defining(operation, field.steps)
    for keyword in field.schema if field.path else ():
        if keyword not in ANNOTATIONS:
            yield from _defining(operation, (*field.steps, keyword))


def body_facts(operation: Operation, body: Any) -> Iterator[str]:
    """The rules that all fields of a body keep, and the defaults of those that are missing."""
    for field in fields(operation):
        if get_value(body, field.path) is not ABSENT:
            yield from field_facts(operation, field)
        elif "default" in field.schema:
            yield from _defining(operation, (*field.steps, "default"))
    task = f"tasks/{operation.task}.json"
    yield from _graded(f"models/{operation.model}.json", "aliasOf")
    yield from (*_graded(task, "x-asked-by"), *_graded(task, "x-moved"))
    model = spec.model(operation.model)
    file = f"models/{model.id if model else operation.model}.json"
    yield from (*_graded(file, "sizes"), *_graded(file, "tasks", operation.task, "x-asked-by"))


def violation_facts(operation: Operation, steps: Steps, violation: Violation) -> Iterator[str]:
    """The rule that a body violates, and the error that refuses it."""
    yield from error_response_facts(operation, violation.error)
    yield from _defining(operation, steps)
    yield from _defining(operation, steps[:-1])
    yield error_pointer(operation, violation.error)
    task = f"tasks/{operation.task}.json"
    yield from _graded(task, "x-failure")
    if violation.keyword == "x-max-tokens":
        yield from _graded("tasks/generate.json", "x-tokens")
    if violation.error == "upscale_too_large":
        yield from _graded(task, "x-max-pixels")


def error_pointer(operation: Operation, error: str) -> str:
    """The pointer of an error under the id that the task, the model or the surface has for it."""
    ids, surface = spec.wording(operation.task, operation.model), spec.surface(operation.surface)
    return join_pointer("errors.json", "errors", ids.get(error) or surface.error(error))


def success_facts(operation: Operation, body: Any) -> Iterator[str]:
    """The facts that the answer to a valid body shows."""
    yield from response_facts(operation, body)
    mime_type, metadata = _mime_type(operation, body), "tables/image_metadata.json"
    for name in ("x-decisions", "x-labelled", "x-longest"):
        yield from _graded(f"tasks/{operation.task}.json", name)
    yield from _graded(metadata, operation.task, mime_type)
    yield from _graded(metadata, operation.task)
    yield from _graded("tables/image_sizes.json", "sizes", _size(operation, body), "value")
    yield from _graded("tables/mime_types.json", "types", mime_type)


@cache
def _defining(operation: Operation, steps: Steps) -> tuple[str, ...]:
    """The pointer of the file with the last word on a place, if it is graded."""
    try:
        place = defining_pointer(operation.model, operation.task, operation.surface, steps)
    except KeyError:
        return ()
    return (place,) if is_graded(place) else ()


def _graded(file: str, *steps: str) -> tuple[str, ...]:
    """The pointer to a place, if something graded is at or around it."""
    place = join_pointer(file, *steps)
    return (place,) if is_graded(place) else ()


def _mime_type(operation: Operation, body: Any) -> str:
    if operation.surface in DIALECTS:
        return "image/png"
    path = ("parameters", "outputOptions", "mimeType")
    value = get_value(body, path)
    default = operation.schema_at(path).get("default", "image/png")
    return str(default if value is ABSENT else value)


def _size(operation: Operation, body: Any) -> str:
    model = spec.model(operation.model)
    value = get_value(body, ("parameters", "sampleImageSize"))
    sizes: Mapping[str, str] = model.facts["sizes"] if model else {}
    return sizes.get("1K" if value is ABSENT else str(value), "none")
