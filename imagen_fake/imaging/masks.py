"""Masks: L, 255 where something is and 0 elsewhere."""

from collections.abc import Iterator

from PIL import Image, ImageChops, ImageFilter

FARTHEST = 100  # pixels: over more, the mean of one white pixel and its neighbours rounds to black
SET = (0, *[255] * 255)


def binary(picture: Image.Image) -> Image.Image:
    """Return the mask that somebody drew, from a picture of any mode.

    Set is what has at least half the level of the lightest pixel: so 1 counts in a mask of zeros
    and ones, and the ripples of JPEG do not count beside white. All black sets nothing.
    """
    grey = picture.convert("L")
    highest = int(grey.getextrema()[1])  # type: ignore[arg-type]
    return grey.point([255 * (level > 0 and level * 2 >= highest) for level in range(256)])


def inverted(mask: Image.Image) -> Image.Image:
    """Return a mask that is set where this one is not."""
    return ImageChops.invert(mask)


def dilated(mask: Image.Image, share: float) -> Image.Image:
    """Return the mask grown on every side by a share, in [0,1], of its width in pixels.

    The share is rounded to whole pixels; a dot becomes a square.
    """
    box, reach = mask.getbbox(), round(share * mask.width)
    if not box or reach < 1:
        return mask.copy()
    left, top, right, bottom = box
    frame = (
        max(0, left - reach), max(0, top - reach),
        min(mask.width, right + reach), min(mask.height, bottom + reach),
    )  # fmt: skip
    after = Image.new("L", mask.size)
    after.paste(_spread(mask.crop(frame), reach), frame[:2])
    return after


def _spread(mask: Image.Image, reach: int) -> Image.Image:
    """Return the mask spread by `reach` pixels to all sides: where a mean is not 0, it is set."""
    for steps in _strides(reach):
        for radius in ((steps, 0), (0, steps)):
            mask = mask.filter(ImageFilter.BoxBlur(radius)).point(SET)
    return mask


def _strides(reach: int) -> Iterator[int]:
    while reach:
        yield min(reach, FARTHEST)
        reach -= min(reach, FARTHEST)
