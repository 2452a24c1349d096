"""The facts of `schemas/` that a case covers: those its body keeps, violates, or sees applied."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, get_value
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.exchange import Violation
from imagen_fake.contract.facts.facts import (
    DIALECTS,
    Steps,
    all_facts,
    defining_pointer,
    is_graded,
    join_pointer,
    model_file,
)
from imagen_fake.contract.facts.lookup import error_entry
from imagen_fake.contract.facts.responses import response_file
from imagen_fake.contract.facts.schemas import task_schema

ANNOTATIONS = frozenset({
    "x-grade", "x-source", "x-note", "x-conflict", "x-errors", "title", "description", "properties",
    "items", "allOf", "required",
})  # fmt: skip
"""The keywords that do not constrain a field's own value."""


ITEMS = "#/properties/predictions/items/anyOf"
PICTURE_RESPONSES = ("responses/generate.json", "responses/segment.json")
"""The schemas of answers with pictures: first those in the answer, then those in a bucket."""


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
    file = model_file(operation.model)
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


def response_facts(operation: Operation, body: Any) -> Iterator[str]:
    """The facts that the answer to a valid body shows, and that the checks of answers use."""
    yield from _surface_facts(operation)
    yield from ("tables/image_sizes.json#", "tables/mime_types.json#")
    if operation.surface in DIALECTS:
        yield from _existing(f"surfaces/{operation.surface}.json#/item")
        return
    yield from _existing(f"surfaces/{operation.surface}.json#/rewrittenPrompt")
    file = response_file(operation.task)
    yield f"{file}#"
    if file in PICTURE_RESPONSES:
        yield from _prediction_facts(file, operation, body)


def error_response_facts(operation: Operation, error: str) -> Iterator[str]:
    """The facts that an error shows beside its own: the envelope, its details."""
    yield from _surface_facts(operation)
    yield from _existing(f"responses/{operation.surface}_error.json#")
    if operation.surface not in DIALECTS:
        yield "responses/status.json#"
        error_id = spec.surface(operation.surface).error(error)
        if "details" in error_entry(error_id):
            yield "responses/status.json#/properties/error/properties/details"


def _surface_facts(operation: Operation) -> Iterator[str]:
    for steps in ("", "/headers", "/serverTiming", "/supportCodes", "/failure"):
        yield from _existing(f"surfaces/{operation.surface}.json#{steps}")


def _prediction_facts(file: str, operation: Operation, body: Any) -> Iterator[str]:
    """The kinds of predictions that there are in an answer."""
    value: Any = get_value(body, ("parameters",))
    parameters = value if isinstance(value, dict) else {}
    place = f"{file}{ITEMS}/{int('storageUri' in parameters)}"
    yield place
    if operation.task == "segment":
        labelled = task_schema("segment")["x-labelled"]["value"]
        mode = operation.schema_at(("parameters", "mode")).get("default")
        if parameters.get("mode", mode) in labelled:
            yield f"{place}/properties/labels"
    if parameters.get("includeSafetyAttributes") is True:
        prompt = f"{file}{ITEMS}/3"
        yield from (prompt, *(f"{one}/properties/safetyAttributes" for one in (place, prompt)))
        for steps in ("", "/prompt", "/image", "/promptElement"):
            yield f"tables/safety_categories.json#{steps}"


def _existing(pointer: str) -> tuple[str, ...]:
    return (pointer,) if pointer in all_facts() else ()


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
