"""Cases of what no JSON Schema can say: pictures that are none, or that there must be.

Which error each gets is in `errors.json`; that these rules hold is seen in nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import placed, value_at, without
from imagen_fake.contract.bodies.breaks import prepared
from imagen_fake.contract.bodies.fields import Field, fields
from imagen_fake.contract.bodies.form import Form, Path, spelled_path
from imagen_fake.contract.bodies.rules import REFERENCES, raw_type
from imagen_fake.contract.bodies.touch import of_broken
from imagen_fake.contract.exchange import Broken, Case
from imagen_fake.contract.facts.facts import DIALECTS, Steps

WIDE = (1200, 1200)
"""A size in pixels that no upscale by four stays below the limit with."""

BUCKET = "gs://imagen-fake-contract-missing"
MISSING = f"{BUCKET}/apple.png"
"""An object in a bucket that nobody has."""


def beyond(form: Form, plain: Any) -> Iterator[Case]:
    """The refused cases of a form that its schema accepts."""
    if form.surface in DIALECTS:
        return
    for field in fields(form):
        if "x-formats" in field.schema and not field.given:
            start = prepared(form, plain, field)
            yield from _with_bad_pictures(form, start, field)
            yield from _out_of_reach(form, start, field)
            yield from _twice(form, start, field)
    if form.task in RULES:
        for path, body, error in RULES[form.task](form, plain):
            yield _refused(form, Broken("beyond", spelled_path(path), error), body, ("title",))


def _with_bad_pictures(form: Form, body: Any, field: Field) -> Iterator[Case]:
    for name, fault in pictures.FAULTS.items():
        media = {"bytesBase64Encoded": fault.text()}
        told = Broken(name, spelled_path(field.path), fault.error)
        spoilt = placed(form, body, field.path, media)
        yield _refused(form, told, spoilt, (*field.steps, "x-formats"))


def _twice(form: Form, body: Any, field: Field) -> Iterator[Case]:
    """A picture that is there, and in a bucket as well."""
    told = Broken("twice", spelled_path(field.path), "picture_twice")
    both = {**pictures.media(), "gcsUri": MISSING}
    yield _refused(form, told, placed(form, body, field.path, both), (*field.steps, "oneOf"))


def _out_of_reach(form: Form, body: Any, field: Field) -> Iterator[Case]:
    """A bucket that is not there, one without an object, and for one model a picture too large."""
    path = (*field.path, "gcsUri")
    told = Broken("storage", spelled_path(path), "storage_missing_bucket")
    steps = (*field.steps, "properties", "gcsUri")
    yield _refused(form, told, placed(form, body, field.path, {"gcsUri": MISSING}), steps)
    told = Broken("pattern", spelled_path(path), "storage_bad_uri")
    spoilt = placed(form, body, field.path, {"gcsUri": BUCKET})
    yield _refused(form, told, spoilt, (*steps, "pattern"))
    if form.model == _first_model(form.task):
        keyword = "x-max-bytes"
        told = Broken(keyword, spelled_path(field.path), "picture_too_large")
        media = {"bytesBase64Encoded": pictures.heavy(field.schema[keyword]["value"])}
        spoilt = placed(form, body, field.path, media)
        yield _refused(form, told, spoilt, (*field.steps, keyword))


def _first_model(task: str) -> str:
    known = (spec.model(name) for name in spec.model_ids())
    return next(model.id for model in known if model and task in model.tasks)


def _refused(form: Form, told: Broken, body: Any, steps: Steps) -> Case:
    named = told.error if told.keyword == "beyond" else told.keyword
    name = f"{form.surface} {form.model} {form.task}: {named} at {told.path}"
    facts = frozenset(of_broken(form, steps, told))
    return Case(name, form.surface, form.model, form.task, body, told, facts)


def _customize(form: Form, plain: Any) -> Iterator[tuple[Path, Any, str]]:
    """A control map to be computed of nothing."""
    for controlled in with_control(form, plain):
        sent = (*REFERENCES, 0, "referenceImage")
        if _takes_raw(form):
            yield sent, without(controlled, sent), "picture_missing"


def _upscale(form: Form, plain: Any) -> Iterator[tuple[Path, Any, str]]:
    """Neither a factor nor a size, and more pixels than are made."""
    factor: Path = ("parameters", "upscaleConfig", "upscaleFactor")
    image: Path = ("instances", 0, "image")
    yield factor, without(plain, factor), "image_size_default"
    choices = form.at(factor)["enum"]
    most = placed(form, plain, factor, choices[-1])
    yield image, placed(form, most, image, pictures.media(size=WIDE)), "upscale_too_large"


def with_control(form: Form, plain: Any) -> Iterator[Any]:
    """The body with a control map before its other references, where a form takes one."""
    path: Path = (*REFERENCES, 0, "controlImageConfig")
    for field in fields(form):
        if field.path == path and not field.given:
            controlled = prepared(form, plain, field)
            if value_at(controlled, path) is not value_at(plain, path):
                yield controlled


def _takes_raw(form: Form) -> bool:
    kinds = form.at((*REFERENCES, 0, "referenceType"))["enum"]
    return raw_type(form) in kinds


Rule = Callable[[Form, Any], Iterator[tuple[Path, Any, str]]]
"""The place, the body and the error of each case that a task refuses though its schema does not."""

RULES: Mapping[str, Rule] = {
    "customize": _customize,
    "upscale": _upscale,
}
