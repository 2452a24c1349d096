"""Editing before Imagen 3: one picture, an optional mask, and `editConfig`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.imaging.editing.control_maps import CONTROL_MAPS
from imagen_fake.imaging.editing.cutouts import cut_out, place_cutouts
from imagen_fake.imaging.editing.references import References, paint_after
from imagen_fake.imaging.editing.retouch import swap_background
from imagen_fake.imaging.poster.scene import Sketch, paint_scene
from imagen_fake.imaging.vision.cutout import background_mask
from imagen_fake.imaging.vision.masks import binarize
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import Drawing, load_picture
from imagen_fake.pipeline.output import predictions
from imagen_fake.tasks.edit import EDITS, find_mask, take_mask
from imagen_fake.tasks.generate import sketch

BYTES_PER_PIXEL = 22


def render(call: Call) -> Sequence[Prediction]:
    """The picture of the call, changed where its mask is set, or all over without a mask.

    Raises ApiError for pictures that cannot be read or, if strict, differ in size.
    """
    base = load_picture(call, call.instance["image"])
    mode = call.parameters.get("editConfig", {}).get("editMode", "")
    operation = spec.meanings("legacy_edit", "editMode").get(mode, "insert")
    mask = None if operation == "show_product" else _mask(call, operation, base)
    return predictions(
        call,
        lambda index: _edit(call, operation, base, mask, sketch(call, index, base.size)),
        mask.warnings if mask else (),
    )


def _edit(call: Call, operation: str, base: Image, mask: Drawing | None, sketch: Sketch) -> Image:
    if operation == "show_product":  # before another background, in its place or centred
        position = call.parameters["editConfig"]["productPosition"]
        if spec.meanings("legacy_edit", "productPosition")[position] == "keep_place":
            return swap_background(base, background_mask(base), sketch)
        scene = paint_scene(replace(sketch, size=base.size), peopled=False)
        return place_cutouts(scene, [cut_out(base)])
    if mask is None:
        return paint_after(sketch, _references(call, base))
    return EDITS[operation](base, mask.image, sketch)


def _mask(call: Call, operation: str, base: Image) -> Drawing | None:
    """The mask that is sent, else the one that the mask mode finds; None without either."""
    config = call.parameters.get("editConfig", {})
    mask_media = call.instance.get("mask", {}).get("image")
    if mask_media:
        return take_mask(call, mask_media, base, call.instance["image"], config["maskDilation"])
    mode = config.get("maskMode")
    if not mode:
        return None
    finder = spec.meanings("legacy_edit", "maskType")[mode["maskType"]]
    classes, dilation = mode.get("classes", ()), config["maskDilation"]
    image = find_mask(base, finder, operation, classes=classes, dilation=dilation)
    return Drawing(image) if image else None


def _references(call: Call, base: Image) -> References:
    """The control maps of the conditions, else the whole picture."""
    outlines = [
        _condition(base, condition)
        for condition in call.parameters.get("controlPluginConfig", {}).get("conditions", ())
    ]
    return References(None if outlines else base, outlines=outlines)


def _condition(base: Image, condition: Mapping[str, Any]) -> Image:
    if not condition["computeConditionMap"]:
        return binarize(base)
    names = spec.meanings("legacy_edit", "conditionName")
    return CONTROL_MAPS[names.get(condition.get("conditionName", ""), "scribble_map")](base)
