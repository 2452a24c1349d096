"""Pictures to send, as base64: small, always the same, whole or broken in a known way.

Sizes are in pixels, width first.
"""

import base64
import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

Size = tuple[int, int]

SIZE: Size = (64, 64)
"""The default size; its file stays below a kilobyte."""

SIZES: Sequence[Size] = (SIZE, (96, 64), (48, 80), (33, 47), (128, 128), (256, 192))
"""Square, wide, tall, odd, and as large as stays quick."""

MODES = ("RGB", "L", "P", "RGBA", "CMYK", "I;16")
"""Pillow's modes that pictures are sent in."""

OTHER_FORMAT = "TIFF"
"""A format that no task accepts."""

HUGE = 20_000
"""A side in pixels of a picture that no service decodes."""

SCENE, THING = (206, 222, 232), (190, 62, 48)


@dataclass(frozen=True, slots=True)
class Fault:
    """A bad picture: the id of its error in `errors.json`, and its base64."""

    error: str
    text: Callable[[], str]


def picture(size: Size = SIZE, mode: str = "RGB") -> Image.Image:
    """A disc before a plain wall, in one of `MODES`."""
    image = Image.new("RGB", size, SCENE)
    width, height = size
    box = (width // 4, height // 4, max(1, width * 3 // 4), max(1, height * 3 // 4))
    ImageDraw.Draw(image).ellipse(box, fill=THING)
    if mode == "I;16":
        return image.convert("L").convert("I").point(lambda level: level * 257).convert("I;16")
    return image.convert(mode)


def mask(size: Size = SIZE) -> Image.Image:
    """White in the middle, black around it: 8 bits of grey a pixel."""
    width, height = size
    image = Image.new("L", size)
    image.paste(255, (width // 4, height // 4, max(1, width * 3 // 4), max(1, height * 3 // 4)))
    return image


def encode_image(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as a file of one of Pillow's formats, with Pillow's options."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def to_media(image: Image.Image, kind: str = "PNG", **options: Any) -> Mapping[str, str]:
    """A picture as a field of a request."""
    return {"bytesBase64Encoded": to_base64(encode_image(image, kind, **options))}


def to_base64(data: bytes) -> str:
    """A file as base64."""
    return base64.b64encode(data).decode()


@cache
def media(masking: bool = False, size: Size = SIZE, kind: str = "PNG", mode: str = "RGB") -> Any:
    """A picture, or a mask, of that size as a field of a request."""
    return to_media(mask(size) if masking else picture(size, mode), kind)


@cache
def modes(kind: str) -> tuple[str, ...]:
    """The modes of Pillow that files of a format can have."""
    return tuple(mode for mode in MODES if _writes(kind, mode))


def mislabelled(masking: bool = False) -> Mapping[str, str]:
    """A PNG whose MIME type says JPEG."""
    return {**media(masking=masking), "mimeType": "image/jpeg"}


def truncated() -> str:
    """Half of a PNG."""
    data = encode_image(picture())
    return to_base64(data[: len(data) // 2])


def unsupported_format() -> str:
    """A valid picture of a format that no task accepts."""
    return to_base64(encode_image(picture(), OTHER_FORMAT))


def enormous() -> str:
    """A PNG whose header states more pixels than any service decodes."""
    data = encode_image(picture())
    header = b"IHDR" + struct.pack(">II", HUGE, HUGE) + data[24:29]
    return to_base64(data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:])


@cache
def oversized_file(size: int) -> str:
    """A small picture in a PNG of at least `size` bytes: the rest is a private chunk."""
    data = encode_image(picture())
    chunk = b"faKe" + bytes(size)
    padding = struct.pack(">I", size) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return to_base64(data[:33] + padding + data[33:])


FAULTS: Mapping[str, Fault] = {
    "not base64": Fault("picture_not_base64", lambda: "no base64!"),
    "empty": Fault("picture_empty", lambda: ""),
    "no picture": Fault("picture_format", lambda: to_base64(b"a red apple")),
    "another format": Fault("picture_format", unsupported_format),
    "truncated": Fault("picture_truncated", truncated),
    "enormous": Fault("picture_too_many_pixels", enormous),
}
"""Bad pictures, whatever the task."""


def _writes(kind: str, mode: str) -> bool:
    try:
        with Image.open(
            io.BytesIO(encode_image(picture(mode=mode), kind)), formats=[kind]
        ) as image:
            return image.mode == mode
    except (OSError, ValueError):
        return False
