"""Repair of masks that a pale band divides: a label on a bottle, a stripe of a shirt."""

from collections.abc import Iterator
from itertools import pairwise

from PIL import Image

from imagen_fake.imaging.levels import at_least
from imagen_fake.imaging.painting.blobs import Blob, blobs

SMALL = 128  # pixels of the longer side at which parts are found
BROAD = 40  # per cent of a cut-out's width that the parts beside a band have at least
DEEP = 40  # per cent of a cut-out's height that a band has at most
INSIDE = 2  # pixels of the small mask by which a patch overlaps the parts

Gap = tuple[int, int]  # last row of the part above, first row of the part below


def fill_bands(mask: Image.Image) -> Image.Image:
    """Return the mask of one thing, cropped to it, with the bands that divide it filled.

    A band as light as the background is taken for it, but nothing stands in two parts. Gaps within
    a part, as under a handle, stay open.
    """
    small = mask.reduce(max(1, -(-max(mask.size) // SMALL))).point(at_least(128))
    whole = mask.copy()
    for above, below in _gaps(small):
        first = above * mask.height // small.height
        last = min(mask.height - 1, below * mask.height // small.height)
        _patch(whole, mask, first, last)
    return whole


def _gaps(small: Image.Image) -> Iterator[Gap]:
    """Yield the bands between broad parts above one another."""
    broad = [blob.box for blob in blobs(small) if _is_broad(blob, small.width)]
    broad.sort(key=lambda box: box[1])
    for upper, lower in pairwise(broad):
        deep = lower[1] - upper[3]
        if 0 <= deep <= small.height * DEEP // 100:
            yield max(upper[1], upper[3] - 1 - INSIDE), min(lower[3] - 1, lower[1] + INSIDE)


def _is_broad(blob: Blob, width: int) -> bool:
    left, _, right, _ = blob.box
    return (right - left) * 100 >= width * BROAD


def _patch(whole: Image.Image, mask: Image.Image, first: int, last: int) -> None:
    """Fill the rows from `first` to `last` where both of them are set."""
    upper, lower = (mask.crop((0, row, mask.width, row + 1)).getbbox() for row in (first, last))
    if upper and lower:
        left, right = max(upper[0], lower[0]), min(upper[2], lower[2])
        if left < right:
            whole.paste(255, (left, first, right, last + 1))
