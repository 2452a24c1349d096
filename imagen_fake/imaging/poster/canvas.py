"""The picture: a flat-design poster, a scene above a caption."""

from PIL.Image import Image

from imagen_fake.imaging.files.spread import embed_spread
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.poster.captions import print_caption, typeset
from imagen_fake.imaging.poster.composition import Sketch, compose, paint_composition


def paint(sketch: Sketch) -> Image:
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
