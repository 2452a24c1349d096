"""What editing with a mask has in common, in both of its request formats."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL.Image import Image

from imagen_fake.imaging.editing.filling import fill_masked
from imagen_fake.imaging.editing.retouch import insert, outpaint, swap_background
from imagen_fake.imaging.editing.shadows import removable_mask
from imagen_fake.imaging.poster.composition import Sketch
from imagen_fake.imaging.vision.cutout import background_mask, foreground_mask
from imagen_fake.imaging.vision.footer import clear_caption
from imagen_fake.imaging.vision.masks import dilate
from imagen_fake.imaging.vision.regions import class_mask
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.media import Drawing, Media, open_mask

EDITS: Mapping[str, Callable[[Image, Image, Sketch], Image]] = {
    "insert": insert,
    "remove": lambda base, mask, _: fill_masked(base, mask),
    "outpaint": outpaint,
    "swap_background": swap_background,
}
"""Operations on an RGB picture, a mask and a sketch, by the meanings of an edit mode."""


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
    """The caller's mask, dilated. Raises ApiError as `drawn` does."""
    mask = open_mask(call, media, base, base_media)
    return replace(mask, image=dilate(mask.image, dilation))
