"""A finished picture as the element of an answer that carries it."""

from collections.abc import Callable, Mapping
from typing import Any

from PIL.Image import Image

from imagen_fake import spec
from imagen_fake.imaging.files.codec import encode
from imagen_fake.imaging.files.metadata import Metadata
from imagen_fake.imaging.files.watermark import add_watermark
from imagen_fake.imaging.painting.page import PAINTED
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.provenance import signed
from imagen_fake.pipeline.respond import attributes


def predictions(
    call: Call, draw: Callable[[int], Image], warnings: tuple[str, ...] = ()
) -> list[Prediction]:
    """The elements for the samples that pass the safety filter; `draw` makes each by its index.

    Raises ApiError if nobody waits for it any more.
    """
    return [prediction(call, index, draw(index), warnings) for index in call.passing]


def prediction(
    call: Call, index: int, picture: Image, warnings: tuple[str, ...] = ()
) -> Prediction:
    """The element for sample `index`: the picture as the file asked for, and what is told of it.

    Raises ApiError if nobody waits for it any more.
    """
    call.raise_if_cancelled()
    if call.parameters.get("addWatermark"):
        picture = add_watermark(picture, in_place=picture.mode == PAINTED)
    options = call.parameters["outputOptions"]
    mime_type = options["mimeType"]
    encoded = encode(
        picture, mime_type, options.get("compressionQuality"), _metadata(call.task, mime_type)
    )
    encoded = signed(call, encoded, mime_type, edited=call.task != "generate")
    fields = {"mimeType": mime_type, **_picture_fields(call, index)}
    return Prediction(fields, encoded, warnings=warnings)


def _picture_fields(call: Call, index: int) -> Mapping[str, Any]:
    """The rewritten prompt and the scores, where there are any."""
    fields: dict[str, Any] = {}
    if call.rewritten[index] is not None:
        fields["prompt"] = call.rewritten[index]
    if call.parameters.get("includeSafetyAttributes"):
        fields["safetyAttributes"] = attributes(call.verdicts[index].scores)
    return fields


def _metadata(task: str, mime_type: str) -> Metadata | None:
    """What the service writes beside the pixels of such a file."""
    marks = spec.table("image_metadata")[task].get(mime_type)
    if not marks:
        return None
    return Metadata(marks["credit"], marks["sourceType"])
