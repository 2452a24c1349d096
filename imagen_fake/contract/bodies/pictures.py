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
"""Of pictures where nothing else is asked; its file stays below a kilobyte."""

SIZES: Sequence[Size] = (SIZE, (96, 64), (48, 80), (33, 47), (128, 128), (256, 192))
"""Square, wide, tall, odd, and as large as stays quick."""

MODES = ("RGB", "L", "P", "RGBA", "CMYK", "I;16")
"""Pillow's names of the ways in which a pixel is kept."""

OTHER_FORMAT = "TIFF"
"""A format that no task takes."""

HUGE = 20_000
"""A side in pixels of a picture that nobody decodes."""

SCENE, THING = (206, 222, 232), (190, 62, 48)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a picture: the id of its refusal in `errors.json`, and its base64."""

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


def file_of(image: Image.Image, kind: str = "PNG") -> bytes:
    """A picture as a file of one of Pillow's formats."""
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def text_of(data: bytes) -> str:
    """A file as base64."""
    return base64.b64encode(data).decode()


@cache
def media(masking: bool = False, size: Size = SIZE, kind: str = "PNG", mode: str = "RGB") -> Any:
    """What a request holds of a picture, or of a mask of that size."""
    image = mask(size) if masking else picture(size, mode)
    return {"bytesBase64Encoded": text_of(file_of(image, kind))}


@cache
def modes(kind: str) -> tuple[str, ...]:
    """The modes that files of a format can have."""
    return tuple(mode for mode in MODES if _writes(kind, mode))


def mislabelled(masking: bool = False) -> Mapping[str, str]:
    """A PNG that is said to be a JPEG."""
    return {**media(masking=masking), "mimeType": "image/jpeg"}


def truncated() -> str:
    """Half of a PNG."""
    data = file_of(picture())
    return text_of(data[: len(data) // 2])


def foreign() -> str:
    """A whole picture of a format that no task takes."""
    return text_of(file_of(picture(), OTHER_FORMAT))


def enormous() -> str:
    """A PNG whose header promises more pixels than anybody decodes."""
    data = file_of(picture())
    header = b"IHDR" + struct.pack(">II", HUGE, HUGE) + data[24:29]
    return text_of(data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:])


@cache
def heavy(size: int) -> str:
    """A small picture in a PNG of at least `size` bytes: the rest is a chunk nobody reads."""
    data = file_of(picture())
    chunk = b"faKe" + bytes(size)
    padding = struct.pack(">I", size) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return text_of(data[:33] + padding + data[33:])


FAULTS: Mapping[str, Fault] = {
    "not base64": Fault("picture_not_base64", lambda: "no base64!"),
    "empty": Fault("picture_empty", lambda: ""),
    "no picture": Fault("picture_format", lambda: text_of(b"a red apple")),
    "another format": Fault("picture_format", foreign),
    "truncated": Fault("picture_truncated", truncated),
    "enormous": Fault("picture_too_many_pixels", enormous),
}
"""What can be wrong with a picture, whatever its task takes."""


def _writes(kind: str, mode: str) -> bool:
    try:
        with Image.open(io.BytesIO(file_of(picture(mode=mode), kind)), formats=[kind]) as image:
            return image.mode == mode
    except (OSError, ValueError):
        return False
