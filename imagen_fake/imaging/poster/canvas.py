"""The picture: a flat-design poster. A sketch is read, staged, painted and captioned."""

from dataclasses import dataclass

from PIL.Image import Image

from imagen_fake.imaging.files.spread import spread
from imagen_fake.imaging.painting.backdrop import paint_backdrop
from imagen_fake.imaging.painting.dice import Dice
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import choose_scheme
from imagen_fake.imaging.painting.subject import show
from imagen_fake.imaging.painting.treatment import CONTOURED, treat
from imagen_fake.imaging.poster.captions import compose, print_caption
from imagen_fake.imaging.prompt.reading import Reading, read
from imagen_fake.imaging.prompt.vocabulary import vocabulary

SCENIC = ("hills", "mountains", "sea", "forest", "field", "desert")  # what a landscape may show


@dataclass(frozen=True, slots=True)
class Sketch:
    """All that a picture depends on: the same sketch gives the same pixels everywhere."""

    prompt: str  # the words the picture follows: any length, any script
    label: str  # legible on the picture; the number of "sample 2" in it is shown large
    size: tuple[int, int]  # width, height in pixels
    entropy: bytes  # what every free choice follows from
    style: str | None = None  # one of treatment.TREATMENTS or "landscape"; others are ignored
    captioned: bool = True  # whether prompt and label are lettered, and the scene ends above them
    language: str = "en"  # of the prompt, as a caller names it; see translation.py


def paint(sketch: Sketch) -> Image:
    """Return the picture of a sketch: RGBX, exactly `sketch.size` pixels."""
    dice = Dice(sketch.entropy + sketch.prompt.encode("utf-8", "surrogatepass"))
    reading = read(sketch.prompt, sketch.language)
    style = sketch.style or next(iter(reading.styles), None)
    setting = choose_setting(reading, style, dice)
    caption = compose(sketch.prompt, sketch.label, sketch.size) if sketch.captioned else None
    scheme = choose_scheme(reading, setting, style, dice)
    page = Page(sketch.size, sketch.size[1] - (caption.height if caption else 0), scheme, dice)
    page.contour = scheme.ink if style == "sketch" else None
    focus = page.width * dice.between(29, 71) // 100
    stage = paint_backdrop(page, setting, focus)
    treat(page, style, focus)
    show(page, stage, reading.subjects, focus, contour=style in CONTOURED)
    if caption is None:
        return spread(page.printed(), sketch.prompt, page.figures)
    print_caption(page, caption)
    return page.printed()


def choose_setting(reading: Reading, style: str | None, dice: Dice) -> str:
    """Return the setting the words name, else one the subject is found in, else "abstract"."""
    if reading.settings:
        return reading.settings[0]
    if style == "landscape":
        return dice.pick(SCENIC)
    if reading.subjects:
        return dice.pick(vocabulary().habitats[reading.subjects[0].habitat])
    return dice.pick(("abstract", "abstract", *SCENIC)) if reading.moods else "abstract"
