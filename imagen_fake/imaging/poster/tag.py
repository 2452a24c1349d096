"""A tag: the label in small type on an edited picture."""

from PIL import Image

from imagen_fake.imaging.boxes import Box, Point, size_of
from imagen_fake.imaging.lettering.fonts import SMALL
from imagen_fake.imaging.lettering.runs import words_of
from imagen_fake.imaging.lettering.typesetting import (
    glyphs_of,
    leading,
    line_width,
    typeset_word,
)
from imagen_fake.imaging.painting.palette import DARK, WHITE

LEGIBLE = 11  # pixels: the least size of type
PLACES = 4  # heights that are tried, from the bottom up to an eighth of the box


def print_tag(image: Image.Image, mask: Image.Image, box: Box, text: str) -> None:
    """Print a line at the foot of a box, unless it does not fit into the mask.

    The mask has the picture's size; pixels outside it are kept.
    """
    size = max(LEGIBLE, min(size_of(box)) * 23 // 1024)
    letters = _line(text, size)
    at = _place(mask, box, letters.size, size)
    if at:
        spot = (*at, at[0] + letters.width, at[1] + letters.height)
        under = image.crop(spot).convert("L").resize((1, 1), Image.Resampling.BOX)
        ink = WHITE if int.from_bytes(under.tobytes()) < 140 else DARK
        image.paste(ink, spot, letters)


def _line(text: str, size: int) -> Image.Image:
    """Return a line of type as a mask, at seven tenths of full opacity."""
    line = [typeset_word(word, size) for word in words_of(text, SMALL)]
    letters = Image.new("L", (line_width(line) + 1, leading(size)))
    for pen, glyph in glyphs_of(line):
        if glyph.mask:
            letters.paste(180, (pen + glyph.left, size + glyph.top), glyph.mask)
    return letters


def _place(mask: Image.Image, box: Box, size: Point, gap: int) -> Point | None:
    """Return the top left corner of the lowest place in the box that is fully masked."""
    wide, high = size
    left = (box[0] + box[2] - wide) // 2
    for step in range(PLACES):
        top = box[3] - high - gap // 2 - step * (box[3] - box[1]) // (8 * PLACES)
        spot = (left - gap, top - gap // 2, left + wide + gap, top + high + gap // 2)
        if spot[0] < box[0] or spot[1] < box[1]:
            return None
        if mask.crop(spot).getextrema() == (255, 255):
            return left, top
    return None
