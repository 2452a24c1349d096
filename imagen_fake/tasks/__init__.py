"""One module for each task, named as its schema, with a function `render`.

A task is imported on its first call, which halves the time to start. One that takes pictures has
`BYTES_PER_PIXEL`, its peak of memory for each pixel of the largest, and `BYTES_BESIDE` that for a
picture of another size that it makes.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib import import_module
from types import ModuleType

from imagen_fake.pipeline.call import Call, Prediction


def render(call: Call) -> Sequence[Prediction]:
    """What the call's task makes of it. Raises ApiError for pictures that cannot be used."""
    task = _task(call.task)
    memory: AbstractContextManager[Call] = nullcontext(call)
    if hasattr(task, "BYTES_PER_PIXEL"):
        from imagen_fake.pipeline.media import within_memory

        memory = within_memory(call, task.BYTES_PER_PIXEL, getattr(task, "BYTES_BESIDE", 0))
    with memory as granted:
        predictions: Sequence[Prediction] = task.render(granted)
        return predictions


def pixels(call: Call) -> int | None:
    """How many pixels a call draws; None where nothing short can be said of it."""
    count: Callable[[Call], int] | None = getattr(_task(call.task), "pixels", None)
    return count(call) if count else None


@cache
def _task(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")
