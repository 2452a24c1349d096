"""Connected components of a small mask, found by runs, and the holes of an icon."""

import re
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from PIL import Image, ImageChops

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.levels import below

RUN = re.compile(rb"\xff+")
BARE, COVERED = 64, 192  # coverage below which a pixel is all hole, and from which it is all icon
PARTLY = tuple(255 * (BARE <= level < COVERED) for level in range(256))
BRIM = 2  # pixels: the width of a hole's antialiased edge, at most
Run = tuple[int, int, int]  # row, first column, column behind the last


@dataclass(slots=True)
class Blob:
    """Pixels of a mask that are connected by their sides."""

    runs: list[Run] = field(default_factory=list)
    part_of: "Blob | None" = None  # the one that it turned out to be connected with

    @property
    def area(self) -> int:
        """How many pixels it has."""
        return sum(end - start for _, start, end in self.runs)

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        rows, starts, ends = zip(*self.runs, strict=True)
        return min(starts), min(rows), max(ends), max(rows) + 1

    @property
    def whole(self) -> "Blob":
        """The blob that it is part of, or itself."""
        blob = self
        while blob.part_of:
            blob = blob.part_of
        return blob


def blobs(mask: Image.Image) -> list[Blob]:
    """Return the connected components of an L mask of 0 and 255, the largest first.

    Meant for masks of some 100,000 pixels; of equal ones the topmost comes first.
    """
    components: list[Blob] = []
    above: list[tuple[Run, Blob]] = []
    data, width = mask.tobytes(), mask.width
    for row in range(mask.height):
        here: list[tuple[Run, Blob]] = []
        for match in RUN.finditer(data[row * width : (row + 1) * width]):
            run = (row, *match.span())
            touching = [
                blob.whole for other, blob in above if run[1] < other[2] and other[1] < run[2]
            ]
            blob = _merge(touching) if touching else Blob()
            if not touching:
                components.append(blob)
            blob.runs.append(run)
            here.append((run, blob))
        above = here
    return sorted((blob for blob in components if not blob.part_of), key=lambda blob: -blob.area)


def blob_mask(size: tuple[int, int], components: list[Blob]) -> Image.Image:
    """Return the mask of some blobs."""
    width, height = size
    data = bytearray(width * height)
    for blob in components:
        for row, start, end in blob.runs:
            data[row * width + start : row * width + end] = b"\xff" * (end - start)
    return Image.frombytes("L", size, bytes(data))


def _merge(touching: list[Blob]) -> Blob:
    first, *others = touching
    for other in others:
        if other is not first and not other.part_of:
            first.runs += other.runs
            other.part_of = first
    return first


class Lining(NamedTuple):
    """The holes of an icon, and the pixels of their edges that it covers in part; mode 1."""

    holes: Image.Image
    brim: Image.Image


def find_lining(coverage: Image.Image) -> Lining:
    """Return the holes enclosed by an icon; its coverage is L and cropped to it."""
    width, height = coverage.size
    around = Image.new("L", (width + 2, height + 2))
    around.paste(coverage, (1, 1))
    hollow = blobs(around.point(below(BARE)))
    inner = blob_mask(around.size, [part for part in hollow if part.box[:2] != (0, 0)])
    holes = inner.crop((1, 1, width + 1, height + 1))
    brim = ImageChops.darker(coverage.point(PARTLY), widen(holes, BRIM))
    return Lining(holes.convert("1"), brim.convert("1"))


def widen(mask: Image.Image, reach: int) -> Image.Image:
    """Return an L mask, dilated by a square of `reach` pixels to every side.

    As Pillow's MaxFilter, which takes twenty times as long and holds the GIL.
    """
    width, height = mask.size
    for right, down in ((1, 0), (0, 1)):
        steps = ((right * step, down * step) for step in range(-reach, reach + 1) if step)
        copies = (mask.crop((x, y, x + width, y + height)) for x, y in steps)
        mask = reduce(ImageChops.lighter, copies, mask)
    return mask
