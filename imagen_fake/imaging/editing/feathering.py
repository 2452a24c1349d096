"""Feathered and antialiased masks, and where in a mask there is room."""

from PIL import Image, ImageChops

from imagen_fake.imaging.boxes import Box, expand, relative
from imagen_fake.imaging.editing.inpaint import soften, upscale

WIDE = 16  # pixels: wider seams are computed at a quarter of the size
FULL = 245  # of 255: the mean of a mask that nearly fills its box
MOSTLY = 180  # of 255: that of a disc
INSET = 15  # per cent of a disc's box on every side that lie outside the disc


def feather(mask: Image.Image, box: Box, reach: int) -> Image.Image:
    """Return a mask of `box`, L, that rises from 0 at its edge to 255 `reach` pixels inside."""
    frame = expand(box, reach, mask.size)
    soft = area = mask.crop(frame)
    if reach < WIDE:
        soft = soften(area, reach)
    else:
        small = soften(area.reduce(4), reach // 4)
        soft = ImageChops.darker(upscale(small, (0, 0, *area.size), 4), area)
    return soft.crop(relative(box, frame))


def antialias(mask: Image.Image, box: Box) -> Image.Image:
    """Return the mask of a box with half-transparent edges."""
    frame = expand(box, 2, mask.size)
    area = mask.crop(frame)
    if bare := ImageChops.invert(area).getbbox():
        edge = expand(bare, 3, area.size)
        area.paste(soften(area.crop(edge), 1, least=128), edge[:2])
    return area.crop(relative(box, frame))


def spot_in(area: Image.Image) -> Box:
    """Return the box to place things in: nearly all of a compact mask, else its largest square.

    The square is exact to a thirtieth or so of the mask's longer side.
    """
    step = max(1, max(area.size) // 30)
    cells = area.reduce(step)
    share = sum(cells.tobytes()) // (cells.width * cells.height)
    if share >= MOSTLY:
        across, down = (0 if share >= FULL else side * INSET // 100 for side in area.size)
        return across, down, area.width - across, area.height - down
    right, bottom, side = _largest_square(cells)
    if side < 2:
        return (0, 0, *area.size)
    left, top = (right - side) * step, (bottom - side) * step
    return left, top, min(right * step, area.width), min(bottom * step, area.height)


def wider_side(mask: Image.Image) -> int | None:
    """Return the centre across of the wider strip beside what is not masked, if one is wide."""
    unmasked = ImageChops.invert(mask).getbbox()
    if not unmasked:
        return None
    left, right = unmasked[0], mask.width - unmasked[2]
    middle = left // 2 if left > right else mask.width - right // 2
    return middle if 6 * max(left, right) >= mask.width else None


def _largest_square(cells: Image.Image) -> tuple[int, int, int]:
    """Return the right and bottom of the largest square of set cells, and its side."""
    levels, best = cells.tobytes(), (0, 0, 0)
    above = [0] * (cells.width + 1)
    for row in range(cells.height):
        sides = [0]
        for column in range(cells.width):
            reach = min(above[column], above[column + 1], sides[column]) + 1
            sides.append(reach if levels[row * cells.width + column] > 200 else 0)
            if sides[-1] > best[2]:
                best = (column + 1, row + 1, sides[-1])
        above = sides
    return best
