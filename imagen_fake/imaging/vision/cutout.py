"""Foreground and background of a picture, found from its pixels."""

from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter

from imagen_fake.imaging.boxes import Box, size_of
from imagen_fake.imaging.levels import at_least, is_uniform, max_difference, quantile
from imagen_fake.imaging.painting.blobs import Blob, blob_mask, blobs
from imagen_fake.imaging.vision.background import GRID, fit_background
from imagen_fake.imaging.vision.footer import clear_caption, crop_caption
from imagen_fake.imaging.vision.silhouette import silhouette

SMALL = 192  # pixels of the longer side at which the foreground is segmented
PLAIN = 10  # levels of residual at the edges of a picture with a plain background, at most
LEAST = 14  # levels of difference that may be noise or a shadow
MOST = 48  # levels of difference that are never the background
EXACT = 1 << 20
Span = tuple[float, float, float, float]
BUSY_SHARE = 35  # per cent of a busy picture that is its foreground
EDGE = 25  # per cent of the upper three edges that a foreground takes at most
SPECK = 300  # the share of the picture, as a divisor, that a part has at least
ROUND = 5  # pixels over which a salient outline is smoothed
PARTS = 3  # a salient part's area is at least the largest one's by so much
HOLE = 150  # the share of the picture, as a divisor, below which a hole is filled


def foreground_mask(image: Image.Image) -> Image.Image:
    """Return the mask of the foreground of an RGB picture: L, 0 or 255, of its size.

    Of a picture of this fake, its subjects; of others what differs from a plain background, else
    what is most salient. A caption is not part of it.
    """
    mask = silhouette(image)
    return mask if mask and mask.getbbox() else detect_foreground(image)


def subject_mask(image: Image.Image) -> Image.Image:
    """Return the mask of what stays when the background is swapped.

    Empty for a picture of this fake without subjects: all of it is background.
    """
    return silhouette(image) or detect_foreground(image)


def background_mask(image: Image.Image) -> Image.Image:
    """Return the mask of what is behind the subject: L, 0 or 255. A poster's caption is not."""
    return clear_caption(image, ImageChops.invert(subject_mask(image)))


def detect_foreground(image: Image.Image) -> Image.Image:
    """Return the foreground's mask from the pixels above the caption."""
    mask = Image.new("L", image.size)
    mask.paste(_segment(crop_caption(image)))
    return mask


def _segment(image: Image.Image) -> Image.Image:
    small = image.reduce(max(1, max(image.size) // SMALL)).filter(ImageFilter.MedianFilter(3))
    if is_uniform(small, LEAST):
        return Image.new("L", image.size)
    background, stray = fit_background(small)
    if stray <= PLAIN:
        difference = max_difference(small, background.resize(small.size))
        level = otsu(difference.histogram())
        rough = _clean(difference.point(at_least(level)))
        if not _touches_edges(rough):
            return _refine(image, background, rough, level)
    return _upscale(_clean(_salient(small)), image.size)


def _touches_edges(mask: Image.Image) -> bool:
    """Whether too much of the edges is set for a subject before a background."""
    width, height = mask.size
    sides = [(0, 0, width, 1), (0, 0, 1, height), (width - 1, 0, width, height)]
    edge = b"".join(mask.crop(side).tobytes() for side in sides)
    return edge.count(255) * 100 > EDGE * len(edge)


def otsu(histogram: list[int]) -> int:
    """Return the level that divides a histogram of differences best (Otsu), within bounds."""
    counts = list(accumulate(histogram))
    masses = list(accumulate(level * count for level, count in enumerate(histogram)))
    total, moment = counts[-1], masses[-1]

    def apart(level: int) -> int:
        below, mass, above = counts[level], masses[level], total - counts[level]
        return below and above and (moment * below - mass * total) ** 2 // (below * above)

    return min(max(max(range(len(histogram) - 1), key=apart) + 1, LEAST), MOST)


def _salient(small: Image.Image) -> Image.Image:
    """Return the most salient third of a busy picture, its centre preferred."""
    usual = small.resize((1, 1), Image.Resampling.BOX).resize(small.size)
    apart = max_difference(small.filter(ImageFilter.BoxBlur(4)), usual)
    middle = Image.radial_gradient("L").resize(small.size)
    centred = ImageChops.multiply(apart, ImageChops.invert(middle))
    level = max(1, quantile(centred.histogram(), 100 - BUSY_SHARE))
    return _largest_parts(centred.point(at_least(level)))


def _largest_parts(mask: Image.Image) -> Image.Image:
    """Return the largest parts of a mask, with smooth outlines."""
    soft = mask.filter(ImageFilter.BoxBlur(ROUND)).point(at_least(128))
    parts = blobs(soft)
    most = max((blob.area for blob in parts), default=0)
    return blob_mask(mask.size, [blob for blob in parts if blob.area * PARTS >= most])


def _clean(mask: Image.Image) -> Image.Image:
    """Return the mask without specks and small holes."""
    pixels = mask.width * mask.height
    parts = [blob for blob in blobs(mask) if blob.area * SPECK >= pixels]
    solid = blob_mask(mask.size, parts)
    holes = [hole for hole in blobs(ImageChops.invert(solid)) if _is_hole(hole, mask.size)]
    return ImageChops.lighter(solid, blob_mask(mask.size, holes))


def _is_hole(gap: Blob, size: tuple[int, int]) -> bool:
    """Whether a gap is small and within the picture."""
    left, top, right, bottom = gap.box
    inside = left > 0 and top > 0 and right < size[0] and bottom < size[1]
    return inside and gap.area * HOLE < size[0] * size[1]


def _upscale(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    if mask.size == size:
        return mask
    return mask.resize(size, Image.Resampling.BILINEAR).point(at_least(128))


def _refine(
    image: Image.Image, background: Image.Image, rough: Image.Image, level: int
) -> Image.Image:
    """Return the mask at full size, decided by pixel near its edge."""
    box = rough.filter(ImageFilter.MaxFilter(3)).getbbox()
    if rough.size == image.size or not box:
        return _upscale(rough, image.size)
    (width, height), (of_width, of_height) = image.size, rough.size
    left, top = box[0] * width // of_width, box[1] * height // of_height
    right, bottom = box[2] * width // of_width, box[3] * height // of_height
    part = (left, top, max(left + 1, right), max(top + 1, bottom))
    size = size_of(part)
    inner, outer = (
        rough.filter(kind(3)).resize(size, Image.Resampling.NEAREST, box)
        for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter)
    )
    behind = background.resize(size, Image.Resampling.BILINEAR, _grid_box(part, image.size))
    apart = max_difference(image.crop(part), behind).point(at_least(level))
    mask = Image.new("L", image.size)
    mask.paste(ImageChops.lighter(inner, ImageChops.darker(outer, apart)), part[:2])
    return mask


def _grid_box(box: Box, size: tuple[int, int]) -> Span:
    """Return a box of a picture of that size in the coordinates of its background's grid.

    They are rounded to multiples that floats hold exactly.
    """
    across, down = (GRID * EXACT // side / EXACT for side in size)
    return box[0] * across, box[1] * down, box[2] * across, box[3] * down
