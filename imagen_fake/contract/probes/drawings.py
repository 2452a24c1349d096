"""Probes of masks, scribbles and control maps of another size, transparent, or turned."""

import base64
import io
from collections.abc import Iterator
from typing import Any

from PIL import ExifTags, Image, ImageChops

from imagen_fake import spec
from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.beyond import with_control
from imagen_fake.contract.bodies.body import is_mask, placed, value_at
from imagen_fake.contract.bodies.breaks import prepared
from imagen_fake.contract.bodies.chosen import doing
from imagen_fake.contract.bodies.fields import fields
from imagen_fake.contract.bodies.form import Form, Path, spelled_path
from imagen_fake.contract.bodies.rules import REFERENCES, plain_body
from imagen_fake.contract.bodies.touch import of_broken
from imagen_fake.contract.checks.reading import pictures as shown
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.checks.variants import lossless
from imagen_fake.contract.exchange import Broken, Case, Difference, Exchange
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.judges import resting
from imagen_fake.contract.probes.probing import Judge, Probe, predicting

SIZE = (64, 48)
LARGER = (96, 96)
"""A size in pixels that differs from that of every other picture in a body."""

ON_ITS_SIDE = 6
"""The orientation in EXIF of a picture that has to be turned by 90 degrees."""

OF_ITS_OWN = {"legacy_edit": "mask", "segment": "scribble"}
"""The fields that hold nothing but a drawing."""

TRANSPARENT = "tasks/edit.json#/x-transparent"
ORIENTATION = "tasks/edit.json#/x-orientation"


def of_drawings() -> Iterator[Probe]:
    """The probes of every task that takes drawings, and of masks that are laid on otherwise."""
    for task in ("edit", "customize"):
        yield from _of_another_size(doing(task), *_beside(doing(task)))
    for task, name in OF_ITS_OWN.items():
        yield from _of_another_size(*_alone(task, ("instances", 0, name, "image")))
    yield _transparent(doing("edit"))
    yield _turned(doing("edit"))


def _of_another_size(form: Form, body: Any, path: Path) -> Iterator[Probe]:
    """A drawing larger than its picture: taken, and refused by a strict fake."""
    larger = placed(form, body, path, pictures.media(masking=True, size=LARGER))
    pointer = f"tasks/{form.task}.json#/x-fitted"
    yield predicting(_case(form, "a larger drawing", larger), _pictured(pointer))
    error = spec.task_schema(form.task)["x-fitted"]["strict"]
    told = Broken("beyond", spelled_path(path), error)
    case = _case(form, f"strict with {error}", larger, told)
    yield predicting(case, setting="strict", facts={*of_broken(form, ("title",), told), pointer})


def _alone(task: str, path: Path) -> tuple[Form, Any, Path]:
    """A form that has a field for nothing but a drawing, a body with one, and its place."""
    forms = (Form(model, task, "vertex") for model in spec.model_ids() if _does(model, task))
    found = ((form, one) for form in forms for one in fields(form) if one.path == path)
    form, field = next(found)
    return form, prepared(form, plain_body(form), field), path


def _does(model: str, task: str) -> bool:
    known = spec.model(model)
    return known is not None and known.id == model and task in known.tasks


def _beside(form: Form) -> tuple[Any, Path]:
    """A body with a drawing among its references, and the place of the drawing."""
    plain = plain_body(form)
    if form.task == "customize":
        controlled = next(with_control(form, plain))
        both = [*value_at(controlled, REFERENCES), *value_at(plain, REFERENCES)]
        return placed(form, controlled, REFERENCES, both), (*REFERENCES, 0, "referenceImage")
    place = [is_mask((), item) for item in value_at(plain, REFERENCES)].index(True)
    return plain, (*REFERENCES, place, "referenceImage")


def _transparent(form: Form) -> Probe:
    """A white box on a clear canvas: nothing changes around it."""
    mask = pictures.mask(SIZE)
    white = Image.new("RGBA", SIZE, "white")
    white.putalpha(mask)
    body = _edit(form, pictures.picture(SIZE), white)

    def judge(exchange: Exchange) -> Iterator[Difference]:
        changed = _changed(exchange, pictures.picture(SIZE))
        spilt = changed and ImageChops.multiply(changed, ImageChops.invert(mask)).getbbox()
        if changed is None or spilt or not changed.getbbox():
            expected = "a picture changed in its middle alone"
            yield differs("mask", fact(TRANSPARENT), expected, f"changed in {spilt}")

    return predicting(_edited(form, "a transparent mask", body), resting(judge, TRANSPARENT))


def _turned(form: Form) -> Probe:
    """A picture that lies on its side in its file, and a mask of the file's size."""
    lying, exif = pictures.picture(SIZE), Image.Exif()
    exif[ExifTags.Base.Orientation] = ON_ITS_SIDE
    body = _edit(form, lying, pictures.mask(SIZE), exif=exif)
    upright = lying.transpose(Image.Transpose.ROTATE_270)

    def judge(exchange: Exchange) -> Iterator[Difference]:
        if _changed(exchange, upright) is None:
            yield differs("size", fact(ORIENTATION), "an upright picture", "none")

    case = _edited(form, "a picture on its side", body)
    return predicting(case, resting(judge, ORIENTATION), setting="strict")


def _edit(form: Form, base: Image.Image, mask: Image.Image, **options: Any) -> Any:
    body, path = _beside(form)
    body = placed(form, body, path, _media(mask))
    body = placed(form, body, (*path[:-1], "maskImageConfig", "dilation"), 0)
    raw = (*REFERENCES, 1 - int(path[-2]), "referenceImage")
    return placed(form, body, raw, _media(base, **options))


def _media(image: Image.Image, **options: Any) -> Any:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return {"bytesBase64Encoded": base64.b64encode(file.getvalue()).decode()}


def _changed(exchange: Exchange, before: Image.Image) -> Image.Image | None:
    """How far each pixel of the first picture differs from before, in grey; None for no such."""
    found = next((one.image for one in shown(exchange) if one.image), None)
    if found is None or found.size != before.size:
        return None
    return ImageChops.difference(found.convert("RGB"), before).convert("L")


def _pictured(pointer: str) -> Judge:
    """Whether there is a picture at all."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        if not any(one.image for one in shown(exchange)):
            yield differs("taken", fact(pointer), "a picture", exchange.response.status)

    return resting(judge, pointer)


def _case(form: Form, name: str, body: Any, broken: Broken | None = None) -> Case:
    named = f"{form.surface} {form.model} {form.task}: {name}"
    return Case(named, form.surface, form.model, form.task, body, broken)


def _edited(form: Form, name: str, body: Any) -> Case:
    return lossless(_case(form, name, body), name)
