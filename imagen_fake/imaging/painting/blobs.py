"""Connected components of a small mask, found by runs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from imagen_fake.imaging.boxes import Box

RUN = re.compile(rb"\xff+")
Run = tuple[int, int, int]  # row, first column, column behind the last


@dataclass(slots=True)
class Blob:
    """Pixels of a mask that are connected by their sides."""

    runs: list[Run] = field(default_factory=list)

    @property
    def area(self) -> int:
        """How many pixels it has."""
        return sum(end - start for _, start, end in self.runs)

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        rows, starts, ends = zip(*self.runs, strict=True)
        return min(starts), min(rows), max(ends), max(rows) + 1


def blobs(mask: Image.Image) -> list[Blob]:
    """Return the connected components of an L mask of 0 and 255, the largest first.

    Meant for masks of some 100,000 pixels; of equal ones the topmost comes first.
    """
    components: list[Blob] = []
    above: list[tuple[Run, Blob]] = []
    merged_into: dict[int, Blob] = {}
    for runs in _rows(mask):
        here: list[tuple[Run, Blob]] = []
        for run in runs:
            touching = [
                _root(merged_into, blob)
                for other, blob in above
                if run[1] < other[2] and other[1] < run[2]
            ]
            blob = _merge(touching, merged_into) if touching else Blob()
            if not touching:
                components.append(blob)
            blob.runs.append(run)
            here.append((run, blob))
        above = here
    whole = [blob for blob in components if id(blob) not in merged_into]
    return sorted(whole, key=lambda blob: -blob.area)


def blob_mask(size: tuple[int, int], components: list[Blob]) -> Image.Image:
    """Return the mask of some blobs."""
    width, height = size
    data = bytearray(width * height)
    for blob in components:
        for row, start, end in blob.runs:
            data[row * width + start : row * width + end] = b"\xff" * (end - start)
    return Image.frombytes("L", size, bytes(data))


def _rows(mask: Image.Image) -> Iterator[list[Run]]:
    data, width = mask.tobytes(), mask.width
    for row in range(mask.height):
        line = data[row * width : (row + 1) * width]
        yield [(row, run.start(), run.end()) for run in RUN.finditer(line)]


def _root(merged_into: dict[int, Blob], blob: Blob) -> Blob:
    while id(blob) in merged_into:
        blob = merged_into[id(blob)]
    return blob


def _merge(touching: list[Blob], merged_into: dict[int, Blob]) -> Blob:
    first, *others = touching
    for other in others:
        if other is not first and id(other) not in merged_into:
            first.runs += other.runs
            merged_into[id(other)] = first
    return first
