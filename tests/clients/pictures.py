"""What tests read of a picture."""

import io
from itertools import combinations

from PIL import Image, ImageChops

Tables = dict[int, list[int]]

SIZES = {
    "1:1": (1024, 1024),
    "3:4": (896, 1280),
    "4:3": (1280, 896),
    "9:16": (768, 1408),
    "16:9": (1408, 768),
}
"""Width and height in pixels by aspect ratio, as documented for Imagen 3 and 4."""


def decoded(data: bytes) -> Image.Image:
    """The picture in a file of these bytes, all of it decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def plain_jpeg(quality: int) -> Image.Image:
    """A small picture that went through a JPEG file of a quality from 1 to 100."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", quality=quality)
    return decoded(file.getvalue())


def jpeg_tables(picture: Image.Image) -> Tables:
    """The steps by which a JPEG's values were rounded: they tell its quality."""
    tables: Tables = picture.quantization  # type: ignore[attr-defined]
    return tables


def same(one: bytes, other: bytes) -> bool:
    """Whether two files show the same pixels."""
    first, second = decoded(one), decoded(other)
    return first.size == second.size and ImageChops.difference(first, second).getbbox() is None


def all_differ(files: list[bytes]) -> bool:
    """Whether no two of several files show the same pixels."""
    return not any(same(one, other) for one, other in combinations(files, 2))
