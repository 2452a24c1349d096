"""Control maps: edges, scribbles and face meshes of photographs, and how they are overlaid.

Maps leave out a poster's caption.
"""

from collections.abc import Callable, Mapping

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.levels import at_least, quantile
from imagen_fake.imaging.painting.palette import DARK, WHITE, luma
from imagen_fake.imaging.vision.cutout import foreground_mask
from imagen_fake.imaging.vision.footer import crop_caption, scene_bottom

EDGE = 3  # per cent of a photograph's pixels that are edges, as far as they are not faint
FAINTEST = 8  # levels of an edge
MESH = 5  # lines of a face's net to either side of its middle
FAINT = (0, *[127] * 255)  # how opaque the paper is round a line


def canny(photo: Image.Image) -> Image.Image:
    """Return the thin edges of an RGB photograph: L, 255 on black."""
    return _edges(crop_caption(photo), 1)


def scribble(photo: Image.Image) -> Image.Image:
    """Return the broad outlines of an RGB photograph: L, 255 on black."""
    edges = _edges(crop_caption(photo), max(2, max(photo.size) // 150))
    return edges.filter(ImageFilter.BoxBlur(2)).point(at_least(1))


def mesh(photo: Image.Image) -> Image.Image:
    """Return a face mesh over the subject of an RGB photograph: L, 255 on black."""
    subject = foreground_mask(photo)
    left, top, right, bottom = _face(subject)
    net = Image.new("L", photo.size)
    draw = ImageDraw.Draw(net)
    for step in range(1, MESH + 1):
        reach = (right - left) * step // (2 * MESH), (bottom - top) * step // (2 * MESH)
        middle = (left + right) // 2, (top + bottom) // 2
        draw.ellipse((middle[0] - reach[0], top, middle[0] + reach[0], bottom), outline=255)
        draw.ellipse((left, middle[1] - reach[1], right, middle[1] + reach[1]), outline=255)
    lines = ImageChops.lighter(net, _edges(subject.convert("RGB"), 1))
    return lines.crop((0, 0, photo.width, scene_bottom(photo)))


CONTROL_MAPS: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "edge_map": canny,
    "scribble_map": scribble,
    "mesh_map": mesh,
}
"""How a control map is computed from an RGB photograph."""


def overlay(picture: Image.Image, lines: Image.Image) -> Image.Image:
    """Return an RGB picture with an L map of its size drawn over it, dark on light or inverse."""
    mean = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    pen, paper = (DARK, WHITE) if luma(mean) > 110 else (WHITE, DARK)  # type: ignore[arg-type]
    after = picture.copy()
    halo = lines.filter(ImageFilter.BoxBlur(1)).point(FAINT)
    if box := halo.getbbox():
        after.paste(paper, box, halo.crop(box))
        after.paste(pen, box, lines.crop(box))
    return after


def _face(subject: Image.Image) -> Box:
    """Return the box of the face: at the top of the subject, about as high as wide."""
    left, top, right, bottom = subject.getbbox() or (0, 0, *subject.size)
    chin = top + max(1, min((bottom - top) * 2 // 3, (right - left) * 2 // 3))
    head = subject.crop((left, top, right, chin)).getbbox() or (0, 0, right - left, 0)
    return left + head[0], top, left + head[2], chin


def _edges(photo: Image.Image, radius: int) -> Image.Image:
    if min(photo.size) < 5:
        return Image.new("L", photo.size)
    soft = photo.convert("L").filter(ImageFilter.BoxBlur(radius))
    edges = soft.filter(ImageFilter.FIND_EDGES)
    border = Image.new("L", photo.size)
    border.paste(edges.crop((2, 2, photo.width - 2, photo.height - 2)), (2, 2))
    level = max(FAINTEST, 255 - quantile(border.histogram()[::-1], EDGE))
    return border.point(at_least(level))
