"""Part of a picture, drawn anew."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL.Image import Image

from imagen_fake.call import Call, Prediction
from imagen_fake.errors import ApiError
from imagen_fake.imaging.canvas import Sketch
from imagen_fake.imaging.cutout import foreground
from imagen_fake.imaging.masks import binary, dilated, inverted
from imagen_fake.imaging.regions import regions
from imagen_fake.imaging.retouch import background_swapped, filled, inserted, outpainted
from imagen_fake.media import picture
from imagen_fake.output import prediction
from imagen_fake.tasks.generate import sketch

BYTES_PER_PIXEL = 20
"""What the task takes at its peak for each pixel of the largest picture that is sent."""

Edit = Callable[[Image, Image, Sketch], Image]

EDITS: Mapping[str, Edit] = {
    "EDIT_MODE_INPAINT_REMOVAL": lambda base, mask, _: filled(base, mask),
    "EDIT_MODE_OUTPAINT": outpainted,
    "EDIT_MODE_BGSWAP": background_swapped,
}
"""What a mode does with a picture and a mask; every other mode inserts."""


def render(call: Call) -> Sequence[Prediction]:
    """The raw picture with what the mask covers changed; all else keeps its pixels.

    Raises ApiError for pictures that cannot be read and a mask of another size.
    """
    references = {item["referenceType"]: item for item in call.instance["referenceImages"]}
    base = picture(call, references["REFERENCE_TYPE_RAW"]["referenceImage"])
    mask = _mask(call, base, references["REFERENCE_TYPE_MASK"])
    edit = EDITS.get(call.parameters["editMode"], inserted)
    return [
        prediction(call, index, edit(base, mask, sketch(call, index, base.size)))
        for index in call.shown
    ]


def user_mask(call: Call, base: Image, media: Mapping[str, Any]) -> Image:
    """The mask that the caller drew: 255 where to edit, 0 elsewhere.

    Raises ApiError `mask_size` unless it has the size of its picture.
    """
    mask = picture(call, media, "L")
    if mask.size != base.size:
        raise ApiError("mask_size", task=call.task, mask=_spelled(mask), base=_spelled(base))
    return binary(mask)


def _mask(call: Call, base: Image, reference: Mapping[str, Any]) -> Image:
    config = reference["maskImageConfig"]
    match config["maskMode"]:
        case "MASK_MODE_FOREGROUND":
            mask = foreground(base)
        case "MASK_MODE_BACKGROUND":
            mask = inverted(foreground(base))
        case "MASK_MODE_SEMANTIC":
            mask = regions(base, config["maskClasses"])
        case _:
            mask = user_mask(call, base, reference["referenceImage"])
    return dilated(mask, config["dilation"])


def _spelled(image: Image) -> str:
    return f"{image.width}x{image.height}"
