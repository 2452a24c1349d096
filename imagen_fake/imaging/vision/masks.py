"""Masks: L, 255 or 0; as OpenAI's API takes them, transparent where to edit."""

import re

from PIL import Image, ImageChops

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.files.loading import strips
from imagen_fake.imaging.levels import at_least

OPAQUE = 255
LIGHT = 128  # a level from which a brush is white rather than black
NEAR = 24  # by how much a copy of a picture may differ from it: JPEG changes levels a little


def binarize(picture: Image.Image) -> Image.Image:
    """Return the mask in a drawing of any mode.

    Set is what has at least half of the highest level: so masks of 0 and 1 count, and JPEG
    artefacts do not. An all black drawing sets nothing.
    """
    mask = picture.convert("L")
    if box := mask.getbbox():
        grey = mask.crop(box)
        highest = int(grey.getextrema()[1])  # type: ignore[arg-type]
        mask.paste(grey.point(at_least((highest + 1) // 2)), box)
    return mask


def dilate(mask: Image.Image, share: float) -> Image.Image:
    """Return the mask grown on every side by a share, in [0,1], of its width.

    It is rounded to whole pixels; a dot becomes a square.
    """
    after, box, reach = mask.copy(), mask.getbbox(), round(share * mask.width)
    if box and reach:
        left, top, right, bottom = box
        across, down = min(reach, mask.width), min(reach, mask.height)
        if mask.crop(box).getextrema() == (255, 255):  # the most usual mask, and the cheapest
            after.paste(255, (left - across, top - down, right + across, bottom + down))
        else:
            area = mask.crop((left, top, right + 2 * across, bottom + 2 * down))
            after.paste(_smear(area, 2 * across, 2 * down), (left - across, top - down))
    return after


def column_boxes(mask: Image.Image) -> list[Box]:
    """Return the boxes of a mask's parts from left to right, as divided by empty columns."""
    columns = bytes(mask.getprojection()[0])
    spans = [run.span() for run in re.finditer(b"\1+", columns)]
    parts = (mask.crop((left, 0, right, mask.height)).getbbox() for left, right in spans)
    return [
        (left, box[1], right, box[3])
        for (left, right), box in zip(spans, parts, strict=True) if box
    ]  # fmt: skip


def _smear(area: Image.Image, across: int, down: int) -> Image.Image:
    """Return a mask spread to the right and to the bottom, whose margins there are empty.

    It is shifted as one integer with a bit for each pixel, which is fastest.
    """
    row = -(-area.width // 8) * 8
    bits = int.from_bytes(area.convert("1", dither=Image.Dither.NONE).tobytes())
    for pixels, bits_a_pixel in ((across, 1), (down, row)):
        covered = 0
        while covered < pixels:
            step = min(covered + 1, pixels - covered)
            bits |= bits >> step * bits_a_pixel
            covered += step
    return Image.frombytes("1", area.size, bits.to_bytes(row * area.height // 8)).convert("L")


def is_cut_out(drawing: Image.Image, base: Image.Image) -> bool:
    """Whether a drawing is transparent where to edit: opaque corners, and dark or a copy of `base`.

    A white mask is not painted on such a canvas.
    """
    return _has_hole(drawing) and (
        _luma_difference(drawing, Image.new("RGB", drawing.size)) < LIGHT
        or (drawing.size == base.size and _luma_difference(drawing, base) <= NEAR)
    )


def _has_hole(drawing: Image.Image) -> bool:
    corners = [(x, y) for x in (0, drawing.width - 1) for y in (0, drawing.height - 1)]
    pixels = (drawing.crop((x, y, x + 1, y + 1)).convert("RGBA") for x, y in corners)
    return all(pixel.tobytes()[3] == OPAQUE for pixel in pixels) and any(
        strip.getchannel("A").getextrema()[0] == 0 for _, strip in strips(drawing)
    )


def _luma_difference(drawing: Image.Image, other: Image.Image) -> int:
    """The largest difference in lightness between opaque pixels and another picture."""
    most = 0
    for top, strip in strips(drawing):
        under = other.crop((0, top, strip.width, top + strip.height))
        apart = ImageChops.difference(strip.convert("RGB"), under).convert("L")
        solid = strip.getchannel("A").point(lambda level: OPAQUE * (level == OPAQUE))
        most = max(most, max(ImageChops.multiply(apart, solid).tobytes()))
    return most
