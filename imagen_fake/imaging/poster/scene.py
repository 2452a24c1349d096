"""Pictures: the scene of a prompt, above its caption or alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.files.spread import embed_spread
from imagen_fake.imaging.painting.backdrop import paint_backdrop
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import Page, Stage
from imagen_fake.imaging.painting.palette import Scheme, choose_scheme
from imagen_fake.imaging.painting.subject import paint_subjects
from imagen_fake.imaging.painting.treatment import CONTOURED, treat
from imagen_fake.imaging.poster.captions import print_caption, typeset
from imagen_fake.imaging.prompt.interpretation import Interpretation, interpret
from imagen_fake.imaging.prompt.vocabulary import vocabulary

LOW = 75  # per cent of the floor's height from which feet may stand, further back
LEAST = 32  # pixels a side that are painted at least; a smaller scene is a corner of that
SCENIC = ("hills", "mountains", "sea", "forest", "field", "desert")  # what a landscape may show


@dataclass(frozen=True, slots=True)
class Sketch:
    """All that a picture depends on: the same sketch gives the same pixels everywhere."""

    prompt: str  # the words the picture follows: any length, any script
    label: str  # legible on the picture; the number of "sample 2" in it is shown large
    size: tuple[int, int]  # width, height in pixels
    entropy: bytes  # what every free choice follows from
    style: str | None = None  # one of treatment.TREATMENTS or "landscape"; others are ignored
    captioned: bool = True  # whether prompt and label are printed below the scene
    language: str = "en"  # of the prompt, as a caller names it; see translation.py


class Composition(NamedTuple):
    """What a scene shows, where, and in which colours; `dice` make the choices left."""

    interpretation: Interpretation
    style: str | None
    setting: str
    scheme: Scheme
    dice: Dice


def compose(sketch: Sketch) -> Composition:
    """Return the composition of a sketch: its own style, else the one that its prompt names."""
    dice, interpretation = dice_of(sketch), interpret(sketch.prompt, sketch.language)
    style = sketch.style or next(iter(interpretation.styles), None)
    setting = choose_setting(interpretation, style, dice)
    return Composition(
        interpretation, style, setting, choose_scheme(interpretation, setting, style, dice), dice
    )


def dice_of(sketch: Sketch) -> Dice:
    """Return the dice of everything that is painted for a sketch."""
    return Dice(sketch.entropy + sketch.prompt.encode("utf-8", "surrogatepass"))


def choose_setting(interpretation: Interpretation, style: str | None, dice: Dice) -> str:
    """Return the setting the words name, else one the subject is found in, else "abstract"."""
    if interpretation.settings:
        return interpretation.settings[0]
    if style == "landscape":
        return dice.pick(SCENIC)
    if interpretation.subjects:
        return dice.pick(vocabulary().habitats[interpretation.subjects[0].habitat])
    return dice.pick(("abstract", "abstract", *SCENIC)) if interpretation.moods else "abstract"


def paint_composition(
    page: Page, composition: Composition, *, focus: int | None = None, peopled: bool = True
) -> Stage:
    """Paint a composition on a page, with or without its subjects; return its stage.

    `focus` is where it has its middle, in pixels from the left: by default about the middle.
    """
    style, dice = composition.style, composition.dice
    page.contour = page.scheme.ink if style == "sketch" else None
    focus = page.width * dice.between(29, 71) // 100 if focus is None else focus
    stage = paint_backdrop(page, composition.setting, focus)
    treat(page, style, focus)
    if peopled:
        paint_subjects(
            page, stage, composition.interpretation.subjects, focus, contour=style in CONTOURED
        )
    return stage


def paint(sketch: Sketch) -> Image.Image:
    """Return the picture of a sketch: RGBX, exactly `sketch.size` pixels."""
    composition = compose(sketch)
    caption = typeset(sketch.prompt, sketch.label, sketch.size) if sketch.captioned else None
    bottom = sketch.size[1] - (caption.height if caption else 0)
    page = Page(sketch.size, bottom, composition.scheme, composition.dice)
    paint_composition(page, composition)
    if caption is None:
        return embed_spread(page.to_image(), sketch.prompt, page.figures)
    print_caption(page, caption)
    return page.to_image()


def paint_scene(
    sketch: Sketch, *, peopled: bool = True, aside: int | None = None, standing: Sequence[Box] = ()
) -> Image.Image:
    """Return the scene of a sketch, RGB, `sketch.size` pixels, with or without its subjects.

    Its focus is at `aside` pixels from the left, by default about the middle. Boxes in `standing`
    cast shadows.
    """
    composition = compose(sketch)
    width, height = (max(LEAST, side) for side in sketch.size)
    page = Page((width, height), height, composition.scheme, composition.dice)
    stage = paint_composition(page, composition, focus=aside, peopled=peopled)
    for box in standing:
        _cast_shadow(page, stage, box)
    return to_rgb(page, (0, 0, *sketch.size))


def _cast_shadow(page: Page, stage: Stage, standing: Box) -> None:
    """Wash an ellipse under a box, unless it reaches the page's foot or is above the floor."""
    left, top, right, bottom = standing
    drop = max(1, min(right - left, bottom - top) // 14)
    if stage.floor * LOW // 100 <= bottom < page.height:
        page.wash((left, bottom - drop, right + drop, bottom + drop))


def to_rgb(page: Page, box: Box) -> Image.Image:
    """Return a part of a page, RGB."""
    part = page.image.crop(box)
    part.putpalette(page.inks.palette(page.wash_colour, page.wash_percent))
    return part.convert("RGB")
