"""Encoding: PNG and JPEG in the service's own layout, other formats by Pillow."""

import io
import struct
from dataclasses import replace
from typing import IO, TYPE_CHECKING, cast

from zlib_ng import zlib_ng

from imagen_fake.imaging.files.metadata import Metadata, chunk, jpeg_segments, png_chunks
from imagen_fake.imaging.files.profile import JpegProfile, PngProfile, Profile

if TYPE_CHECKING:
    from PIL.Image import Image

NEAR_LOSSLESS = 99  # of a JPEG asked for without a quality: quantisation steps of 1 and 2
JFIF_END = 20  # bytes: the start of image, and the APP0 segment
PICTURE = PngProfile()
MASK = PngProfile(b"\x78\x01", idat_bytes=None)  # the service's masks lie in one chunk
EFFORT = 1  # isal takes half the time, but once in 30,000 pictures packs the same rows otherwise
STRIP_BYTES = 1 << 18  # rows packed at a time: they stay in the cache until compressed
PACKABLE = ("RGB", "RGBX", "L")  # modes whose rows are packed as they are
CHANNELS = {"L": ("L", 1, 0), "RGB": ("RGB", 3, 2)}  # how rows are packed, bytes, PNG colour type
OTHER_FORMATS = {
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/vnd.microsoft.icon": "ICO",
}
FORMATS = ("PNG", "JPEG", *OTHER_FORMATS.values())
"""What is ever opened; Pillow itself would run other programs for some formats."""


def encode(
    image: "Image", mime_type: str, quality: int | None = None, metadata: Metadata | None = None
) -> bytes:
    """Return `image` as a file of `mime_type`.

    Args:
        image: the pixels; L stays grey, modes other than RGB and RGBX are converted to RGB.
        mime_type: image/png, jpeg, gif, webp, bmp, tiff or vnd.microsoft.icon. An icon holds at
            most 256 pixels a side, so a larger picture is scaled down to fit.
        quality: 0 to 100 for JPEG; None is near-lossless. Other formats ignore it.
        metadata: written into a PNG or JPEG; other formats carry none.

    Raises:
        ValueError: for a format that is not listed above.
    """
    if mime_type == "image/png":
        chunks = png_chunks(metadata) if metadata else b""
        return write(image, replace(MASK if image.mode == "L" else PICTURE, chunks=chunks))
    if mime_type == "image/jpeg":
        segments = jpeg_segments(metadata) if metadata else b""
        steps = NEAR_LOSSLESS if quality is None else quality
        return write(image, JpegProfile(steps, segments=segments))
    if mime_type not in OTHER_FORMATS:
        raise ValueError(f"cannot write {mime_type}")
    return _save(image.convert("RGB"), OTHER_FORMATS[mime_type])


def write(image: "Image", profile: Profile) -> bytes:
    """Return `image` as a PNG or JPEG of a layout; L stays grey, other modes become RGB."""
    packable = image if image.mode in PACKABLE else image.convert("RGB")
    return png(packable, profile) if isinstance(profile, PngProfile) else jpeg(packable, profile)


def png(image: "Image", profile: PngProfile = PICTURE) -> bytes:
    """Return an RGB or L picture as an 8-bit, non-interlaced PNG.

    Rows are written unfiltered (filter 0): Pillow tries all five filters on every row, which
    costs ten times what compression does, and flat pictures gain nothing from it.
    """
    width, height = image.size
    _, _, colours = CHANNELS[image.mode[:3]]
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0))
    pixels = profile.zlib_header + _deflate(image)[2:]
    size = profile.idat_bytes or len(pixels)
    cuts = range(0, len(pixels), size)
    chunks = [chunk(b"IDAT", pixels[cut : cut + size]) for cut in cuts]
    return b"".join([b"\x89PNG\r\n\x1a\n", header, profile.chunks, *chunks, chunk(b"IEND", b"")])


def jpeg(image: "Image", profile: JpegProfile) -> bytes:
    """Return an RGB or L picture as a baseline JPEG, that of a colour picture 4:2:0."""
    file = io.BytesIO()
    steps = profile.quantisers
    quantisers = {"quality": steps} if isinstance(steps, int) else {"qtables": steps}
    image.save(
        file,
        "JPEG",
        subsampling="4:2:0",
        dpi=(profile.dpi, profile.dpi),
        optimize=profile.optimised,
        **quantisers,
    )
    data = _join_tables(file.getvalue()) if profile.joined else file.getvalue()
    return b"".join([data[:JFIF_END], profile.segments, data[JFIF_END:]])


class _Scanlines:
    """A sink for packed rows: compresses them as they come, while the CPU's cache holds them.

    Pillow's raw encoder pads every row to the stride with a zero byte. Led by one more, the
    padding of each row is the filter byte of the next, and that of the last row is dropped.
    """

    def __init__(self, size: int) -> None:
        self._stream = zlib_ng.compressobj(EFFORT)
        self._remaining = size - 1
        self._parts = [self._stream.compress(b"\0")]

    def write(self, rows: bytes) -> None:
        """Compress packed rows."""
        self._parts.append(self._stream.compress(rows[: self._remaining]))
        self._remaining -= len(rows)

    def compressed(self) -> bytes:
        """Return the finished zlib stream."""
        return b"".join([*self._parts, self._stream.flush()])


def _deflate(image: "Image") -> bytes:
    from PIL import ImageFile

    packing, channels, _ = CHANNELS[image.mode[:3]]
    stride = image.width * channels + 1
    rows = _Scanlines(stride * image.height)
    image.load()
    image.encoderconfig = ()  # an earlier save as JPEG left its own
    tile = ImageFile._Tile("raw", (0, 0, *image.size), 0, (packing, stride, 1))
    ImageFile._save(image, cast("IO[bytes]", rows), [tile], STRIP_BYTES)
    return rows.compressed()


def _join_tables(data: bytes) -> bytes:
    """Return a JPEG with neighbouring DQT segments joined, as the service writes it."""
    first = data.index(b"\xff\xdb")
    second = first + 2 + int.from_bytes(data[first + 2 : first + 4])
    if data[second : second + 2] != b"\xff\xdb":
        return data
    end = second + 2 + int.from_bytes(data[second + 2 : second + 4])
    tables = data[first + 4 : second] + data[second + 4 : end]
    segment = b"\xff\xdb" + (len(tables) + 2).to_bytes(2) + tables
    return b"".join([data[:first], segment, data[end:]])


def _save(image: "Image", name: str) -> bytes:
    file = io.BytesIO()
    if name == "ICO":
        longest = max(256, *image.size)
        size = (max(1, image.width * 256 // longest), max(1, image.height * 256 // longest))
        image.resize(size).save(file, name, sizes=[size])
    elif name == "WEBP":
        image.save(file, name, quality=NEAR_LOSSLESS, method=0)
    else:
        image.save(file, name)
    return file.getvalue()
