"""What leads Python programs to a fake that follow no variable: a folder for `PYTHONPATH`."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FOLDER = str(Path(__file__).parent)
"""Python runs `sitecustomize.py` of it at its start if this is in `PYTHONPATH`."""


def python_path() -> str:
    """The `PYTHONPATH` of this process, the folder before it."""
    present = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join([FOLDER, *(place for place in present if place not in ("", FOLDER))])


def outer_fake() -> str:
    """The URL of the fake that `imagen-fake run` has started for this process; empty without."""
    return os.environ.get("IMAGEN_FAKE_URL", "")


def names_set(variables: Mapping[str, str]) -> list[str]:
    """The names of those variables that this process has with just these values."""
    return [name for name, value in variables.items() if os.environ.get(name) == value]


@contextmanager
def leading(url: str) -> Iterator[None]:
    """Lead `vertexai` of this process to the fake at a URL."""
    from imagen_fake.leading.sitecustomize import Leading

    led = Leading(url)
    try:
        yield
    finally:
        led.stop()
