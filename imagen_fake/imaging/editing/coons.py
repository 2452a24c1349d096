"""A patch in a picture: rows that lead from its left to its right, met by what is above and below.

It is a kind of Coons patch, which needs no more than the four sides, each one pixel thin. What
comes in at one side and goes out at the other is as sharp between them.
"""

from PIL import Image, ImageChops, ImageFilter, ImageStat

from imagen_fake.imaging.levels import at_least, max_difference

Strip = Image.Image | None  # a side, one pixel thin; None where the picture ends

ZERO = 128  # a level that stands for no difference
WHOLE = 255
AGREEING = [max(0, min(255, 8 * (48 - level))) for level in range(256)]
NEAR = 8  # an eighth of the way is near a side


def coons_patch(
    across: tuple[Strip, Strip],
    down: tuple[Strip, Strip],
    size: tuple[int, int],
    *,
    all_sides: bool = True,
) -> Image.Image:
    """Return the patch between four sides, RGB: left and right, above and below.

    Rows lead from side to side, or columns, if those agree more; the other two sides are met
    only if that is wanted. Raises ValueError without any side.
    """
    if _agreement(*across) >= _agreement(*down):
        return _patch(*across, down if all_sides else (None, None), size[0])
    above, below, left, right = (side and transpose(side) for side in (*down, *across))
    return transpose(_patch(above, below, (left, right) if all_sides else (None, None), size[1]))


def _patch(west: Strip, east: Strip, beyond: tuple[Strip, Strip], width: int) -> Image.Image:
    """Return the patch whose rows lead from the left to the right, above all.

    Then what lies above and below it sets in, as far as it differs.
    """
    west, east = west or east, east or west
    if not (west and east):
        raise ValueError("a patch needs a side to begin with")
    north, south = (
        strip or _blend_across(_end(west, last=last), _end(east, last=last), (width, 1))
        for strip, last in zip(beyond, (False, True), strict=True)
    )
    height = west.height
    usual = _blend_down(_mean(north), _mean(south), (1, height))
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
    """Return how much two strips agree, 0 to 255: half if one is missing, less without both."""
    if one and other:
        return ImageStat.Stat(max_difference(one, other).point(AGREEING)).mean[0]
    return 128 if one or other else -1


def transpose(image: Image.Image) -> Image.Image:
    """Return a picture with its rows as columns."""
    return image.transpose(Image.Transpose.TRANSPOSE)


def _blend_rows(
    west: Image.Image, east: Image.Image, middle: Image.Image, width: int
) -> Image.Image:
    """Return rows that lead from one side to the other; those that do not agree soon fade.

    Then one side is of a thing that the hole cuts off. It fades into the `middle`; all three are
    one pixel wide.
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
    """Return columns that blend into one another from the left to the right."""
    both = Image.new("RGB", (2, west.height))
    both.paste(west, (0, 0))
    both.paste(east, (1, 0))
    wide = both.resize((2 * size[0], size[1]), Image.Resampling.BILINEAR)
    return wide.crop((size[0] // 2, 0, size[0] // 2 + size[0], size[1]))


def _blend_down(north: Image.Image, south: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return rows that blend into one another from the top to the bottom."""
    return transpose(_blend_across(transpose(north), transpose(south), (size[1], size[0])))


def _mean(strip: Image.Image) -> Image.Image:
    return strip.resize((1, 1), Image.Resampling.BOX)


def _end(strip: Image.Image, *, last: bool = False) -> Image.Image:
    """Return the first pixel of a strip, or the last one."""
    x, y = (strip.width - 1, strip.height - 1) if last else (0, 0)
    return strip.crop((x, y, x + 1, y + 1))
