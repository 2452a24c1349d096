"""A hole in a picture, healed: what meets its sides goes on through it, edges and all."""

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, Size, expand, relative, shift, size_of
from imagen_fake.imaging.editing.areas import fill_areas
from imagen_fake.imaging.editing.coons import WHOLE, ZERO, Strip, coons_patch, transpose
from imagen_fake.imaging.editing.grain import add_grain
from imagen_fake.imaging.editing.inpaint import inpaint, paste_masked
from imagen_fake.imaging.editing.mirroring import mirror
from imagen_fake.imaging.levels import at_least, max_difference
from imagen_fake.imaging.painting.blobs import blobs
from imagen_fake.imaging.vision.footer import scene_bottom

LEAD = 20  # per cent of its columns that agree more than its rows if a hole is filled by them
ALIKE = 12  # levels by which colours differ that are not the same
SMALL = 128  # pixels of the longer side at which the parts of a mask are told apart
MOST = 12  # parts that are filled one by one
THICK = 4  # pixels that a side's colours are the mean of
MOSTLY = 50  # per cent of its box that a hole takes at least to be healed so
BESIDE = 2  # pixels from a hole to where the colours beside it are looked up
STEP = 4  # times smaller that differences are worked out
SOFTER = 4  # times smaller that soft grounds are worked out than sharp ones
SOFT = 8  # times smaller that a ground is looked at to know whether it is soft
STEEP = 5  # levels by which neighbours differ there, and not as on a slope, if it is not
ROUGH = 5  # of 1000 neighbours that may differ so in a soft ground

Sides = tuple[Strip, Strip]


