"""Watermark verification."""

from collections.abc import Sequence

from imagen_fake import spec
from imagen_fake.imaging.files.watermark import has_watermark
from imagen_fake.pipeline.call import Call, Prediction
from imagen_fake.pipeline.media import load_picture

BYTES_PER_PIXEL = 16


def render(call: Call) -> Sequence[Prediction]:
    """One decision, `ACCEPT` for a marked picture, and no picture beside it.

    Raises ApiError for a picture that cannot be read.
    """
    accept, reject = spec.task_schema(call.task)["x-decisions"]["value"]
    marked = has_watermark(load_picture(call, call.instance["image"]))
    return [Prediction({"decision": accept if marked else reject})]
