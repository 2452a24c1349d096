"""Masks whose hole was meant."""

import io
from typing import Any

from PIL import Image, ImageDraw

from imagen_fake.imaging.vision.holes import is_cut_out
from tests.pictures import file_of, gradient
from tests.sweep import sweep

SIZE = (96, 600)
HOLE = (30, 300, 70, 500)
BASE = gradient(SIZE)


def canvas(colour: Any, hole: Any = (0, 0, 0, 0), mode: str = "RGBA") -> Image.Image:
    """One colour with a hole in the middle."""
    image = Image.new(mode, SIZE, colour)
    image.paste(hole, HOLE)
    return image


def cut(image: Image.Image, shape: tuple[int, int, int, int] = HOLE) -> Image.Image:
    """A picture with a hole."""
    made = image.convert("RGBA")
    made.paste((0, 0, 0, 0), shape)
    return made


def as_jpeg(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(file_of(image, "JPEG", quality=90)))


def in_a_palette() -> Image.Image:
    image = Image.new("P", SIZE, 0)
    image.putpalette([0, 0, 0, 9, 9, 9])
    image.paste(1, HOLE)
    image.info["transparency"] = 1
    return image


def dotted() -> Image.Image:
    image = canvas("black")
    image.putpixel((5, SIZE[1] - 1), (255, 255, 255, 255))
    return image


def soft() -> Image.Image:
    image = canvas("black")
    ImageDraw.Draw(image).rectangle((25, 290, 75, 299), fill=(255, 255, 255, 90))
    return image


MEANT = {
    "black": canvas("black"),
    "dark grey": canvas((60, 60, 60, 255)),
    "white in the hole": canvas("black", (255, 255, 255, 0)),
    "grey and opacity": canvas((0, 255), (255, 0), "LA"),
    "a palette": in_a_palette(),
    "a soft edge": soft(),
    "the picture": cut(BASE),
    "the picture as JPEG": cut(as_jpeg(BASE)),
    "a hole at one side": cut(BASE, (0, 200, 40, 300)),
}
NOT_MEANT = {
    "a white brush": canvas((0, 0, 0, 0), "white"),
    "a black brush": canvas((0, 0, 0, 0), "black"),
    "white around a hole": canvas("white"),
    "no hole": canvas("black", "black"),
    "a half clear hole": canvas("black", (0, 0, 0, 9)),
    "a white dot in the last row": dotted(),
    "another picture": cut(BASE.transpose(Image.Transpose.FLIP_TOP_BOTTOM)),
    "the picture in another size": cut(BASE).resize((48, 300)),
    "a clear corner": cut(canvas("black"), (0, 0, 40, 40)),
}


@sweep("name", MEANT)
def test_a_dark_canvas_or_the_picture_with_a_hole_is_cut_out(name: str) -> None:
    assert is_cut_out(MEANT[name], BASE)


@sweep("name", NOT_MEANT)
def test_another_drawing_is_not(name: str) -> None:
    assert not is_cut_out(NOT_MEANT[name], BASE)


@sweep("name", MEANT)
def test_nothing_is_done_to_the_drawing(name: str) -> None:
    before = MEANT[name].tobytes()
    is_cut_out(MEANT[name], BASE)
    assert MEANT[name].tobytes() == before
