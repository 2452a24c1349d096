"""A picture made after others: in the colours of one, with the thing of another, along lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageOps

from imagen_fake.imaging.canvas import Sketch, paint
from imagen_fake.imaging.captions import compose
from imagen_fake.imaging.outline import overlaid
from imagen_fake.imaging.page import Box
from imagen_fake.imaging.palette import Colour, light
from imagen_fake.imaging.placing import stood
from imagen_fake.imaging.reading import read
from imagen_fake.imaging.retouch import inserted

SHADES = 6  # colours taken from a picture whose style is followed
KEPT = 35  # per cent of its own colours that a raw picture keeps in another light


@dataclass(frozen=True, slots=True)
class References:
    """What a picture is made after; pictures are RGB, outlines L: 255 on black."""

    raw: Image.Image | None = None
    styles: Sequence[Image.Image] = ()
    things: Sequence[Image.Image] = ()
    outlines: Sequence[Image.Image] = ()


def followed(sketch: Sketch, references: References) -> Image.Image:
    """Return the picture of a sketch after its references: RGB, `sketch.size` pixels.

    The colours of the scene are those of the style, the things stand in it, the outlines lie over
    it. A raw picture is the scene; what the prompt names is put into it.
    """
    picture = _titled(sketch, references)
    box = _scene(sketch)
    scene = picture.crop(box)
    if references.styles:
        scene = in_colours(scene, shades(references.styles))
    if references.things:
        scene = stood(scene, references.things)
    for outline in references.outlines:
        scene = overlaid(scene, outline.resize(scene.size, Image.Resampling.BILINEAR))
    picture.paste(scene, box[:2])
    return picture


def shades(pictures: Sequence[Image.Image]) -> list[Colour]:
    """Return the main colours of some RGB pictures, from dark to light."""
    strip = Image.new("RGB", (64 * len(pictures), 64))
    for place, picture in enumerate(pictures):
        strip.paste(picture.resize((64, 64), Image.Resampling.BOX), (64 * place, 0))
    few = strip.quantize(SHADES, Image.Quantize.MEDIANCUT)
    data = (few.getpalette() or [0, 0, 0])[: 3 * SHADES]
    colours: list[Colour] = [
        (data[at], data[at + 1], data[at + 2]) for at in range(0, len(data), 3)
    ]
    return sorted(colours, key=lambda colour: (light(colour), colour))


def in_colours(picture: Image.Image, colours: Sequence[Colour]) -> Image.Image:
    """Return the RGB picture with its lights and darks in these colours, from dark to light."""
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    bands = [grey.point([_between(colours, band, level) for level in range(256)])
             for band in range(3)]  # fmt: skip
    return Image.merge("RGB", bands)


def _titled(sketch: Sketch, references: References) -> Image.Image:
    """Return the poster of a sketch, or of its caption only where there is a raw picture."""
    poster = paint(sketch).convert("RGB")
    if references.raw:
        box = _scene(sketch)
        poster.paste(_redone(references.raw, sketch, (box[2], box[3])), (0, 0))
    return poster


def _redone(raw: Image.Image, sketch: Sketch, size: tuple[int, int]) -> Image.Image:
    """Return the raw picture, fitted, in the light of the prompt and with what that names."""
    fitted = ImageOps.fit(raw, size)
    colours = shades([paint(replace(sketch, size=(64, 64))).convert("RGB")])
    lit = Image.blend(in_colours(fitted, colours), fitted, KEPT / 100)
    width, height = size
    mask = Image.new("L", size)
    mask.paste(255, (width * 62 // 100, height * 48 // 100, width * 97 // 100, height * 95 // 100))
    return inserted(lit, mask, replace(sketch, size=size)) if read(sketch.prompt).subjects else lit


def _scene(sketch: Sketch) -> Box:
    """Return the part of a poster above its caption."""
    width, height = sketch.size
    return 0, 0, width, height - compose(sketch.prompt, sketch.label, sketch.size).height


def _between(colours: Sequence[Colour], band: int, level: int) -> int:
    """Return one channel of the colour that a level from 0 to 255 gets."""
    place = level * (len(colours) - 1)
    first, part = divmod(place, 255)
    last = min(first + 1, len(colours) - 1)
    return (colours[first][band] * (255 - part) + colours[last][band] * part) // 255
