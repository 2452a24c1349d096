"""A hole in a picture, filled from around it: large shapes first, then ever smaller ones."""

from collections.abc import Callable
from math import ceil

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.grain import grained
from imagen_fake.imaging.page import Box

Part = tuple[float, float, float, float]  # a box whose sides may run between pixels
Holed = tuple[Image.Image, Image.Image]  # a picture and the hole in it
Wash = Callable[[Image.Image, Image.Image, Box], None]

DETAILED = 9_000  # pixels: larger levels are halved coarsely and not smoothed, which is cheaper
OPAQUE = (0, *[255] * 255)  # any part of a hole is all of it
FADE = 8  # pixels of the small picture in which a wash sets in


def filled(image: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the picture with its masked pixels filled from the others; RGB, the same size.

    `mask` is L, 255 where to fill and 0 elsewhere. A picture masked as a whole becomes its mean.
    """
    box = mask.getbbox()
    after = image.copy()
    if box:
        after.paste(grained(continued(image, mask, box), image, mask), box[:2], mask.crop(box))
    return after


def continued(
    image: Image.Image, mask: Image.Image, box: Box, wash: Wash | None = None, step: int = 2
) -> Image.Image:
    """Return what fills `box`, RGB: its masked pixels follow from what is around them.

    It is worked out `step` times as small, a power of 2. A `wash` is laid over it then: it gets
    the small picture, how opaque it may be there (L) and the box on it.
    """
    frame = grown(box, max(16, max(_size(box)) // 6), image.size)
    small, hole = _shrunk(image, mask, frame, step)
    small = _levelled(small, hole)
    left, top, right, bottom = (
        (place - start) / step for place, start in zip(box, frame[:2] * 2, strict=True)
    )
    if wash:
        wash(small, _faded(hole), (int(left), int(top), ceil(right), ceil(bottom)))
    return enlarged(small, _size(box), (left, top, right, bottom), step)


def _shrunk(image: Image.Image, mask: Image.Image, frame: Box, step: int) -> Holed:
    """Return a part of the picture and the hole in it, `step` times as small.

    The hole takes what it touches with it, unless nothing would be left around it then.
    """
    hole = mask.crop(frame)
    small = hole.reduce(step).point(OPAQUE)
    if small.getextrema() != (255, 255) or hole.getextrema() == (255, 255):
        return image.reduce(step, frame), small
    whole = image.crop(frame)
    for _ in range(step.bit_length() - 1):
        whole, hole = _halved(whole, hole)
    return whole, hole


def enlarged(small: Image.Image, size: tuple[int, int], part: Part, step: int) -> Image.Image:
    """Return a part of a soft picture, `step` times as large: exactly `size` pixels.

    Its last doubling is the cheapest there is, which nobody sees where there are no edges.
    """
    if step > 2:
        half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
        small, part = small.resize(half, Image.Resampling.BILINEAR, part), (0, 0, *half)
    return small.resize(size, Image.Resampling.NEAREST, part)


def _size(box: Box) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def grown(box: Box, reach: int, size: tuple[int, int]) -> Box:
    """Return the box with `reach` pixels more on every side, within a picture of `size`."""
    left, top, right, bottom = box
    width, height = size
    return (
        max(0, left - reach),
        max(0, top - reach),
        min(width, right + reach),
        min(height, bottom + reach),
    )


def softened(mask: Image.Image, reach: int, least: int = 0) -> Image.Image:
    """Return how opaque new pixels are, L: `least` at the mask's edge, 255 `reach` pixels inside.

    Where there is no inside, as in a mask of thin lines, they are opaque wherever it is set.
    """
    levels = [max(least, 2 * level - 255) for level in range(256)]
    soft = mask.filter(ImageFilter.BoxBlur(reach)).point(levels)
    return ImageChops.darker(soft, mask) if soft.getextrema()[1] == 255 else mask


def _faded(hole: Image.Image) -> Image.Image:
    return softened(hole, max(1, min(FADE, min(hole.size) // 8)))


def _levelled(image: Image.Image, hole: Image.Image) -> Image.Image:
    """Return the picture with the hole filled: half as large first, then in detail."""
    if max(image.size) == 1 or hole.getextrema() == (255, 255):
        return image.resize((1, 1), Image.Resampling.BOX).resize(image.size)
    below = _levelled(*_halved(image, hole))
    width, height = image.size
    whole = (0.0, 0.0, width / 2, height / 2)
    ground = below.resize(image.size, Image.Resampling.BILINEAR, whole)
    return _smoothed(Image.composite(ground, image, hole), image, hole)


def _smoothed(after: Image.Image, image: Image.Image, hole: Image.Image) -> Image.Image:
    """Return the filled picture with every pixel in the hole the mean of those around it."""
    if image.width * image.height <= DETAILED:
        for radius in (2, 1):
            after = Image.composite(after.filter(ImageFilter.BoxBlur(radius)), image, hole)
    return after


def _halved(image: Image.Image, hole: Image.Image) -> Holed:
    """Return picture and hole at half the size.

    A hole in a large picture takes what it touches with it, unless nothing would be left then.
    """
    if image.width * image.height > DETAILED:
        smaller = hole.reduce(2).point(OPAQUE)
        if smaller.getextrema() != (255, 255):
            return image.reduce(2), smaller
    return _turned(*_narrowed(*_turned(*_narrowed(image, hole))))


def _turned(image: Image.Image, hole: Image.Image) -> Holed:
    turn = Image.Transpose.TRANSPOSE
    return image.transpose(turn), hole.transpose(turn)


def _narrowed(image: Image.Image, hole: Image.Image) -> Holed:
    """Return picture and hole at half the width: of two pixels their mean, or the known one."""
    one, other = _columns(image, 0, 0), _columns(image, 1, 0)
    lost, gone = _columns(hole, 0, 255), _columns(hole, 1, 255)
    first, second = Image.composite(other, one, lost), Image.composite(one, other, gone)
    return ImageChops.add(first, second, 2), ImageChops.darker(lost, gone)


def _columns(image: Image.Image, start: int, beyond: int) -> Image.Image:
    """Return every other column; `beyond` is the level of those past the edge."""
    size = ((image.width + 1) // 2, image.height)
    scale = (2, 0, start - 1, 0, 1, 0)
    colour = (beyond,) * len(image.getbands())
    return image.transform(size, Image.Transform.AFFINE, scale, fillcolor=colour)
