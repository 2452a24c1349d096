"""A Coons patch: rows that blend from the left side of a hole to its right.

Of the four sides one pixel is used. What enters at one side and leaves at the other stays sharp.
"""

from PIL import Image, ImageChops, ImageFilter, ImageStat

from imagen_fake.imaging.levels import at_least, max_difference

Strip = Image.Image | None  # a side, one pixel thin; None where the picture ends

ZERO = 128  # the level of no difference
WHOLE = 255
AGREEING = [max(0, min(255, 8 * (48 - level))) for level in range(256)]
NEAR = 8  # the share of the width, as a divisor, that is near a side


def coons_patch(
    across: tuple[Strip, Strip],
    down: tuple[Strip, Strip],
    size: tuple[int, int],
    *,
    all_sides: bool = True,
) -> Image.Image:
    """Return the RGB patch between four sides: left and right, above and below.

    It blends rows, or columns if those sides agree more. With `all_sides` it is corrected to meet
    the other two as well. Raises ValueError if every side is None.
    """
    if _agreement(*across) >= _agreement(*down):
        return _patch(*across, down if all_sides else (None, None), size[0])
    above, below, left, right = (side and transpose(side) for side in (*down, *across))
    return transpose(_patch(above, below, (left, right) if all_sides else (None, None), size[1]))


def _patch(west: Strip, east: Strip, beyond: tuple[Strip, Strip], width: int) -> Image.Image:
    """Return the patch blended from left to right, then corrected to meet the sides beyond."""
    west, east = west or east, east or west
    if not (west and east):
        raise ValueError("a patch needs a side to begin with")
    north, south = (
        strip or _blend_across(_end(west, last=last), _end(east, last=last), (width, 1))
        for strip, last in zip(beyond, (False, True), strict=True)
    )
    height = west.height
    usual = transpose(_blend_across(_mean(north), _mean(south), (height, 1)))
    nearer = ImageChops.subtract(max_difference(east, usual), max_difference(west, usual)).point(
        at_least(1)
    )
    nearer = nearer.filter(ImageFilter.BoxBlur(height // NEAR)).point(at_least(128))
    rows = _blend_rows(west, east, Image.composite(west, east, nearer), width)
    above = ImageChops.subtract(north, rows.crop((0, 0, width, 1)), 1, ZERO)
    below = ImageChops.subtract(south, rows.crop((0, height - 1, width, height)), 1, ZERO)
    none = Image.new("RGB", (1, width), (ZERO, ZERO, ZERO))
    swing = transpose(_blend_rows(transpose(above), transpose(below), none, height))
    return ImageChops.add(rows, swing, 1, -ZERO)


def _agreement(one: Strip, other: Strip) -> float:
    """Return how well two strips agree, 0 to 255: 128 if one is missing, -1 without both."""
    if one and other:
        return ImageStat.Stat(max_difference(one, other).point(AGREEING)).mean[0]
    return 128 if one or other else -1


def transpose(image: Image.Image) -> Image.Image:
    """Return the picture with rows and columns exchanged."""
    return image.transpose(Image.Transpose.TRANSPOSE)


def _blend_rows(
    west: Image.Image, east: Image.Image, middle: Image.Image, width: int
) -> Image.Image:
    """Return rows that blend from one side to the other; where those differ, they fade to `middle`.

    A side that differs belongs to a thing that the hole cuts off. All three are one pixel wide.
    """
    height = west.height
    agreement = max_difference(west, east).point(AGREEING)
    first, last = (Image.composite(side, middle, agreement) for side in (west, east))
    rows = _blend_across(first, last, (width, height))
    reach = max(1, width // NEAR)
    if agreement.getextrema() != (WHOLE, WHOLE):
        rows.paste(_blend_across(west, first, (reach, height)), (0, 0))
        rows.paste(_blend_across(last, east, (reach, height)), (width - reach, 0))
    return rows


def _blend_across(west: Image.Image, east: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return columns interpolated from the left to the right."""
    both = Image.new("RGB", (2, west.height))
    both.paste(west, (0, 0))
    both.paste(east, (1, 0))
    wide = both.resize((2 * size[0], size[1]), Image.Resampling.BILINEAR)
    return wide.crop((size[0] // 2, 0, size[0] // 2 + size[0], size[1]))


def _mean(strip: Image.Image) -> Image.Image:
    return strip.resize((1, 1), Image.Resampling.BOX)


def _end(strip: Image.Image, *, last: bool = False) -> Image.Image:
    x, y = (strip.width - 1, strip.height - 1) if last else (0, 0)
    return strip.crop((x, y, x + 1, y + 1))
