"""The picture: everything it depends on, and the promise that it follows from nothing else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Sketch:
    """All that a picture depends on: the same sketch gives the same pixels everywhere."""

    prompt: str  # the words the picture follows: any length, any script
    label: str  # always legible on the picture; "2 of 4" in it is shown large
    size: tuple[int, int]  # width, height in pixels
    entropy: bytes  # what every free choice follows from
    style: str | None = None  # one of treatment.TREATMENTS or "landscape"; others are ignored


def paint(sketch: Sketch) -> "Image":
    """Return the picture of a sketch: RGB, exactly `sketch.size` pixels."""
    from imagen_fake.imaging.poster import paint_poster  # Pillow loads with the first picture

    return paint_poster(sketch)
