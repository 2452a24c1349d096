"""Subjects cut out of pictures and composited into another one.

A pale band that divides a thing, such as the label on a bottle, is part of it.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PIL import Image, ImageFilter

from imagen_fake.imaging.boxes import Box, size_of
from imagen_fake.imaging.levels import at_least
from imagen_fake.imaging.painting.blobs import blobs
from imagen_fake.imaging.vision.cutout import subject_mask
from imagen_fake.imaging.vision.footer import caption_top

ROOM = 86  # per cent of its part of a scene's width that a cut-out takes at most
TALL = 62  # per cent of a scene's height that a cut-out takes at most
FLOOR = 94  # per cent of a scene's height at which cut-outs stand
SOFT = 24  # pixels of the shorter side from which edges are soft
INWARDS = [max(0, 2 * level - 255) for level in range(256)]
SHADOW = 110  # of 255: the opacity of a shadow's centre

Cutout = tuple[Image.Image, Image.Image]  # an RGB picture, and an L mask of what is shown of it
SMALL = 128  # pixels of the longer side at which parts are found
BROAD = 40  # per cent of a cut-out's width that the parts beside a band have at least
DEEP = 40  # per cent of a cut-out's height that a band has at most
INSIDE = 2  # pixels of the small mask by which a patch overlaps the parts


def place_cutouts(scene: Image.Image, cutouts: Sequence[Cutout]) -> Image.Image:
    """Return the RGB scene with cut-outs side by side on its floor, each with a shadow."""
    after = scene.copy()
    room = scene.width // len(cutouts)
    for place, cutout in enumerate(cutouts):
        width, height = fit_size(cutout[0].size, room * ROOM // 100, scene.height * TALL // 100)
        left = room * place + (room - width) // 2
        bottom = scene.height * FLOOR // 100
        box = (left, bottom - height, left + width, bottom)
        _cast_shadow(after, box)
        paste_cutout(after, cutout, box)
    return after


def cut_out(picture: Image.Image) -> Cutout:
    """Return the subject of an RGB picture, cropped, with its mask.

    Without a subject that is the whole picture, less its caption.
    """
    mask = subject_mask(picture)
    box = mask.getbbox()
    if not box:
        scene = picture.crop((0, 0, picture.width, caption_top(picture)))
        return scene, Image.new("L", scene.size, 255)
    return picture.crop(box), fill_bands(mask.crop(box))


def fit_size(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """Return the largest size of the same ratio within a width and a height, in pixels."""
    scale = min(width / size[0], height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def paste_cutout(picture: Image.Image, cutout: Cutout, box: Box) -> None:
    """Paste a cut-out into a box of a picture.

    The edge fades inwards, so that no rim of the old background shows.
    """
    size = size_of(box)
    mask = cutout[1].resize(size, Image.Resampling.BILINEAR)
    if min(size) >= SOFT:
        mask = mask.filter(ImageFilter.BoxBlur(1)).point(INWARDS)
    picture.paste(cutout[0].resize(size, Image.Resampling.BILINEAR), box[:2], mask)


def _cast_shadow(picture: Image.Image, box: Box) -> None:
    left, _, right, bottom = box
    drop = max(2, (right - left) // 9)
    soft = Image.new("L", (right - left + 4 * drop, 4 * drop))
    soft.paste(SHADOW, (2 * drop, drop * 3 // 2, soft.width - 2 * drop, drop * 5 // 2))
    soft = soft.filter(ImageFilter.BoxBlur(drop * 2 // 3)).filter(ImageFilter.BoxBlur(drop // 2))
    picture.paste((10, 10, 20), (left - 2 * drop, bottom - 2 * drop), soft)


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


def _gaps(small: Image.Image) -> Iterator[tuple[int, int]]:
    """Yield the last row above and the first below each band between broad parts."""
    boxes = sorted((blob.box for blob in blobs(small)), key=lambda box: box[1])
    broad = [box for box in boxes if size_of(box)[0] * 100 >= small.width * BROAD]
    for upper, lower in pairwise(broad):
        deep = lower[1] - upper[3]
        if 0 <= deep <= small.height * DEEP // 100:
            yield max(upper[1], upper[3] - 1 - INSIDE), min(lower[3] - 1, lower[1] + INSIDE)


def _patch(whole: Image.Image, mask: Image.Image, first: int, last: int) -> None:
    """Fill the rows from `first` to `last` where both of them are set."""
    upper, lower = (mask.crop((0, row, mask.width, row + 1)).getbbox() for row in (first, last))
    if upper and lower:
        left, right = max(upper[0], lower[0]), min(upper[2], lower[2])
        if left < right:
            whole.paste(255, (left, first, right, last + 1))
