"""Which facts of answers a body shows: their schema, what surfaces put around them, tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import value_at
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.facts.facts import DIALECTS, all_facts
from imagen_fake.contract.facts.responses import response_file

ITEMS = "#/properties/predictions/items/anyOf"
PICTURED = ("responses/generate.json", "responses/segment.json")
"""The schemas of answers with pictures: here first those in the answer, then those in a bucket."""


def of_answer(form: Form, body: Any) -> Iterator[str]:
    """The facts that the answer to a valid body shows, and that the checks of answers look at."""
    yield from _around(form)
    yield from ("tables/image_sizes.json#", "tables/mime_types.json#")
    if form.surface in DIALECTS:
        yield from _known(f"surfaces/{form.surface}.json#/item")
        return
    yield from _known(f"surfaces/{form.surface}.json#/rewrittenPrompt")
    file = response_file(form.task)
    yield f"{file}#"
    if file in PICTURED:
        yield from _elements(file, form, body)


def of_refusal(form: Form, error: str) -> Iterator[str]:
    """The facts that a refusal shows beside its own: the envelope, its details."""
    yield from _around(form)
    yield from _known(f"responses/{form.surface}_error.json#")
    if form.surface not in DIALECTS:
        yield "responses/status.json#"
        if "details" in spec.read("errors.json")["errors"][spec.surface(form.surface).error(error)]:
            yield "responses/status.json#/properties/error/properties/details"


def _around(form: Form) -> Iterator[str]:
    for steps in ("", "/headers", "/serverTiming", "/supportCodes", "/failure"):
        yield from _known(f"surfaces/{form.surface}.json#{steps}")


def _elements(file: str, form: Form, body: Any) -> Iterator[str]:
    """The kinds of elements that there are in an answer."""
    asked: Any = value_at(body, ("parameters",))
    parameters: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
    place = f"{file}{ITEMS}/{int('storageUri' in parameters)}"
    yield place
    if form.task == "segment":
        labelled = spec.task_schema("segment")["x-labelled"]["value"]
        mode = form.at(("parameters", "mode")).get("default")
        if parameters.get("mode", mode) in labelled:
            yield f"{place}/properties/labels"
    if parameters.get("includeSafetyAttributes") is True:
        yield f"{place}/properties/safetyAttributes"
        yield from _scores(f"{file}{ITEMS}/3")


def _scores(place: str) -> Iterator[str]:
    yield from (place, f"{place}/properties/safetyAttributes")
    for steps in ("", "/prompt", "/image", "/promptElement"):
        yield f"tables/safety_categories.json#{steps}"


def _known(pointer: str) -> tuple[str, ...]:
    return (pointer,) if pointer in all_facts() else ()
