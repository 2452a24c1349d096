"""Pictures: a scene above its caption, or a scene alone."""

from collections.abc import Sequence

from PIL import Image

from imagen_fake.imaging.boxes import Box
from imagen_fake.imaging.files.spread import embed_spread
from imagen_fake.imaging.painting.page import Page, Stage
from imagen_fake.imaging.poster.captions import print_caption, typeset
from imagen_fake.imaging.poster.composition import Sketch, compose, paint_composition

LOW = 75  # per cent of the floor's height from which feet may stand, further back
LEAST = 32  # pixels a side that are painted at least; a smaller scene is a corner of that


def paint_scene(
    sketch: Sketch,
    *,
    peopled: bool = True,
    aside: int | None = None,
    standing: Sequence[Box] = (),
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
