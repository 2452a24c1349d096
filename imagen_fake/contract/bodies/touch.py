"""Which facts of `schemas/` a body touches: those it keeps, breaks, or sees in its answer."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.body import ABSENT, value_at
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.form import Form
from imagen_fake.contract.bodies.touch_answers import of_answer, of_refusal
from imagen_fake.contract.exchange import Broken
from imagen_fake.contract.facts.facts import DIALECTS, Steps, holder, origin, spelled

ANNOTATIONS = frozenset({
    "x-grade", "x-source", "x-note", "x-conflict", "x-errors", "title", "description", "properties",
    "items", "allOf", "required",
})  # fmt: skip
"""What says nothing of a field's own value."""


def of_field(form: Form, field: Field) -> Iterator[str]:
    """The rules that the value of a field keeps, and that the field is there at all."""
    yield from _pointers(form, field.steps)
    for keyword in field.schema if field.path else ():
        if keyword not in ANNOTATIONS:
            yield from _pointers(form, (*field.steps, keyword))


def of_plain(form: Form, body: Any) -> Iterator[str]:
    """The rules that all fields of a body keep, and the defaults of those that are not there."""
    for field in fields(form):
        if value_at(body, field.path) is not ABSENT:
            yield from of_field(form, field)
        elif "default" in field.schema:
            yield from _pointers(form, (*field.steps, "default"))
    yield from _graded(spelled(f"models/{form.model}.json", ("aliasOf",)))
    for name in ("x-asked-by", "x-moved"):
        yield from _graded(spelled(f"tasks/{form.task}.json", (name,)))
    for steps in (("sizes",), ("tasks", form.task, "x-asked-by")):
        yield from _graded(spelled(f"models/{_model_file(form)}.json", steps))


def of_broken(form: Form, steps: Steps, broken: Broken) -> Iterator[str]:
    """The rule that a body breaks, and the text that refuses it."""
    yield from of_refusal(form, broken.error)
    yield from _pointers(form, steps)
    yield from _pointers(form, steps[:-1])
    yield error_text(form, broken.error)
    yield from _graded(spelled(f"tasks/{form.task}.json", ("x-failure",)))
    if broken.keyword == "x-max-tokens":
        yield from _graded(spelled("tasks/generate.json", ("x-tokens",)))
    if broken.error == "upscale_too_large":
        yield from _graded(spelled(f"tasks/{form.task}.json", ("x-max-pixels",)))


def error_text(form: Form, error: str) -> str:
    """Where the words of an error stand, as task and model, or else the surface, word it."""
    renamed = spec.wording(form.task, form.model)
    surface = spec.surface(form.surface)
    return spelled("errors.json", ("errors", renamed.get(error) or surface.error(error)))


def answered(form: Form, body: Any) -> Iterator[str]:
    """The facts that the answer to a valid body shows."""
    yield from of_answer(form, body)
    for shown in ("x-decisions", "x-labelled", "x-longest"):
        yield from _graded(spelled(f"tasks/{form.task}.json", (shown,)))
    yield from _graded(spelled("tables/image_metadata.json", (form.task, _mime_type(form, body))))
    yield from _graded(spelled("tables/image_metadata.json", (form.task,)))
    yield from _graded(spelled("tables/image_sizes.json", ("sizes", _size(form, body), "value")))
    yield from _graded(spelled("tables/mime_types.json", ("types", _mime_type(form, body))))


@cache
def _pointers(form: Form, steps: Steps) -> tuple[str, ...]:
    """The pointer of the file with the last word on a place, if it is graded."""
    try:
        return _graded(origin(form.model, form.task, form.surface, steps))
    except KeyError:
        return ()


@cache
def _graded(pointer: str) -> tuple[str, ...]:
    try:
        holder(pointer)
    except KeyError:
        return ()
    return (pointer,)


def _model_file(form: Form) -> str:
    known = spec.model(form.model)
    return known.id if known else form.model


def _mime_type(form: Form, body: Any) -> str:
    if form.surface in DIALECTS:
        return "image/png"
    path = ("parameters", "outputOptions", "mimeType")
    asked = value_at(body, path)
    return str(form.at(path).get("default", "image/png") if asked is ABSENT else asked)


def _size(form: Form, body: Any) -> str:
    known = spec.model(form.model)
    asked = value_at(body, ("parameters", "sampleImageSize"))
    sizes: Mapping[str, str] = known.facts["sizes"] if known else {}
    return sizes.get("1K" if asked is ABSENT else str(asked), "none")
