"""Detection of cast shadows."""

from collections.abc import Iterator

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, expand
from imagen_fake.imaging.editing.inpaint import inpaint
from imagen_fake.imaging.levels import at_least
from imagen_fake.imaging.painting.blobs import blob_mask, blobs
from imagen_fake.imaging.vision.cutout import detect_foreground
from imagen_fake.imaging.vision.footer import clear_caption
from imagen_fake.imaging.vision.silhouette import silhouette

SMALL = 96  # pixels of the longer side at which shadows are detected
SPECK = 400  # the share of the picture, as a divisor, that a thing with a shadow has at least
ASIDE = 80  # per cent of a thing's width by which its shadow exceeds it at most
UP, DOWN = 35, 25  # per cent of its height: how far above its foot and below
LIGHTEST, DARKEST = 95, 25  # per cent of the ground's brightness
HUE = 20  # levels between a channel of ground and shadow at equal brightness, at most
NEAR = 1  # pixels, of the small picture, between a thing and its shadow at most
MOST = 80  # a shadow's area in per cent of the thing's, at most

Pixel = tuple[int, ...]


def shadow_mask(image: Image.Image, things: Image.Image) -> Image.Image:
    """Return the mask of the shadows beside the foot of things: L, 0 or 255, the picture's size.

    `things` is their mask. A shadow is a darker part of the ground that touches what casts it.
    """
    step = max(1, -(-max(image.size) // SMALL))
    small, standing = image.reduce(step), things.reduce(step).point(at_least(1))
    mask = Image.new("L", small.size)
    for thing in blobs(standing):
        if thing.area * SPECK >= small.width * small.height:
            shadow = _shadow(small, standing, thing.box)
            if shadow.histogram()[255] * 100 <= thing.area * MOST:
                mask = ImageChops.lighter(mask, shadow)
    return mask.resize(image.size, Image.Resampling.BILINEAR).point(at_least(64))


def _shadow(small: Image.Image, standing: Image.Image, thing: Box) -> Image.Image:
    """Return the shadow mask of the thing in a box, of the size of both pictures."""
    box = _foot(thing, small.size)
    hole = standing.copy()
    hole.paste(255, box)
    ground = inpaint(small, hole, box)
    pairs = zip(_pixels(small.crop(box)), _pixels(ground), strict=True)
    shaded = Image.frombytes("L", ground.size, bytes(255 * _is_shaded(*pair) for pair in pairs))
    dark = ImageChops.subtract(shaded, standing.crop(box))
    nearby = standing.crop(box).filter(ImageFilter.MaxFilter(2 * NEAR + 1))
    cast = [
        blob for blob in blobs(dark)
        if ImageChops.darker(blob_mask(dark.size, [blob]), nearby).getbbox()
    ]  # fmt: skip
    shadow = Image.new("L", small.size)
    shadow.paste(blob_mask(dark.size, cast), box[:2])
    return shadow


def _foot(thing: Box, size: tuple[int, int]) -> Box:
    """Return the box around a thing's foot in which its shadow may lie."""
    left, top, right, bottom = thing
    aside, high = (right - left) * ASIDE // 100, bottom - top
    up, down = max(2, high * UP // 100), max(2, high * DOWN // 100)
    return expand((left - aside, bottom - up, right + aside, bottom + down), 0, size)


def _pixels(image: Image.Image) -> Iterator[Pixel]:
    levels = iter(image.tobytes())
    return zip(levels, levels, levels, strict=True)


def _is_shaded(pixel: Pixel, ground_pixel: Pixel) -> bool:
    """Whether a pixel is that of the ground, darker but of the same hue."""
    dark, bright = sum(pixel), sum(ground_pixel)
    if not bright * DARKEST < dark * 100 < bright * LIGHTEST:
        return False
    channels = zip(pixel, ground_pixel, strict=True)
    return all(abs(one * bright - other * dark) <= HUE * dark for one, other in channels)


def removable_mask(image: Image.Image) -> Image.Image:
    """Return the mask of the subject and of the shadow it casts: as `foreground_mask`."""
    outline = silhouette(image, with_shadows=True)
    if outline and outline.getbbox():
        return outline
    mask = detect_foreground(image)
    return clear_caption(image, ImageChops.lighter(mask, shadow_mask(image, mask)))
