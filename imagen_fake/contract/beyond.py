"""Cases of what no JSON Schema can say: pictures that are none, and sizes that must be equal.

Which error each gets is in `errors.json`; that these rules hold is seen in nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract import pictures
from imagen_fake.contract.body import is_mask, placed, value_at, without
from imagen_fake.contract.breaks import prepared
from imagen_fake.contract.exchange import Broken, Case
from imagen_fake.contract.facts import DIALECTS, Steps
from imagen_fake.contract.fields import Field, fields
from imagen_fake.contract.form import Form, Path, spelled_path
from imagen_fake.contract.rules import REFERENCES, raw_type
from imagen_fake.contract.touch import of_broken

WIDE = (1200, 1200)
"""A size in pixels that no upscale by four stays below the limit with."""

MISSING = "gs://imagen-fake-contract-missing/apple.png"
"""An object in a bucket that nobody has."""

LARGER = (96, 96)
"""A size in pixels that differs from that of every other picture in a body."""


def beyond(form: Form, plain: Any) -> Iterator[Case]:
    """The refused cases of a form that its schema accepts."""
    if form.surface in DIALECTS:
        return
    for field in fields(form):
        if "x-formats" in field.schema and not field.given:
            start = prepared(form, plain, field)
            yield from _with_bad_pictures(form, start, field)
            yield from _out_of_reach(form, start, field)
    if form.task in RULES:
        for path, body, error in RULES[form.task](form, plain):
            yield _refused(form, Broken("beyond", spelled_path(path), error), body, ("title",))


def _with_bad_pictures(form: Form, body: Any, field: Field) -> Iterator[Case]:
    for name, fault in pictures.FAULTS.items():
        media = {"bytesBase64Encoded": fault.text()}
        told = Broken(name, spelled_path(field.path), fault.error)
        spoilt = placed(form, body, field.path, media)
        yield _refused(form, told, spoilt, (*field.steps, "x-formats"))


def _out_of_reach(form: Form, body: Any, field: Field) -> Iterator[Case]:
    """A picture in a bucket that is not there, and for one model of a task one too large."""
    path = (*field.path, "gcsUri")
    told = Broken("storage", spelled_path(path), "storage_missing_bucket")
    steps = (*field.steps, "properties", "gcsUri")
    yield _refused(form, told, placed(form, body, field.path, {"gcsUri": MISSING}), steps)
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


def _edit(_form: Form, plain: Any) -> Iterator[tuple[Path, Any, str]]:
    """A mask that is larger than its picture."""
    for number, item in enumerate(value_at(plain, REFERENCES)):
        if is_mask((), item):
            path = (*REFERENCES, number, "referenceImage")
            yield path, _larger(plain, path, masking=True), "mask_size"


def _legacy_edit(form: Form, plain: Any) -> Iterator[tuple[Path, Any, str]]:
    """The same, where the mask is a field of its own."""
    path: Path = ("instances", 0, "mask", "image")
    yield from _of_another_size(form, plain, path, "mask_size")


def _segment(form: Form, plain: Any) -> Iterator[tuple[Path, Any, str]]:
    """A scribble that is larger than its picture."""
    path: Path = ("instances", 0, "scribble", "image")
    yield from _of_another_size(form, plain, path, "scribble_size")


def _customize(form: Form, plain: Any) -> Iterator[tuple[Path, Any, str]]:
    """A control map larger than the raw picture, and one to be computed of nothing."""
    path: Path = (*REFERENCES, 0, "controlImageConfig")
    for field in fields(form):
        if field.path == path and not field.given:
            controlled = prepared(form, plain, field)
            sent = (*REFERENCES, 0, "referenceImage")
            if value_at(controlled, path) is not value_at(plain, path) and _takes_raw(form):
                both = [*value_at(controlled, REFERENCES), *value_at(plain, REFERENCES)]
                yield (
                    sent,
                    _larger(placed(form, controlled, REFERENCES, both), sent),
                    "control_size",
                )
                yield sent, without(controlled, sent), "picture_missing"


def _upscale(form: Form, plain: Any) -> Iterator[tuple[Path, Any, str]]:
    """Neither a factor nor a size, and more pixels than are made."""
    factor: Path = ("parameters", "upscaleConfig", "upscaleFactor")
    image: Path = ("instances", 0, "image")
    yield factor, without(plain, factor), "image_size_default"
    choices = form.at(factor)["enum"]
    most = placed(form, plain, factor, choices[-1])
    yield image, placed(form, most, image, pictures.media(size=WIDE)), "upscale_too_large"


def _of_another_size(
    form: Form, plain: Any, path: Path, error: str
) -> Iterator[tuple[Path, Any, str]]:
    for field in fields(form):
        if field.path == path and not field.given:
            yield path, _larger(prepared(form, plain, field), path, masking=True), error


def _larger(body: Any, path: Path, masking: bool = False) -> Any:
    return _replaced(body, path, pictures.media(masking=masking, size=LARGER))


def _replaced(body: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(body, list):
        return [_replaced(one, rest, value) if at == step else one for at, one in enumerate(body)]
    return {**body, step: _replaced(body[step], rest, value)}


def _takes_raw(form: Form) -> bool:
    kinds = form.at((*REFERENCES, 0, "referenceType"))["enum"]
    return raw_type(form) in kinds


Rule = Callable[[Form, Any], Iterator[tuple[Path, Any, str]]]
"""The place, the body and the error of each case that a task refuses though its schema does not."""

RULES: Mapping[str, Rule] = {
    "edit": _edit,
    "legacy_edit": _legacy_edit,
    "segment": _segment,
    "customize": _customize,
    "upscale": _upscale,
}
