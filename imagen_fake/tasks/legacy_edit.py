"""Editing as models before Imagen 3 did it: one picture, perhaps a mask, one `editConfig`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL.Image import Image

from imagen_fake.imaging.editing.outline import canny, given, scribble
from imagen_fake.imaging.editing.placing import stood
from imagen_fake.imaging.editing.references import References, followed
from imagen_fake.imaging.editing.removal import removable
from imagen_fake.imaging.editing.retouch import background_swapped, filled, inserted, outpainted
from imagen_fake.imaging.poster.canvas import Sketch
from imagen_fake.imaging.poster.vista import paint_vista
from imagen_fake.imaging.seeing.cutout import background, foreground
from imagen_fake.imaging.seeing.footer import off_caption
from imagen_fake.imaging.seeing.masks import dilated
from imagen_fake.imaging.seeing.regions import regions
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.drawings import Drawing, drawn
from imagen_fake.pipeline.media import picture
from imagen_fake.pipeline.output import prediction
from imagen_fake.tasks.edit import Edit
from imagen_fake.tasks.generate import sketch

BYTES_PER_PIXEL = 22
"""What the task takes at its peak for each pixel of the largest picture that is sent."""

REMOVAL = "inpainting-remove"

EDITS: Mapping[str, Edit] = {
    "inpainting-insert": inserted,
    REMOVAL: lambda base, mask, _: filled(base, mask),
    "outpainting": outpainted,
}


def render(call: Call) -> Sequence[Prediction]:
    """The picture of the call, changed where its mask is set, or all over without a mask.

    Raises ApiError for pictures that cannot be read or, if strict, differ in size.
    """
    base = picture(call, call.instance["image"])
    mask = None if _is_product(call) else _mask(call, base)
    return [
        prediction(
            call,
            index,
            _edited(call, base, mask, sketch(call, index, base.size)),
            mask.warnings if mask else (),
        )
        for index in call.shown
    ]


def _edited(call: Call, base: Image, mask: Drawing | None, anew: Sketch) -> Image:
    if _is_product(call):
        return _product(base, anew, call.parameters["editConfig"]["productPosition"])
    if mask is None:
        return followed(anew, _references(call, base))
    mode = call.parameters.get("editConfig", {}).get("editMode", "inpainting-insert")
    return EDITS[mode](base, mask.image, anew)


def _is_product(call: Call) -> bool:
    return bool(call.parameters.get("editConfig", {}).get("editMode") == "product-image")


def _mask(call: Call, base: Image) -> Drawing | None:
    """The mask that is sent, else the one that is to be found; None without either."""
    config = call.parameters.get("editConfig", {})
    sent = call.instance.get("mask", {}).get("image")
    if not sent:
        return _found(config, base)
    mask = drawn(call, sent, base, call.instance["image"])
    return replace(mask, image=dilated(mask.image, config["maskDilation"]))


def _found(config: Mapping[str, Any], base: Image) -> Drawing | None:
    match config.get("maskMode", {}).get("maskType"):
        case "foreground":
            found = foreground if config.get("editMode") != REMOVAL else removable
            grown = dilated(found(base), config["maskDilation"])
            return Drawing(off_caption(base, grown))
        case "background":
            return Drawing(background(base))
        case "semantic":
            parts = regions(base, config["maskMode"]["classes"])
            return Drawing(dilated(parts, config["maskDilation"]))
        case _:
            return None


def _product(base: Image, drawn: Sketch, position: str) -> Image:
    """The product of a picture before another background: where it was, or in the middle."""
    if position == "fixed":
        return background_swapped(base, background(base), drawn)
    return stood(paint_vista(replace(drawn, size=base.size), peopled=False), [base])


def _references(call: Call, base: Image) -> References:
    """The whole picture, and the lines that its conditions ask for."""
    outlines = [
        _condition(base, condition)
        for condition in call.parameters.get("controlPluginConfig", {}).get("conditions", ())
    ]
    return References(None if outlines else base, outlines=outlines)


def _condition(base: Image, condition: Mapping[str, object]) -> Image:
    if not condition["computeConditionMap"]:
        return given(base)
    return canny(base) if condition.get("conditionName") == "cannyEdges" else scribble(base)
