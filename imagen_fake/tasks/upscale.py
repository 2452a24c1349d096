"""Upscaling."""

from collections.abc import Sequence

from PIL import Image

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.media import load_picture
from imagen_fake.pipeline.output import predictions

BYTES_PER_PIXEL = 16
BYTES_BESIDE = 150 * 2**20


def render(call: Call) -> Sequence[Prediction]:
    """The picture of the call, resampled (Lanczos) to its new size in pixels.

    Raises ApiError for more pixels than the model makes.
    """
    image = load_picture(call, call.instance["image"])
    width, height = _new_size(call, *image.size)
    limit = spec.task_schema(call.task)["x-max-pixels"]["value"]
    if width * height > limit:
        raise ApiError("upscale_too_large", task=call.task, width=width, height=height, limit=limit)
    larger = image.resize((max(1, width), max(1, height)), Image.Resampling.LANCZOS)
    return predictions(call, lambda _: larger)


def _new_size(call: Call, width: int, height: int) -> tuple[int, int]:
    factor = call.parameters.get("upscaleConfig", {}).get("upscaleFactor")
    if factor:
        times = int(factor.removeprefix("x"))
        return width * times, height * times
    scale = int(call.parameters["sampleImageSize"]) / max(width, height)
    return round(width * scale), round(height * scale)
