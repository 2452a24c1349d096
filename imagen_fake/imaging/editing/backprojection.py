"""Detection of things in a masked area: their colours are rare around it.

This is histogram backprojection (Swain and Ballard, "Color Indexing", 1991).
"""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, enlarge, expand, relative, shift, size_of
from imagen_fake.imaging.levels import at_least, below
from imagen_fake.imaging.painting.blobs import Blob, blob_mask, blobs

CELLS = 64  # along the longer side of the frame
RING = 8  # the longer side of a mask by the width of its surroundings
BINS = 6  # of the histogram, per channel
RED, GREEN, BLUE = ([level * BINS // 256 * unit for level in range(256)] for unit in (36, 6, 1))
RARE = 12  # how many times a rare colour is as frequent in the mask as around it
SPECK = 60  # the share of the cells, as a divisor, that a thing has at least
MOST = 40  # per cent of a mask that things may take
WITHIN = 30  # per cent of a thing that overlap the room at least


def find_things(image: Image.Image, mask: Image.Image, box: Box, room: Box) -> Image.Image:
    """Return the mask of the things in the masked area of an RGB picture: L, of its size.

    `box` is the bounding box of the mask. Only things that overlap `room`, a part of it, count.
    The mask itself is returned if most of it differs from its surroundings, or it has none.
    """
    frame = expand(box, max(8, max(size_of(box)) // RING), image.size)
    step = max(1, max(size_of(frame)) // CELLS)
    share = mask.reduce(step, frame)
    inside, outside = share.point(at_least(255)), share.point(below(1))
    colours = _sample(image, share.size, frame, step)
    rare = _rare_colours(colours.histogram(inside), colours.histogram(outside))
    cells = ImageChops.darker(colours.point(rare), inside)
    # without specks, and a little larger, so that what is close is one
    cells = cells.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(7))
    if cells.histogram()[255] * 100 >= inside.histogram()[255] * MOST:
        return mask
    left, top, right, bottom = relative(room, frame)
    small_room = (left // step, top // step, -(-right // step), -(-bottom // step))
    least = cells.width * cells.height // SPECK
    large = (blob for blob in blobs(cells) if blob.area > least)
    in_the_way = [blob for blob in large if _is_within(blob, small_room)]
    return _upscale(blob_mask(cells.size, in_the_way), mask, frame, step)


def _sample(image: Image.Image, size: tuple[int, int], frame: Box, step: int) -> Image.Image:
    """Return a frame of a picture at 1 / `step` of its size in 216 colours, as their indexes, L.

    Each cell is the mean of four pixels.
    """
    half = (step / 2, 0, frame[0], 0, step / 2, frame[1])
    double = image.transform((2 * size[0], 2 * size[1]), Image.Transform.AFFINE, half)
    red, green, blue = double.reduce(2).split()
    both = ImageChops.add(red.point(RED), green.point(GREEN))
    return ImageChops.add(both, blue.point(BLUE))


def _rare_colours(inside: Sequence[int], outside: Sequence[int]) -> list[int]:
    """Return a table for `Image.point`: 255 for each colour index that is rare outside the mask."""
    near, around = _smooth_histogram(outside), sum(outside)
    whole = min(sum(inside), around)  # around a large mask little is seen of what goes on there
    return [
        255 * (27 * count * around >= RARE * there * whole)
        for count, there in zip(inside, near, strict=True)
    ]


def _smooth_histogram(counts: Sequence[int]) -> list[int]:
    """Return a histogram smoothed over neighbouring colours, with weights 27, 9, 3 and 1."""
    smooth = [*counts[: BINS**3], *[0] * 40]
    for unit in (36, 6, 1):
        ends = [colour // unit % BINS for colour in range(BINS**3)]
        smooth = [
            3 * smooth[colour]
            + (smooth[colour - unit] if level else 0)
            + (smooth[colour + unit] if level < BINS - 1 else 0)
            for colour, level in enumerate(ends)
        ] + [0] * 40
    return smooth


def _is_within(blob: Blob, room: Box) -> bool:
    """Whether enough of a blob overlaps a box."""
    left, top, right, bottom = room
    within = sum(
        max(0, min(end, right) - max(start, left))
        for row, start, end in blob.runs
        if top <= row < bottom
    )
    return within * 100 >= blob.area * WITHIN


def _upscale(small: Image.Image, mask: Image.Image, frame: Box, step: int) -> Image.Image:
    """Return a small mask of a frame, enlarged and cut to a mask of the whole picture."""
    whole, part = Image.new("L", mask.size), small.getbbox()
    if part:
        spot = shift(enlarge(part, step), *frame[:2])
        large = small.crop(part).resize(size_of(spot), Image.Resampling.NEAREST)
        whole.paste(ImageChops.darker(large, mask.crop(spot)), spot)
    return whole
