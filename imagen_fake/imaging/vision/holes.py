"""Masks as OpenAI's API takes them: transparent where to edit."""

from PIL import Image, ImageChops

from imagen_fake.imaging.files.loading import strips

OPAQUE = 255
LIGHT = 128
"""A level from which a brush is white rather than black."""

NEAR = 24
"""By how much a copy of a picture may differ from it: JPEG changes levels a little."""


def is_cut_out(drawing: Image.Image, base: Image.Image) -> bool:
    """Whether a drawing is transparent where to edit: opaque corners, and dark or a copy of `base`.

    A white mask is not painted on such a canvas.
    """
    return _has_hole(drawing) and (
        _luma_difference(drawing, Image.new("RGB", drawing.size)) < LIGHT
        or (drawing.size == base.size and _luma_difference(drawing, base) <= NEAR)
    )


def _has_hole(drawing: Image.Image) -> bool:
    right, bottom = drawing.width - 1, drawing.height - 1
    corners = (
        _opacity(drawing, *place) for place in ((0, 0), (right, 0), (0, bottom), (right, bottom))
    )
    return all(level == OPAQUE for level in corners) and any(
        strip.getchannel("A").getextrema()[0] == 0 for _, strip in strips(drawing)
    )


def _opacity(drawing: Image.Image, left: int, top: int) -> int:
    pixel = drawing.crop((left, top, left + 1, top + 1)).convert("RGBA")
    return pixel.getchannel("A").tobytes()[0]


def _luma_difference(drawing: Image.Image, other: Image.Image) -> int:
    """The largest difference in lightness between opaque pixels and another picture."""
    most = 0
    for top, strip in strips(drawing):
        under = other.crop((0, top, strip.width, top + strip.height))
        apart = ImageChops.difference(strip.convert("RGB"), under).convert("L")
        solid = strip.getchannel("A").point(lambda level: OPAQUE * (level == OPAQUE))
        most = max(most, max(ImageChops.multiply(apart, solid).tobytes()))
    return most
