"""Outlines: what a photograph looks like in lines, and lines laid over a picture."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagen_fake.imaging.cutout import foreground
from imagen_fake.imaging.masks import binary
from imagen_fake.imaging.palette import DARK, WHITE, light

EDGE = 3  # per cent of the pixels of a photograph that a map of its edges shows at least
MESH = 9  # lines across a face


def canny(photo: Image.Image) -> Image.Image:
    """Return the sharp edges of an RGB photograph, thin: L, 255 on black."""
    return _edges(photo, 1)


def scribble(photo: Image.Image) -> Image.Image:
    """Return the large shapes of an RGB photograph as with a broad pen: L, 255 on black."""
    return _edges(photo, max(2, max(photo.size) // 150)).filter(ImageFilter.MaxFilter(5))


def mesh(photo: Image.Image) -> Image.Image:
    """Return a net over the face, or what else an RGB photograph shows: L, 255 on black."""
    face = foreground(photo)
    left, top, right, bottom = face.getbbox() or (0, 0, *photo.size)
    net = Image.new("L", photo.size)
    draw = ImageDraw.Draw(net)
    for step in range(MESH + 1):
        x, y = left + (right - left) * step // MESH, top + (bottom - top) * step // MESH
        draw.line((x, top, left + right - x, bottom), 255)
        draw.line((left, y, right, y), 255)
    within = ImageChops.darker(net, face) if face.getbbox() else net
    return ImageChops.lighter(within, canny(face.convert("RGB")))


def given(drawn: Image.Image) -> Image.Image:
    """Return the lines of a map that somebody drew, white on black: L, 255 on black."""
    return binary(drawn)


def overlaid(picture: Image.Image, lines: Image.Image) -> Image.Image:
    """Return the RGB picture with lines over it: L, of the same size, dark on light or inverse."""
    mean = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    pen, paper = (DARK, WHITE) if light(mean) > 110 else (WHITE, DARK)  # type: ignore[arg-type]
    after = picture.copy()
    halo = lines.filter(ImageFilter.MaxFilter(3))
    after.paste(paper, (0, 0), halo.point([level // 2 for level in range(256)]))
    after.paste(pen, (0, 0), lines)
    return after


def _edges(photo: Image.Image, radius: int) -> Image.Image:
    if min(photo.size) < 5:
        return Image.new("L", photo.size)
    soft = photo.convert("L").filter(ImageFilter.BoxBlur(radius))
    edges = soft.filter(ImageFilter.FIND_EDGES)
    border = Image.new("L", photo.size)
    border.paste(edges.crop((2, 2, photo.width - 2, photo.height - 2)), (2, 2))
    level = _level(border.histogram(), photo.width * photo.height * EDGE // 100)
    return border.point([255 * (value >= level) for value in range(256)])


def _level(histogram: list[int], least: int) -> int:
    """Return the level from which on `least` pixels are, but no lower than a faint edge."""
    left = least
    for level in range(255, 8, -1):
        left -= histogram[level]
        if left < 0:
            return level
    return 8
