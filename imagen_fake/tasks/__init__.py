"""What a model can do: one file per task, one line in the table."""

from collections.abc import Callable, Mapping, Sequence

from imagen_fake.call import Call, Prediction
from imagen_fake.tasks import generate, upscale

TASKS: Mapping[str, Callable[[Call], Sequence[Prediction]]] = {
    "generate": generate.render,
    "upscale": upscale.render,
}
"""A task's name in `schemas/tasks`, and what makes its predictions from a call."""

WEIGHTS: Mapping[str, Callable[[Call], int]] = {
    "generate": generate.pixels,
}
"""How many pixels a call of the task draws; a task that is missing is never light."""
