"""Text to image."""

from collections.abc import Sequence

from imagen_fake.imaging.poster.scene import Sketch, paint
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.output import predictions


def render(call: Call) -> Sequence[Prediction]:
    """One prediction for each sample that passes the safety filter."""
    size = _size(call)
    return predictions(call, lambda index: paint(sketch(call, index, size)))


def pixels(call: Call) -> int:
    """How many pixels the samples of a call have, all together."""
    width, height = _size(call)
    count: int = call.parameters["sampleCount"]
    return count * width * height


def _size(call: Call) -> tuple[int, int]:
    resolution = call.parameters.get("sampleImageSize", "1K")
    return call.model.size(resolution, call.parameters["aspectRatio"])


def sketch(call: Call, index: int, size: tuple[int, int]) -> Sketch:
    """What sample `index` of a call is drawn from, at a size in pixels."""
    style, language = (call.parameters.get(name) for name in ("sampleImageStyle", "language"))
    label, entropy = f"{call.model.id} · sample {index + 1}", call.entropy(index)
    if "seed" in call.parameters:
        label += f" · seed {call.parameters['seed']}"
    if call.variation is not None:
        label += f" · call {call.variation}"
    return Sketch(call.prompt, label, size, entropy, style, call.captioned, language or "en")
