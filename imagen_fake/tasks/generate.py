"""Pictures from words."""

from collections.abc import Sequence
from typing import Any

from imagen_fake import spec
from imagen_fake.call import Call, Prediction
from imagen_fake.imaging.canvas import Sketch, paint
from imagen_fake.imaging.codec import encode
from imagen_fake.imaging.metadata import Metadata
from imagen_fake.respond import attributes


def render(call: Call) -> Sequence[Prediction]:
    """One prediction for each sample that passes the safety filter."""
    return [
        _prediction(call, index) for index, verdict in enumerate(call.verdicts) if verdict.passes
    ]


def pixels(call: Call) -> int:
    """How many pixels the samples of a call have, all together."""
    width, height = _size(call)
    count: int = call.parameters["sampleCount"]
    return count * width * height


def _size(call: Call) -> tuple[int, int]:
    """Width and height of each sample in pixels."""
    resolution = call.parameters.get("sampleImageSize", "1K")
    return call.model.size(resolution, call.parameters["aspectRatio"])


def _prediction(call: Call, index: int) -> Prediction:
    options = call.parameters["outputOptions"]
    fields: dict[str, Any] = {"mimeType": options["mimeType"]}
    if call.rewritten[index] is not None:
        fields["prompt"] = call.rewritten[index]
    if call.parameters.get("includeSafetyAttributes"):
        fields["safetyAttributes"] = attributes(call.verdicts[index].scores)
    picture = paint(_sketch(call, index))
    return Prediction(
        fields,
        encode(picture, options["mimeType"], options.get("compressionQuality"), _metadata(options)),
    )


def _sketch(call: Call, index: int) -> Sketch:
    style = call.parameters.get("sampleImageStyle")
    return Sketch(call.prompt, _label(call, index), _size(call), call.entropy(index), style)


def _label(call: Call, index: int) -> str:
    label = f"{call.model.id} · sample {index + 1}"
    if "seed" in call.parameters:
        label += f" · seed {call.parameters['seed']}"
    return label if call.turn is None else f"{label} · call {call.turn}"


def _metadata(options: dict[str, Any]) -> Metadata | None:
    """What is written beside the pixels: the service marks its PNGs and leaves JPEGs bare."""
    marks = spec.table("image_metadata")["generate"].get(options["mimeType"])
    return Metadata(marks["credit"], marks["sourceType"]) if marks else None
