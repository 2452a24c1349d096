"""Inpainting by a pyramid: large shapes first, then ever finer ones.

In the pyramid pictures are RGBA: the hole is transparent, all else opaque.
"""

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, expand, relative, shift, size_of
from imagen_fake.imaging.levels import at_least, below

Part = tuple[float, float, float, float]  # a box whose sides may run between pixels

DETAILED = 9_000  # pixels: larger levels are halved coarsely and not smoothed


def paste_masked(image: Image.Image, new: Image.Image, mask: Image.Image, box: Box) -> None:
    """Replace the masked pixels of a picture in a box by those of `new`, which has its size."""
    stencil = mask.crop(box).convert("1", dither=Image.Dither.NONE)  # six times as fast as levels
    image.paste(new, box[:2], stencil)


def inpaint(image: Image.Image, mask: Image.Image, box: Box, step: int = 2) -> Image.Image:
    """Return the RGB contents of `box`, its masked pixels interpolated from their surroundings.

    Computed at 1 / `step` of the size, a power of 2.
    """
    frame = expand(box, max(16, max(size_of(box)) // 6), image.size)
    small = _fill(_downscale(image, mask, frame, step))
    return upscale(small, relative(box, frame), step)


def _downscale(image: Image.Image, mask: Image.Image, frame: Box, step: int) -> Image.Image:
    """Return a part of the picture with a hole, at 1 / `step` of its size.

    Pixels that are masked in part belong to the hole, unless nothing else would be left.
    """
    hole = mask.crop(frame)
    alpha = hole.reduce(step).point(below(1))
    if alpha.getextrema() != (0, 0) or hole.getextrema() == (255, 255):
        return _with_hole(image.reduce(step, frame), alpha)
    whole = _with_hole(image.crop(frame), ImageChops.invert(hole))
    for _ in range(step.bit_length() - 1):
        whole = _halve(whole)
    return whole


def _with_hole(image: Image.Image, alpha: Image.Image) -> Image.Image:
    """Return the picture itself, transparent where `alpha` is 0."""
    image.putalpha(alpha)
    return image


def upscale(small: Image.Image, box: Box, step: int) -> Image.Image:
    """Return a box of a soft picture enlarged by `step`, a power of 2.

    The last doubling uses nearest neighbours, which is cheapest and not seen without edges. All
    coordinates are multiples of 1 / `step`, which floats hold exactly.
    """
    if step > 2:
        half = (box[0] // 2, box[1] // 2, (box[2] + 1) // 2, (box[3] + 1) // 2)
        small = small.resize(size_of(half), Image.Resampling.BILINEAR, _divided(half, step // 2))
        box, step = shift(box, -2 * half[0], -2 * half[1]), 2
    return small.resize(size_of(box), Image.Resampling.NEAREST, _divided(box, step))


def _divided(box: Box, step: int) -> Part:
    return box[0] / step, box[1] / step, box[2] / step, box[3] / step


def soften(mask: Image.Image, reach: int, least: int = 0) -> Image.Image:
    """Return the mask, L, rising from `least` at its edge to 255 `reach` pixels inside.

    A mask without an inside, such as thin lines, is returned as it is.
    """
    soft = mask.filter(ImageFilter.BoxBlur(reach)).point(
        [max(least, 2 * level - 255) for level in range(256)]
    )
    return ImageChops.darker(soft, mask) if soft.getextrema()[1] == 255 else mask


def _fill(image: Image.Image) -> Image.Image:
    """Return the RGB picture with its hole filled from the next smaller level."""
    least, most = image.getchannel("A").getextrema()
    if max(image.size) == 1 or not most:
        return image.convert("RGB").resize((1, 1), Image.Resampling.BOX).resize(image.size)
    if least:
        return image.convert("RGB")
    below = _fill(_halve(image))
    whole = (0.0, 0.0, image.width / 2, image.height / 2)
    after = below.resize(image.size, Image.Resampling.BILINEAR, whole)
    after.paste(image, (0, 0), image)
    for radius in (2, 1) if image.width * image.height <= DETAILED else ():
        after = after.filter(ImageFilter.BoxBlur(radius))  # within the hole
        after.paste(image, (0, 0), image)
    return after


def _halve(image: Image.Image) -> Image.Image:
    """Return the picture at half its size.

    In a large one, pixels that are masked in part belong to the hole, unless nothing else is left.
    """
    if image.width * image.height > DETAILED:
        smaller = image.reduce(2)
        alpha = smaller.getchannel("A").point(at_least(255))
        if alpha.getextrema() != (0, 0):
            return _with_hole(smaller, alpha)
    turn = Image.Transpose.TRANSPOSE
    return _halve_width(_halve_width(image).transpose(turn)).transpose(turn)


def _halve_width(image: Image.Image) -> Image.Image:
    """Return the picture at half its width: of two pixels the mean, or the opaque one."""
    one, other = _columns(image, 0), _columns(image, 1)
    first, second = Image.composite(one, other, one), Image.composite(other, one, other)
    return ImageChops.add(first, second, 2)


def _columns(image: Image.Image, start: int) -> Image.Image:
    size = ((image.width + 1) // 2, image.height)
    return image.transform(size, Image.Transform.AFFINE, (2, 0, start - 1, 0, 1, 0))
