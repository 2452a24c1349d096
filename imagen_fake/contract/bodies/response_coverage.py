"""The facts that answers show: their schema, what surfaces put around them, tables."""

from collections.abc import Iterator
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import get_value
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.facts.facts import DIALECTS, all_facts
from imagen_fake.contract.facts.responses import response_file

ITEMS = "#/properties/predictions/items/anyOf"
PICTURE_RESPONSES = ("responses/generate.json", "responses/segment.json")
"""The schemas of answers with pictures: first those in the answer, then those in a bucket."""


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
        if "details" in spec.read("errors.json")["errors"][error_id]:
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
        labelled = spec.task_schema("segment")["x-labelled"]["value"]
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
