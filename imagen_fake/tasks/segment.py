"""Segmentation masks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from PIL import Image, ImageChops, ImageFilter

from imagen_fake import spec
from imagen_fake.imaging.editing.cutouts import fit_size
from imagen_fake.imaging.files.codec import encode
from imagen_fake.imaging.vision.cutout import foreground_mask
from imagen_fake.imaging.vision.masks import dilate
from imagen_fake.imaging.vision.regions import class_mask, segment
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import load_picture, open_mask
from imagen_fake.pipeline.normalize import fold_key

BYTES_PER_PIXEL = 24

SOFT = 2
"""How many pixels from white to black at the edge of a soft mask, to either side."""


@dataclass(frozen=True, slots=True)
class ScoredMask:
    """A mask and its confidence in [0,1]."""

    mask: Image.Image
    score: float
    warnings: tuple[str, ...] = ()


def render(call: Call) -> Sequence[Prediction]:
    """The masks of the call's mode, the surest first; none that is less sure than asked.

    Raises ApiError for pictures that cannot be read or, if strict, differ in size.
    """
    if not call.passing:
        return []
    image = load_picture(call, call.instance["image"])
    least = call.parameters["confidenceThreshold"]
    sure = [scored for scored in _masks(call, image) if scored.score >= least]
    return [_prediction(call, scored) for scored in sure[: call.parameters.get("maxPredictions")]]


def _masks(call: Call, image: Image.Image) -> Iterator[ScoredMask]:
    match spec.meanings("segment", "mode")[call.parameters["mode"]]:
        case "find_foreground":
            yield ScoredMask(foreground_mask(image), _confidence(image))
        case "find_background":
            yield ScoredMask(ImageChops.invert(foreground_mask(image)), _confidence(image))
        case "find_prompt":
            yield from _prompt_masks(image, call.prompt)
        case "find_classes":
            yield ScoredMask(_downscale(class_mask(image, parse_classes(call.prompt)), call), 1)
        case _:
            media = call.instance["scribble"]["image"]
            scribble = open_mask(call, media, image, call.instance["image"])
            yield ScoredMask(_grow_scribble(image, scribble.image), 1, scribble.warnings)


def parse_classes(prompt: str) -> list[int]:
    """The ids of class names separated by commas; unknown names are left out."""
    table = spec.table("segmentation_classes")
    names = {_class_key(name): number for number, name in enumerate(table["names"])}
    keys = [_class_key(name) for name in prompt.split(",")]
    return [names[name] for name in keys if name in names]


def _class_key(name: str) -> str:
    """A class name without case, spaces, underscores and brackets."""
    return fold_key("".join(part for part in name if part not in " ()\t\n"))


def _prompt_masks(image: Image.Image, prompt: str) -> list[ScoredMask]:
    """All regions of the picture, with a confidence that depends on the prompt."""
    masks = [
        ScoredMask(mask, _fraction(f"{prompt} {number}".encode()))
        for number, mask in enumerate(segment(image))
    ]
    return sorted(masks, key=lambda one: -one.score)


def _grow_scribble(image: Image.Image, scribble: Image.Image) -> Image.Image:
    """The scribble and every region that has a tenth of it."""
    whole, strokes = scribble, scribble.histogram()[255]
    for region in segment(image):
        if ImageChops.darker(region, scribble).histogram()[255] * 10 >= strokes > 0:
            whole = ImageChops.lighter(whole, region)
    return whole


def _downscale(mask: Image.Image, call: Call) -> Image.Image:
    """The mask, reduced to the service's longest side."""
    longest = spec.task_schema(call.task)["x-longest"]["value"][call.parameters["mode"]]
    size = fit_size(mask.size, longest, longest) if max(mask.size) > longest else mask.size
    return mask.resize(size, Image.Resampling.NEAREST)


def _prediction(call: Call, scored: ScoredMask) -> Prediction:
    """The mask with soft edges, then binary unless that is switched off."""
    mask = dilate(scored.mask, call.parameters["maskDilation"]).filter(ImageFilter.BoxBlur(SOFT))
    threshold = call.parameters["binaryColorThreshold"]
    if threshold >= 0:
        mask = mask.point([255 * (level > threshold) for level in range(256)])
    fields: dict[str, Any] = {"mimeType": "image/png"}
    labels: Mapping[str, str | None] = spec.task_schema(call.task)["x-labelled"]["value"]
    mode = call.parameters["mode"]
    if mode in labels:
        fields["labels"] = [{"label": labels[mode] or call.prompt, "score": f"{scored.score:.6g}"}]
    return Prediction(fields, encode(mask, "image/png"), warnings=scored.warnings)


def _confidence(image: Image.Image) -> float:
    """A confidence that is the same for the same picture."""
    return 0.5 + _fraction(image.resize((16, 16), Image.Resampling.BOX).tobytes()) / 2


def _fraction(data: bytes) -> float:
    """A number in [0,1) from a hash."""
    return int.from_bytes(sha256(data).digest()[:4]) / 2**32
