"""What a model can do: one file per task, one line in the table."""

from collections.abc import Callable, Mapping, Sequence

from imagen_fake.call import Call, Prediction
from imagen_fake.tasks import (
    answer,
    caption,
    customize,
    edit,
    generate,
    legacy_edit,
    recontext,
    segment,
    try_on,
    upscale,
    verify,
)

TASKS: Mapping[str, Callable[[Call], Sequence[Prediction]]] = {
    "answer": answer.render,
    "caption": caption.render,
    "customize": customize.render,
    "edit": edit.render,
    "generate": generate.render,
    "legacy_edit": legacy_edit.render,
    "recontext": recontext.render,
    "segment": segment.render,
    "try_on": try_on.render,
    "upscale": upscale.render,
    "verify": verify.render,
}
"""A task's name in `schemas/tasks`, and what makes its predictions from a call."""

WEIGHTS: Mapping[str, Callable[[Call], int]] = {
    "generate": generate.pixels,
}
"""How many pixels a call of the task draws; a task that is missing is never light."""
