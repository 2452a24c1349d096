"""Pictures that tests send, and how they look at what comes back."""

import base64
import io
from hashlib import shake_128
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from imagen_fake.imaging.painting.page import HELD

Size = tuple[int, int]


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def as_printed(colour: tuple[int, int, int]) -> tuple[int, ...]:
    """A colour as a page prints it: a watermark needs room above and below."""
    return tuple(bytes(colour).translate(HELD))


def media(image: Image.Image | bytes, kind: str = "PNG") -> dict[str, str]:
    """A picture as a request holds it."""
    data = image if isinstance(image, bytes) else file_of(image, kind)
    return {"bytesBase64Encoded": base64.b64encode(data).decode()}


def gradient(size: Size) -> Image.Image:
    """A soft picture without edges, of every brightness."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (across, down, ImageChops.invert(across)))


def grainy(size: Size, seed: int = 0) -> Image.Image:
    """Sand: patches of two sizes and fine grain, the same for the same seed."""
    image = Image.new("L", size, 128)
    for patch, reach in ((1, 40), (5, 40), (40, 30)):
        stream = shake_128(f"{seed} {patch}".encode()).digest
        small = (max(2, size[0] // patch), max(2, size[1] // patch))
        noise = Image.frombytes("L", small, stream(small[0] * small[1])).resize(size)
        level = noise.point([128 + (level - 128) * reach // 128 for level in range(256)])
        image = ImageChops.add(image, level, 1, -128)
    bands = [image.point([low + level * 3 // 8 for level in range(256)]) for low in (140, 115, 75)]
    return Image.merge("RGB", bands)


def product(size: Size, colour: str = "red") -> Image.Image:
    """A product shot: a disc of one colour in the middle of light grey."""
    image = Image.new("RGB", size, (236, 236, 232))
    width, height = size
    box = (width // 4, height // 4, width * 3 // 4, height * 3 // 4)
    ImageDraw.Draw(image).ellipse(box, fill=colour)
    return image


def shaded(size: Size, darkness: int) -> Image.Image:
    """A box that stands on plain ground and casts a soft shadow there, 0 to 255 dark."""
    (width, height), shadow = size, Image.new("L", size)
    box = (width * 3 // 10, height * 7 // 10, width * 3 // 4, height * 4 // 5)
    ImageDraw.Draw(shadow).ellipse(box, darkness)
    image = Image.new("RGB", size, "#d8d0c0")
    image.paste("black", (0, 0), shadow.filter(ImageFilter.BoxBlur(2)))
    image.paste("#2050a0", (width * 3 // 8, height * 3 // 10, width * 5 // 8, height * 3 // 4))
    return image


def person(size: Size = (180, 240)) -> Image.Image:
    """A person, roughly: a head, and a body of one breadth, before a plain wall."""
    picture = Image.new("RGB", size, "#dce2e6")
    width, height = size
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.4, height * 0.1, width * 0.6, height * 0.3), fill="#c89a78")
    draw.rectangle((width * 0.33, height * 0.28, width * 0.67, height * 0.95), fill="#3a4258")
    return picture


def rectangle_mask(size: Size, box: tuple[int, int, int, int]) -> Image.Image:
    """White within a box, black elsewhere."""
    mask = Image.new("L", size)
    mask.paste(255, box)
    return mask


def changed(before: Image.Image, after: Image.Image, where: Image.Image) -> float:
    """How far pixels differ on average where a mask is set, in levels of 255."""
    difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).convert("L")
    inside = difference.histogram(where)
    return sum(level * count for level, count in enumerate(inside)) / max(1, sum(inside))


def most_changed(before: Image.Image, after: Image.Image, where: Image.Image) -> int:
    """How far any channel of any pixel differs at most where a mask is set."""
    difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB"))
    masked = Image.composite(difference, Image.new("RGB", before.size), where)
    return max(high for _, high in masked.getextrema())  # type: ignore[misc]


def energy(image: Image.Image) -> float:
    """How far pixels differ from the mean around them, in levels."""
    soft = image.filter(ImageFilter.BoxBlur(3))
    return ImageStat.Stat(ImageChops.difference(image, soft).convert("L")).mean[0]
