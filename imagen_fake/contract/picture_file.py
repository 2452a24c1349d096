"""Files of pictures, as the kit opens them."""

import io

from PIL import Image

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO")
"""Pillow's names of the formats that are opened; for some others it runs programs."""


def open_picture(data: bytes) -> Image.Image | None:
    """A decoded picture; None for what is none."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return image
