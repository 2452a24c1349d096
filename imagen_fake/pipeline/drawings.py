"""Masks, scribbles and control maps that callers send, in the size of their picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL.Image import Image, Resampling

from imagen_fake import spec
from imagen_fake.imaging.files.loading import (
    apply_orientation,
    open_drawing,
    open_transparent,
    orientation_of,
)
from imagen_fake.imaging.vision.masks import binarize, is_cut_out
from imagen_fake.pipeline.call import Call
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.media import load

Media = Mapping[str, Any]
"""The field of a request that holds a picture."""

TURNED = 5
"""From this orientation of EXIF on, width and height change places."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing, and warnings about its size."""

    image: Image
    warnings: tuple[str, ...] = ()


def open_mask(call: Call, media: Media, base: Image, base_media: Media) -> Drawing:
    """The mask in a field, L: 255 where drawn, else 0, in the size of `base`.

    `base_media` is the field of `base`. Raises ApiError for what is no picture, and if strict
    for what deserves a warning.
    """
    fit = fit_drawing(call, load(call, media, open_drawing), base, base_media)
    return Drawing(binarize(fit.image), (*fit.warnings, *_hole_warnings(call, media, base)))


def _hole_warnings(call: Call, media: Media, base: Image) -> tuple[str, ...]:
    """The warning about a mask that is transparent where to edit. An ApiError if strict."""
    text = spec.task_schema(call.task).get("x-transparent", {}).get("text")
    image = load(call, media, open_transparent) if text else None
    if image is None or not is_cut_out(image, base):
        return ()
    if call.strict:
        raise ApiError("strict_warning", warning=text)
    return (text,)


def fit_drawing(call: Call, image: Image, base: Image, base_media: Media) -> Drawing:
    """A picture stretched to the size of `base`, whose field is `base_media`.

    If it has the size of `base` before its EXIF orientation, it is rotated likewise. Raises the
    ApiError of `x-fitted` if strict.
    """
    if image.size == base.size:
        return Drawing(image)
    if image.size == base.size[::-1]:
        turn = load(call, base_media, orientation_of)
        if turn >= TURNED:
            return Drawing(apply_orientation(image, turn))
    facts = spec.task_schema(call.task)["x-fitted"]
    sizes = {"drawing": _size_text(image), "base": _size_text(base)}
    if call.strict:
        raise ApiError(facts["strict"], task=call.task, **sizes)
    return Drawing(image.resize(base.size, Resampling.BOX), (facts["text"].format_map(sizes),))


def _size_text(image: Image) -> str:
    return f"{image.width}x{image.height}"
