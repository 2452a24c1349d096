"""Part of a picture, drawn anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PIL.Image import Image

from imagen_fake.imaging.editing.removal import removable
from imagen_fake.imaging.editing.retouch import background_swapped, filled, inserted, outpainted
from imagen_fake.imaging.poster.canvas import Sketch
from imagen_fake.imaging.seeing.cutout import background, foreground
from imagen_fake.imaging.seeing.footer import off_caption
from imagen_fake.imaging.seeing.masks import dilated
from imagen_fake.imaging.seeing.regions import regions
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.drawings import Drawing, Media, drawn
from imagen_fake.pipeline.media import picture
from imagen_fake.pipeline.output import prediction
from imagen_fake.tasks.generate import sketch

BYTES_PER_PIXEL = 20
"""What the task takes at its peak for each pixel of the largest picture that is sent."""

Edit = Callable[[Image, Image, Sketch], Image]

REMOVAL = "EDIT_MODE_INPAINT_REMOVAL"

EDITS: Mapping[str, Edit] = {
    REMOVAL: lambda base, mask, _: filled(base, mask),
    "EDIT_MODE_OUTPAINT": outpainted,
    "EDIT_MODE_BGSWAP": background_swapped,
}
"""What a mode does with a picture and a mask; every other mode inserts."""


def render(call: Call) -> Sequence[Prediction]:
    """The raw picture with what the mask covers changed; all else keeps its pixels.

    Raises ApiError for pictures that cannot be read or, if strict, differ in size.
    """
    references = {item["referenceType"]: item for item in call.instance["referenceImages"]}
    raw = references["REFERENCE_TYPE_RAW"]["referenceImage"]
    base = picture(call, raw)
    mask = _mask(call, references["REFERENCE_TYPE_MASK"], base, raw)
    edit = EDITS.get(call.parameters["editMode"], inserted)
    return [
        prediction(
            call, index, edit(base, mask.image, sketch(call, index, base.size)), mask.warnings
        )
        for index in call.shown
    ]


def _mask(call: Call, reference: Media, base: Image, raw: Media) -> Drawing:
    config = reference["maskImageConfig"]
    match config["maskMode"]:
        case "MASK_MODE_FOREGROUND":
            found = foreground if call.parameters["editMode"] != REMOVAL else removable
            grown = dilated(found(base), config["dilation"])
            return Drawing(off_caption(base, grown))
        case "MASK_MODE_BACKGROUND":
            # What was found stays whole: a grown background would eat it.
            return Drawing(background(base))
        case "MASK_MODE_SEMANTIC":
            mask = Drawing(regions(base, config["maskClasses"]))
        case _:
            mask = drawn(call, reference["referenceImage"], base, raw)
    return replace(mask, image=dilated(mask.image, config["dilation"]))
