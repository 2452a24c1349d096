"""Decoding of pictures from untrusted files, within bounds."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageChops, ImageOps, UnidentifiedImageError

from imagen_fake.imaging.files.codec import FORMATS, encode

PNG = b"\x89PNG\r\n\x1a\n"
UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError, TypeError,
    MemoryError, struct.error, zlib.error, Warning,
)  # fmt: skip
"""What Pillow's readers raise for damaged files; warnings, where somebody made them errors.

Their filters belong to the process, so a thread must not silence them.
"""

STRIP = 256  # rows whose transparency is done away with at once
Opaque = Callable[[Image.Image], Image.Image]  # what makes a picture with transparency one without
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class BadPictureError(ValueError):
    """A file that is no picture, or not one that is taken.

    The reason is `empty`, `format`, `truncated`, `too_large` or `too_many_pixels`; the detail is
    a short phrase for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken: Pillow's format names, bytes of the file, pixels of the picture.

    Where it counts `as_png`, a file of another format may be larger if it is not as a PNG.
    """

    formats: tuple[str, ...]
    max_bytes: int
    max_pixels: int
    as_png: bool = False


def open_picture(data: bytes, limits: Limits) -> Image.Image:
    """Return the picture in a file: RGB, upright, the first frame, transparency over white.

    Its size is read from the header and checked before anything is decoded.

    Raises:
        BadPictureError: for anything that is not such a picture.
    """
    return _load(data, limits, _over_white, "RGB")


def open_drawing(data: bytes, limits: Limits) -> Image.Image:
    """Return how light a drawing in a file is: L, upright, 0 where it is transparent.

    If all that is drawn is black, its opacity counts. Raises BadPictureError.
    """
    return _load(data, limits, _over_black, "L")


def open_transparent(data: bytes, limits: Limits) -> Image.Image | None:
    """Return the picture in a file as it is, upright; None without transparency.

    16 bits a pixel count as none. Raises BadPictureError.
    """
    image = _open(data, limits)
    if not image.has_transparency_data or image.mode.startswith("I"):
        return None
    return _decode(image, lambda same: same, image.mode)


def orientation_of(data: bytes, limits: Limits) -> int:
    """How a picture lies in its file, 1 to 8 as in EXIF; 1 is upright. Raises BadPictureError."""
    try:
        return int(_open(data, limits).getexif().get(ExifTags.Base.Orientation, 1))
    except UNREADABLE:
        return 1


def apply_orientation(image: Image.Image, orientation: int) -> Image.Image:
    """Return a picture that lies so, upright."""
    image.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(image)


def mime_type_of(data: bytes, limits: Limits) -> str:
    """Return the MIME type of a picture's format. Raises BadPictureError."""
    return Image.MIME[_open(data, limits).format or ""]


def pixels_of(data: bytes, limits: Limits) -> int:
    """How many pixels a picture has, as its header says. Raises BadPictureError."""
    width, height = _open(data, limits).size
    return width * height


def _load(data: bytes, limits: Limits, opaque: Opaque, mode: str) -> Image.Image:
    if not data:
        raise BadPictureError("empty", "no bytes")
    by_png_size = limits.as_png and not data.startswith(PNG)
    if len(data) > limits.max_bytes and not by_png_size:
        raise BadPictureError("too_large", f"{len(data)} bytes")
    image = _decode(_open(data, limits), opaque, mode)
    may_be_large = image.width * image.height * len(image.mode) > limits.max_bytes
    if (
        by_png_size
        and may_be_large
        and (size := len(encode(image, "image/png"))) > limits.max_bytes
    ):
        raise BadPictureError("too_large", f"{size} bytes as a PNG")
    return image


def _open(data: bytes, limits: Limits) -> Image.Image:
    """The picture, of which only the header is read."""
    try:
        image = Image.open(io.BytesIO(data), formats=limits.formats)
    except TOO_LARGE:
        raise BadPictureError("too_many_pixels", "more pixels than can be processed") from None
    except UnidentifiedImageError:
        raise BadPictureError("format", _guess_format(data)) from None
    except UNREADABLE:
        raise BadPictureError("truncated", "its header is damaged") from None
    width, height = image.size
    if width * height > limits.max_pixels:
        raise BadPictureError("too_many_pixels", f"{width}x{height} pixels")
    return image


def _decode(image: Image.Image, opaque: Opaque, mode: str) -> Image.Image:
    try:
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        plain = _without_alpha(image, opaque)
        return plain if plain.mode == mode else plain.convert(mode)
    except TOO_LARGE:
        raise BadPictureError("too_many_pixels", "more pixels than can be processed") from None
    except UNREADABLE:
        raise BadPictureError("truncated", "it is cut off or damaged") from None


def _without_alpha(image: Image.Image, opaque: Opaque) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel; Pillow would clip them
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        return opaque(image)
    return image if image.mode in ("RGB", "L") else image.convert("RGB")


def _over_white(image: Image.Image) -> Image.Image:
    """A transparent picture over white, composed in strips to save memory."""
    opaque = Image.new("RGB", image.size)
    for top, strip in strips(image):
        white = Image.new("RGBA", strip.size, "white")
        opaque.paste(Image.alpha_composite(white, strip).convert("RGB"), (0, top))
    return opaque


def _over_black(image: Image.Image) -> Image.Image:
    """A transparent drawing over black, L; its alpha channel if all of it is black."""
    light, opacity = Image.new("L", image.size), Image.new("L", image.size)
    for top, strip in strips(image):
        alpha = strip.getchannel("A")
        light.paste(ImageChops.multiply(strip.convert("L"), alpha), (0, top))
        opacity.paste(alpha, (0, top))
    clear = opacity.getextrema()[0] == 0
    return opacity if clear and not light.getbbox() else light


def strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """The rows of a picture in RGBA, as many as are worked on at once, and where they begin."""
    for top in range(0, image.height, STRIP):
        box = (0, top, image.width, min(top + STRIP, image.height))
        yield top, image.crop(box).convert("RGBA")


def _guess_format(data: bytes) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return str(image.format)
    except (*UNREADABLE, *TOO_LARGE):
        return "no picture"