def fill_masked(image: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the picture with its masked pixels filled from the others; RGB, the same size.

    `mask` is L, 255 where to fill and 0 elsewhere. Areas of one colour go on through a hole, a
    soft ground does so softly, and anything else is mirrored into it. A scene and the caption
    below it stay apart. What is masked as a whole becomes its mean.
    """
    foot = scene_bottom(image)
    if foot == image.height:
        return _fill_parts(image, mask)
    scene, caption = (0, 0, image.width, foot), (0, foot, *image.size)
    after = image.copy()
    after.paste(_fill_parts(image.crop(scene), mask.crop(scene)))
    lower, hole = image.crop(caption), mask.crop(caption)
    for box in _part_boxes(hole):
        paste_masked(lower, heal(lower, hole, box), hole, box)
    after.paste(lower, caption[:2])
    return after


def _fill_parts(image: Image.Image, mask: Image.Image) -> Image.Image:
    after, parts = image.copy(), _part_boxes(mask)
    if len(parts) > 1 and (whole := mask.getbbox()):
        paste_masked(after, inpaint(image, mask, whole, step=SOFT), mask, whole)
    for box in parts:
        paste_masked(after, _fill_part(after, mask, box), mask, box)
    return after


def _part_boxes(mask: Image.Image) -> list[Box]:
    """Return the boxes of the parts of a mask, or the box around them if they are many."""
    step = max(1, max(mask.size) // SMALL)
    parts = blobs(mask.reduce(step).point(at_least(1)))
    if len(parts) > MOST:
        return [mask.getbbox() or (0, 0, *mask.size)]
    return [box for part in parts if (box := _exact_box(mask, part.box, step))]


def _exact_box(mask: Image.Image, small: Box, step: int) -> Box | None:
    """Return the box of what is set in a part of a mask, given as in a mask reduced by `step`."""
    left, top, right, bottom = (side * step for side in small)
    box = mask.crop((left, top, right, bottom)).getbbox()
    return box and shift(box, left, top)


def _fill_part(image: Image.Image, mask: Image.Image, box: Box) -> Image.Image:
    """Return what fills a box, led from the left to the right, or down if those sides agree."""
    frame = expand(box, max(size_of(box)), image.size)
    left, top, right, bottom = place = relative(box, frame)
    view, hole = image.crop(frame), mask.crop(frame)
    if upright := _is_upright(view, place):
        view, hole, place = transpose(view), transpose(hole), (top, left, bottom, right)
    if _is_soft(view, hole):
        return add_grain(inpaint(image, mask, box, step=SOFT), image, mask)
    new = fill_areas(view, hole, place) or mirror(view, hole, place)
    if new is None:
        return add_grain(heal(image, mask, box), image, mask)
    return transpose(new) if upright else new


def _is_soft(image: Image.Image, hole: Image.Image) -> bool:
    """Whether there is nothing but soft shades around a hole, and grain perhaps."""
    small, masked = image.reduce(SOFT), hole.reduce(SOFT).point(at_least(1))
    bare = ImageChops.invert(masked.filter(ImageFilter.MaxFilter(3)))
    inner = (1, 1, max(1, small.width - 1), max(1, small.height - 1))  # offsets wrap around
    across, down = (_step(small, *by) for by in ((1, 0), (0, 1)))
    levels = ImageChops.lighter(across, down).crop(inner).histogram(bare.crop(inner))
    return sum(levels[STEEP:]) * 1000 <= sum(levels) * ROUGH


def _step(image: Image.Image, x: int, y: int) -> Image.Image:
    """Return by how much each pixel, L, differs from one beside it: nothing where a slope goes on.

    On a slope a pixel is the mean of its two neighbours.
    """
    before, after = ImageChops.offset(image, x, y), ImageChops.offset(image, -x, -y)
    curvature = max_difference(image, ImageChops.add(before, after, 2))
    return ImageChops.darker(max_difference(image, before), ImageChops.add(curvature, curvature))


def _is_upright(image: Image.Image, box: Box) -> bool:
    """Whether what is above and below a box is more of the same than what is beside it."""
    across, down = _sides(image, box, size_of(box))
    has_foot = down[1] is not None  # what is at the foot of a picture lies flat
    return _similarity(*across) + LEAD < (_similarity(*down) if has_foot else 1)


def _similarity(one: Strip, other: Strip) -> int:
    """Return how much of two strips is of the same colour, in per cent: half if one is missing."""
    if one and other:
        levels = max_difference(one, other).histogram()
        return sum(levels[:ALIKE]) * 100 // sum(levels)
    return 50 if one or other else -LEAD


def heal(image: Image.Image, mask: Image.Image, box: Box, step: int = 1) -> Image.Image:
    """Return what fills `box`, RGB: its masked pixels follow from what is around them.

    It is worked out `step` times as small, a power of 2. Where a patch would follow from little,
    what fills the box is soft: a hole that leaves no two opposite sides of the picture, or is
    much smaller than its box.
    """
    width, height = size_of(box)
    size = (-(-width // step), -(-height // step))
    area = mask.resize(size, Image.Resampling.NEAREST, box)
    whole = area.getextrema() == (WHOLE, WHOLE)
    sides = box if whole else _around(box, BESIDE * step - 1)
    if not _has_sides(image.size, sides) or _share(area) < MOSTLY:
        return inpaint(image, mask, box, step=SOFTER * step)
    new = coons_patch(*_sides(image, box, size), size) if whole else _within(image, area, box, step)
    return new.resize((width, height), Image.Resampling.NEAREST) if step > 1 else new


def _sides(image: Image.Image, box: Box, size: Size) -> tuple[Sides, Sides]:
    """Return what is at the left and the right of a box, and above and below it."""
    left, top, right, bottom = box
    width, height = size
    west = _strip(image, (max(0, left - THICK), top, left, bottom), (1, height))
    east = _strip(image, (right, top, min(image.width, right + THICK), bottom), (1, height))
    north = _strip(image, (left, max(0, top - THICK), right, top), (width, 1))
    south = _strip(image, (left, bottom, right, min(image.height, bottom + THICK)), (width, 1))
    return (west, east), (north, south)


def _strip(image: Image.Image, box: Box, size: tuple[int, int]) -> Strip:
    """Return the mean of a side's pixels, one pixel thin; None beyond the picture."""
    if box[0] >= box[2] or box[1] >= box[3]:
        return None
    side = image.crop(box).resize(size, Image.Resampling.BOX)
    return side.filter(ImageFilter.MedianFilter(5))


def _has_sides(size: tuple[int, int], box: Box) -> bool:
    """Whether a picture goes on beyond a box at the left and the right, or above and below."""
    left, top, right, bottom = box
    return (left > 0 and right < size[0]) or (top > 0 and bottom < size[1])


def _share(area: Image.Image) -> int:
    """Return how much of a mask is set, in per cent."""
    return area.histogram()[255] * 100 // (area.width * area.height)


def _within(image: Image.Image, area: Image.Image, box: Box, step: int) -> Image.Image:
    """Return what fills a hole of any shape: rows lead from one edge of it to the other.

    By how much they miss what else is around the hole is led on into it, softly.
    """
    left, top, right, bottom = _around(box, BESIDE * step)
    size = (area.width + 2 * BESIDE, area.height + 2 * BESIDE)
    view = image.crop((left, top, right, bottom)).resize(size, Image.Resampling.NEAREST)
    above, below = _contour(transpose(view), transpose(area))
    sides = (*_contour(view, area), transpose(above), transpose(below))
    there = (left >= 0, right <= image.width, top >= 0, bottom <= image.height)
    west, east, north, south = (
        side if inside else None for side, inside in zip(sides, there, strict=True)
    )
    rows = coons_patch((west, east), (north, south), area.size, all_sides=False)
    inner = view.crop((BESIDE, BESIDE, size[0] - BESIDE, size[1] - BESIDE))
    mismatch = _mismatch(inner, rows, area)
    return ImageChops.add(ImageChops.add(rows, mismatch, 1, -ZERO), mismatch, 1, -ZERO)


def _around(box: Box, reach: int) -> Box:
    """Return the box with `reach` pixels more on every side, beyond the picture, too."""
    return box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach


def _contour(view: Image.Image, area: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the colours beside a hole, at its left and its right in every row.

    `shown` has BESIDE pixels more on every side than the mask of the hole.
    """
    pixels, holes, width = view.tobytes(), area.tobytes(), area.width
    west, east = bytearray(), bytearray()
    first, last = 0, width - 1
    for row in range(area.height):
        start = row * width
        if WHOLE in holes[start : start + width]:
            first = holes.index(WHOLE, start) - start
            last = holes.rindex(WHOLE, start, start + width) - start
        at = 3 * ((row + BESIDE) * view.width + first)
        west += pixels[at : at + 3]
        at += 3 * (last - first + 2 * BESIDE)
        east += pixels[at : at + 3]
    sides = (Image.frombytes("RGB", (1, area.height), bytes(side)) for side in (west, east))
    one, other = (side.filter(ImageFilter.MedianFilter(5)) for side in sides)
    return one, other


def _mismatch(view: Image.Image, patch: Image.Image, hole: Image.Image) -> Image.Image:
    """Return by how much a patch misses what surrounds a hole in it, led on into the hole.

    All pictures are of one size; levels are halved, and off by ZERO.
    """
    width, height = patch.size
    size = (width + 2 * STEP, height + 2 * STEP)
    off = Image.new("RGB", size, (ZERO, ZERO, ZERO))
    off.paste(ImageChops.subtract(view, patch, 2, ZERO), (STEP, STEP))
    unknown = Image.new("L", size)
    unknown.paste(hole, (STEP, STEP))
    return inpaint(off, unknown, (STEP, STEP, STEP + width, STEP + height), step=STEP)
