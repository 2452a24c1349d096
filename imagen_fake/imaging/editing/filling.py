"""Removal: masked parts filled from their surroundings, each by the method that suits it.

What is too smooth to belong there gets the film grain of the picture.
"""

import hashlib
from functools import cache

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, enlarge, expand, relative, shift, size_of
from imagen_fake.imaging.editing.areas import fill_areas
from imagen_fake.imaging.editing.coons import Strip, transpose
from imagen_fake.imaging.editing.healing import heal, mirror, sides_of
from imagen_fake.imaging.editing.inpaint import inpaint, paste_masked
from imagen_fake.imaging.levels import at_least, below, max_difference, quantile
from imagen_fake.imaging.painting.blobs import blobs
from imagen_fake.imaging.vision.footer import scene_bottom

LEAD = 20  # per cent by which columns must agree better than rows
ALIKE = 12  # levels from which colours differ
SMALL = 128  # pixels of the longer side at which a mask's parts are found
MOST = 12  # parts that are filled separately
SOFT = 8  # the downscaling at which softness is measured
STEEP = 5  # levels of an edge there
ROUGH = 5  # of 1000 pixels that may be edges in a soft ground
SIDE = 256  # of the tile of noise, pixels
STRIDE = 8  # one of so many pixels along each side is measured
FINE = 2  # levels: less is no grain
COARSE = 36  # levels: more is a pattern, not grain


def fill_masked(image: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the RGB picture with its masked pixels filled from the others.

    `mask` is L, 0 or 255. Flat areas are continued, soft grounds interpolated, textures mirrored.
    A scene and its caption are filled separately. If everything is masked, the mean is used.
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
    """Return the boxes of a mask's connected parts; one box around all if there are many."""
    step = max(1, max(mask.size) // SMALL)
    parts = blobs(mask.reduce(step).point(at_least(1)))
    if len(parts) > MOST:
        return [mask.getbbox() or (0, 0, *mask.size)]
    frames = [enlarge(part.box, step) for part in parts]
    boxes = ((frame, mask.crop(frame).getbbox()) for frame in frames)
    return [shift(box, *frame[:2]) for frame, box in boxes if box]


def _fill_part(image: Image.Image, mask: Image.Image, box: Box) -> Image.Image:
    """Return the contents of one box, filled from left to right or, transposed, downwards."""
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
    """Whether the surroundings of a hole have no edges, apart from grain."""
    small, masked = image.reduce(SOFT), hole.reduce(SOFT).point(at_least(1))
    bare = ImageChops.invert(masked.filter(ImageFilter.MaxFilter(3)))
    inner = (1, 1, max(1, small.width - 1), max(1, small.height - 1))  # offsets wrap around
    across, down = (_step(small, *by) for by in ((1, 0), (0, 1)))
    levels = ImageChops.lighter(across, down).crop(inner).histogram(bare.crop(inner))
    return sum(levels[STEEP:]) * 1000 <= sum(levels) * ROUGH


def _step(image: Image.Image, x: int, y: int) -> Image.Image:
    """Return how far each pixel differs from its neighbour beyond a linear slope, L."""
    before, after = ImageChops.offset(image, x, y), ImageChops.offset(image, -x, -y)
    curvature = max_difference(image, ImageChops.add(before, after, 2))
    return ImageChops.darker(max_difference(image, before), ImageChops.add(curvature, curvature))


def _is_upright(image: Image.Image, box: Box) -> bool:
    """Whether the sides above and below a box agree better than left and right."""
    across, down = sides_of(image, box, size_of(box))
    has_foot = down[1] is not None  # what is at the foot of a picture lies flat
    return _similarity(*across) + LEAD < (_similarity(*down) if has_foot else 1)


def _similarity(one: Strip, other: Strip) -> int:
    """Return the share of two strips of the same colour, in per cent: 50 if one is missing."""
    if one and other:
        levels = max_difference(one, other).histogram()
        return sum(levels[:ALIKE]) * 100 // sum(levels)
    return 50 if one or other else -LEAD


def add_grain(ground: Image.Image, image: Image.Image, mask: Image.Image) -> Image.Image:
    """Return the RGB ground with the grain of the picture's unmasked pixels."""
    grain = measure_grain(image, mask)
    if not FINE <= grain <= COARSE:
        return ground
    reach = grain * 17 // 10
    levels = [128 + (level - 128) * reach // 128 for level in range(256)]
    noise = _noise().point(levels).convert("RGB")
    sheet = Image.new("RGB", ground.size)
    for top in range(0, ground.height, SIDE):
        for left in range(0, ground.width, SIDE):
            sheet.paste(noise, (left, top))
    return ImageChops.add(ground, sheet, 1, -128)


def measure_grain(image: Image.Image, mask: Image.Image) -> int:
    """Return the median difference of neighbouring pixels outside a mask, in levels."""
    size = (image.width // STRIDE, image.height // STRIDE)
    if 0 in size:
        return 0
    one, other = (_sample(image, size, place) for place in (2, 3))
    unmasked = _sample(mask, size, 2).point(below(1))
    levels = ImageChops.difference(one, other).convert("L").histogram(unmasked)
    return quantile(levels, 50) if any(levels) else 0


def _sample(image: Image.Image, size: tuple[int, int], column: int) -> Image.Image:
    scale = (STRIDE, 0, column - STRIDE // 2, 0, STRIDE, 0)
    return image.transform(size, Image.Transform.AFFINE, scale)


@cache
def _noise() -> Image.Image:
    stream = hashlib.shake_128(b"grain").digest(SIDE * SIDE)
    return Image.frombytes("L", (SIDE, SIDE), stream)
