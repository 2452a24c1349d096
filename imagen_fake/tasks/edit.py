"""Editing with a mask; what both of its request formats have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.imaging.editing.filling import fill_masked
from imagen_fake.imaging.editing.retouch import insert, outpaint, swap_background
from imagen_fake.imaging.editing.shadows import removable_mask
from imagen_fake.imaging.poster.scene import Sketch
from imagen_fake.imaging.vision.cutout import background_mask, foreground_mask
from imagen_fake.imaging.vision.footer import clear_caption
from imagen_fake.imaging.vision.masks import dilate
from imagen_fake.imaging.vision.regions import class_mask
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import Drawing, Media, load_picture, open_mask
from imagen_fake.pipeline.output import predictions
from imagen_fake.tasks.generate import sketch

BYTES_PER_PIXEL = 20

EDITS: Mapping[str, Callable[[Image, Image, Sketch], Image]] = {
    "insert": insert,
    "remove": lambda base, mask, _: fill_masked(base, mask),
    "outpaint": outpaint,
    "swap_background": swap_background,
}
"""Operations on an RGB picture, a mask and a sketch, by the meanings of an edit mode."""


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


def find_mask(
    base: Image, finder: str, operation: str, *, classes: Sequence[int], dilation: float
) -> Image | None:
    """The mask that a mask mode finds in a picture; None where the mode takes the caller's.

    `dilation` is a share of the picture's width in [0,1].
    """
    match finder:
        case "find_foreground":
            find = removable_mask if operation == "remove" else foreground_mask
            return clear_caption(base, dilate(find(base), dilation))
        case "find_background":
            return background_mask(base)  # not dilated: it would eat the foreground
        case "find_classes":
            return dilate(class_mask(base, classes), dilation)
        case _:
            return None


def take_mask(
    call: Call, media: Mapping[str, Any], base: Image, base_media: Media, dilation: float
) -> Drawing:
    """The caller's mask, dilated. Raises ApiError as `open_mask` does."""
    mask = open_mask(call, media, base, base_media)
    return replace(mask, image=dilate(mask.image, dilation))
