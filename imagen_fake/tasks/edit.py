"""Editing with a mask."""

from collections.abc import Sequence

from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import Drawing, Media, load_picture
from imagen_fake.pipeline.output import predictions
from imagen_fake.tasks.generate import sketch
from imagen_fake.tasks.masking import EDITS, find_mask, take_mask

BYTES_PER_PIXEL = 20


def render(call: Call) -> Sequence[Prediction]:
    """The raw picture with what the mask covers changed; all else keeps its pixels.

    Raises ApiError for pictures that cannot be read or, if strict, differ in size.
    """
    roles = spec.meanings("edit", "referenceType")
    references = {roles[item["referenceType"]]: item for item in call.instance["referenceImages"]}
    base_media = references["base"]["referenceImage"]
    base = load_picture(call, base_media)
    operation = spec.meanings("edit", "editMode")[call.parameters["editMode"]]
    mask = _mask(call, references["mask"], operation, base, base_media)
    edit = EDITS[operation]
    return predictions(
        call, lambda index: edit(base, mask.image, sketch(call, index, base.size)), mask.warnings
    )


def _mask(call: Call, reference: Media, operation: str, base: Image, base_media: Media) -> Drawing:
    config = reference["maskImageConfig"]
    finder, dilation = spec.meanings("edit", "maskMode")[config["maskMode"]], config["dilation"]
    classes = config.get("maskClasses", ())
    image = find_mask(base, finder, operation, classes=classes, dilation=dilation)
    if image:
        return Drawing(image)
    return take_mask(call, reference["referenceImage"], base, base_media, dilation)
