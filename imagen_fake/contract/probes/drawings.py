"""Probes of masks, scribbles and control maps of another size, transparent, or rotated."""

from collections.abc import Iterator
from typing import Any

from PIL import ExifTags, Image, ImageChops

from imagen_fake.contract.bodies import pictures
from imagen_fake.contract.bodies.body import get_value, is_mask, set_value
from imagen_fake.contract.bodies.fact_coverage import violation_facts
from imagen_fake.contract.bodies.fields import fields
from imagen_fake.contract.bodies.invalid_bodies import body_with_field
from imagen_fake.contract.bodies.operation import Operation, Path, format_path
from imagen_fake.contract.bodies.repair import REFERENCES, minimal_body
from imagen_fake.contract.bodies.sample_models import first_operation, models
from imagen_fake.contract.bodies.semantic_cases import with_control_map
from imagen_fake.contract.checks.response import decoded_pictures
from imagen_fake.contract.checks.variants import lossless_case
from imagen_fake.contract.exchange import Exchange, Violation
from imagen_fake.contract.facts.schemas import task_schema
from imagen_fake.contract.probes.expectations import expect
from imagen_fake.contract.probes.probe import Expectation, Probe, predict_probe

SIZE = (64, 48)
LARGER = (96, 96)
"""A size in pixels that differs from that of every other picture in a body."""

ROTATED = 6
"""The orientation in EXIF of a picture that has to be turned by 90 degrees."""

DRAWING_FIELDS = {"legacy_edit": "mask", "segment": "scribble"}
"""The fields that hold nothing but a drawing."""


def drawing_probes() -> Iterator[Probe]:
    """The probes of every task that takes drawings, and of masks in other forms."""
    for task in ("edit", "customize"):
        operation = first_operation(task)
        yield from _resized_probes(operation, *_reference_drawing(operation))
    for task, name in DRAWING_FIELDS.items():
        yield from _resized_probes(*_drawing_field(task, ("instances", 0, name, "image")))
    yield _transparent_probe(first_operation("edit"))
    yield _rotated_probe(first_operation("edit"))


def _resized_probes(operation: Operation, body: Any, path: Path) -> Iterator[Probe]:
    """A drawing larger than its picture: taken, and refused by a strict fake."""
    larger = set_value(operation, body, path, pictures.media(masking=True, size=LARGER))
    pointer = f"tasks/{operation.task}.json#/x-fitted"
    success = expect(
        "taken",
        pointer,
        "a picture",
        lambda exchange: exchange.response.status,
        lambda exchange: any(one.image for one in decoded_pictures(exchange)),
    )
    yield predict_probe(operation.case("a larger drawing", larger), success)
    error = task_schema(operation.task)["x-fitted"]["strict"]
    violation = Violation("semantics", format_path(path), error)
    facts = {*violation_facts(operation, ("title",), violation), pointer}
    case = operation.case(f"strict with {error}", larger, violation, facts)
    yield predict_probe(case, setting="strict")


def _drawing_field(task: str, path: Path) -> tuple[Operation, Any, Path]:
    """An operation with a field for nothing but a drawing, a body with one, and its place."""
    capable = (Operation(one.id, task, "vertex") for one in models() if task in one.tasks)
    operation, field = next(
        (operation, field)
        for operation in capable
        for field in fields(operation)
        if field.path == path
    )
    return operation, body_with_field(operation, minimal_body(operation), field), path


def _reference_drawing(operation: Operation) -> tuple[Any, Path]:
    """A body with a drawing among its references, and the place of the drawing."""
    body = minimal_body(operation)
    if operation.task == "customize":
        controlled = next(with_control_map(operation, body))
        both = [*get_value(controlled, REFERENCES), *get_value(body, REFERENCES)]
        body = set_value(operation, controlled, REFERENCES, both)
        return body, (*REFERENCES, 0, "referenceImage")
    place = [is_mask((), item) for item in get_value(body, REFERENCES)].index(True)
    return body, (*REFERENCES, place, "referenceImage")


def _transparent_probe(operation: Operation) -> Probe:
    """A white box on a clear canvas: nothing changes around it."""
    picture, mask = pictures.picture(SIZE), pictures.mask(SIZE)
    white = Image.new("RGBA", SIZE, "white")
    white.putalpha(mask)

    def changed(exchange: Exchange) -> tuple[bool, bool] | None:
        """Whether pixels changed inside the mask, and outside; None without a picture."""
        changes = _pixel_difference(exchange, picture)
        if changes is None:
            return None
        outside = ImageChops.multiply(changes, ImageChops.invert(mask)).getbbox()
        return changes.getbbox() is not None, outside is not None

    inside = expect("mask", "tasks/edit.json#/x-transparent", (True, False), changed)
    return _edit_probe(operation, "a transparent mask", _edit(operation, picture, white), inside)


def _rotated_probe(operation: Operation) -> Probe:
    """A picture that lies on its side in its file, and a mask of the file's size."""
    picture, exif = pictures.picture(SIZE), Image.Exif()
    exif[ExifTags.Base.Orientation] = ROTATED
    upright = picture.transpose(Image.Transpose.ROTATE_270)
    size = expect(
        "size",
        "tasks/edit.json#/x-orientation",
        "an upright picture",
        lambda exchange: [one.image.size for one in decoded_pictures(exchange) if one.image],
        lambda exchange: _pixel_difference(exchange, upright) is not None,
    )
    body = _edit(operation, picture, pictures.mask(SIZE), exif=exif)
    return _edit_probe(operation, "a picture on its side", body, size, setting="strict")


def _edit_probe(
    operation: Operation, name: str, body: Any, expected: Expectation, setting: str = ""
) -> Probe:
    case = lossless_case(operation.case(name, body), name)
    return predict_probe(case, expected, setting=setting)


def _edit(operation: Operation, base: Image.Image, mask: Image.Image, **options: Any) -> Any:
    body, path = _reference_drawing(operation)
    body = set_value(operation, body, path, pictures.to_media(mask))
    body = set_value(operation, body, (*path[:-1], "maskImageConfig", "dilation"), 0)
    raw = (*REFERENCES, 1 - int(path[-2]), "referenceImage")
    return set_value(operation, body, raw, pictures.to_media(base, **options))


def _pixel_difference(exchange: Exchange, before: Image.Image) -> Image.Image | None:
    """The changes of the first picture's pixels, in grey; None without one of that size."""
    picture = next((one.image for one in decoded_pictures(exchange) if one.image), None)
    if picture is None or picture.size != before.size:
        return None
    return ImageChops.difference(picture.convert("RGB"), before).convert("L")
