"""Pictures after references: the colours of one, the subject of another, along outlines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageOps

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.editing.control_maps import overlay
from imagen_fake.imaging.editing.cutouts import Cutout, place_cutouts
from imagen_fake.imaging.editing.insertion import make_inset
from imagen_fake.imaging.files.spread import embed_spread
from imagen_fake.imaging.painting.palette import Colour, luma
from imagen_fake.imaging.poster.captions import typeset
from imagen_fake.imaging.poster.scene import LEAST, Sketch, compose, paint, paint_scene
from imagen_fake.imaging.prompt.interpretation import interpret
from imagen_fake.imaging.vision.footer import scene_bottom

MAIN_COLOURS = 6  # of a style reference
OWN_COLOURS = 35  # per cent of a raw picture's own colours that stay when it is relit
ASIDE = 14  # per cent of a scene's width: where its own subject is, beside those of references


@dataclass(frozen=True, slots=True)
class References:
    """What a picture is made after: an RGB picture, colours, cut-outs, L outlines.

    Colours go from dark to light; outlines are 255 on black.
    """

    raw: Image.Image | None = None
    colours: Sequence[Colour] = ()
    cutouts: Sequence[Cutout] = ()
    outlines: Sequence[Image.Image] = ()


def paint_after(sketch: Sketch, references: References, words: str | None = None) -> Image.Image:
    """Return the RGB picture of a sketch after its references.

    The scene takes their colours, their subjects stand in it, their outlines lie over it. A raw
    picture replaces the scene. `words` are painted in place of the prompt, which is the caption.
    """
    painted = sketch.prompt if words is None else words
    picture, box = _poster(sketch, painted)
    scene = _ground(picture.crop(box), replace(sketch, prompt=painted, size=box[2:]), references)
    if references.colours:
        scene = recolour(scene, references.colours)
    if references.cutouts:
        scene = place_cutouts(scene, references.cutouts)
    for outline in references.outlines:
        scene = overlay(scene, outline.resize(scene.size, Image.Resampling.BILINEAR))
    picture.paste(scene, box[:2])
    return picture if sketch.captioned else embed_spread(picture, sketch.prompt)


def main_colours(pictures: Sequence[Image.Image]) -> list[Colour]:
    """Return the main colours of RGB pictures, from dark to light."""
    strip = Image.new("RGB", (64 * len(pictures), 64))
    for place, picture in enumerate(pictures):
        strip.paste(picture.resize((64, 64), Image.Resampling.BOX), (64 * place, 0))
    few = strip.quantize(MAIN_COLOURS, Image.Quantize.MEDIANCUT)
    levels = iter((few.getpalette() or [0, 0, 0])[: 3 * MAIN_COLOURS])
    colours = list(zip(levels, levels, levels, strict=True))
    return sorted(colours, key=lambda colour: (luma(colour), colour))


def recolour(picture: Image.Image, colours: Sequence[Colour]) -> Image.Image:
    """Return the RGB picture with its tones mapped to colours, from dark to light."""
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    grey.putpalette(bytes(part for level in range(256) for part in _between(colours, level)))
    return grey.convert("RGB")


def _ground(poster: Image.Image, sketch: Sketch, references: References) -> Image.Image:
    """Return the scene: the raw picture, or one with room for the subjects of references."""
    if references.raw:
        return _relight(references.raw, sketch)
    if references.cutouts:
        share = ASIDE if interpret(sketch.prompt, sketch.language).subjects else 50
        return paint_scene(sketch, aside=sketch.size[0] * share // 100)
    return poster


def _crop_to_fit(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture, cropped to the ratio of a size and resized, without its caption."""
    foot = scene_bottom(picture)
    width = min(picture.width, max(1, foot * size[0] // size[1]))
    height = min(foot, max(1, picture.width * size[1] // size[0]))
    left, top = (picture.width - width) // 2, (foot - height) // 2
    return picture.crop((left, top, left + width, top + height)).resize(size)


def _relight(raw: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the raw picture, fitted, in the colours of the prompt and with its subjects."""
    cropped = _crop_to_fit(raw, sketch.size)
    colours = main_colours([paint(replace(sketch, size=(64, 64))).convert("RGB")])
    lit = recolour(cropped, colours)
    lit.paste(cropped, mask=Image.new("L", cropped.size, OWN_COLOURS * 255 // 100))
    composition = compose(sketch)
    if subjects := composition.interpretation.subjects:
        width, height = sketch.size
        corner = (width * 58 // 100, height * 46 // 100, width * 97 // 100, height * 96 // 100)
        make_inset(lit, corner, subjects, composition).put(lit)
    return lit


def _poster(sketch: Sketch, words: str) -> tuple[Image.Image, Box]:
    """Return the poster of a sketch and the box above its caption.

    It is a scene of the words if there is no caption, or too little room above it.
    """
    width, height = sketch.size
    foot = height - typeset(sketch.prompt, sketch.label, sketch.size).height
    if not sketch.captioned or min(width, foot) < LEAST:
        return paint_scene(replace(sketch, prompt=words)), (0, 0, width, height)
    return paint(sketch).convert("RGB"), (0, 0, width, foot)


def _between(colours: Sequence[Colour], level: int) -> Iterator[int]:
    """Yield the channels of the colour that a level maps to."""
    first, part = divmod(level * (len(colours) - 1), 255)
    last = min(first + 1, len(colours) - 1)
    for one, other in zip(colours[first], colours[last], strict=True):
        yield (one * (255 - part) + other * part) // 255
