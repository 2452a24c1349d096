"""The caption: the prompt in up to three lines, the label, and the number of the sample.

On an edited picture the label alone is printed, as a tag.
"""

import re
from functools import lru_cache
from math import isqrt
from typing import NamedTuple

from PIL import Image

from imagen_fake.imaging.boxes import Box, Point, size_of
from imagen_fake.imaging.files import imprint
from imagen_fake.imaging.lettering.fonts import NUMERAL, SMALL, TEXT, Glyph
from imagen_fake.imaging.lettering.typesetting import (
    Line,
    TypesetWord,
    Word,
    glyphs_of,
    leading,
    line_width,
    typeset_word,
    words_of,
    wrap,
)
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import DARK, WHITE, Colour, distance, mix

RAMP = 8  # shades from plate to letter: the smoothness of a letter's edge

_SAMPLE = re.compile(r"\bsample (\d{1,3})\b")
LEGIBLE = 11  # pixels: the least size of type
PLACES = 4  # heights that are tried, from the bottom up to an eighth of the box


class Caption(NamedTuple):
    """A caption broken into lines; every measure is in pixels."""

    prompt: tuple[Line, ...]
    label: tuple[Line, ...]
    badge: str  # "#2", or empty
    size: int
    small: int
    margin: int
    height: int
    text: str  # the whole prompt, for those who read pixels


def typeset(prompt: str, label: str, page_size: tuple[int, int]) -> Caption:
    """Return the caption of a page, at most half of its height."""
    width, height = page_size
    size = type_size(page_size)
    small, margin = max(7, size * 64 // 100), max(3, size)
    number = _SAMPLE.search(label) if min(page_size) >= 96 else None
    badge = f"#{number[1]}" if number else ""
    room = width - 2 * margin - (_typeset_badge(badge, size).width + margin if badge else 0)
    label_lines = _label_lines(label, small, room)
    spare = height // 2 - 2 * margin - leading(small) * len(label_lines)
    most = min(3 if height * 10 >= width * 9 else 2, max(0, spare // leading(size)))
    prompt_lines = wrap(words_of(prompt, TEXT), size, room, most)
    inner = leading(size) * len(prompt_lines) + leading(small) * len(label_lines)
    tall = max(inner, size * 2 if badge else 0) + 2 * margin
    return Caption(prompt_lines, label_lines, badge, size, small, margin, tall, prompt)


def type_size(page_size: tuple[int, int]) -> int:
    """Return the size of the prompt's type on a page, in pixels."""
    width, height = page_size
    return max(9, min(isqrt(width * height) * 36 // 1024, height // 7))


def stripe(size: int) -> int:
    """Return the height of the stripe above a caption, in pixels."""
    return max(1, size // 7)


@lru_cache(maxsize=256)
def _label_lines(label: str, small: int, room: int) -> tuple[Line, ...]:
    return wrap(words_of(label, SMALL), small, room, 3)


def _typeset_badge(badge: str, size: int) -> TypesetWord:
    return typeset_word(Word(NUMERAL, badge), size * 2)


def print_caption(page: Page, caption: Caption) -> None:
    """Print the caption on a plate across the foot of the page."""
    colours, top = page.scheme, page.height - caption.height
    page.fill((0, top, page.width, page.height), colours.plate)
    plate = top + stripe(caption.size)
    page.fill((0, top, page.width, plate), _brightest_accent(page))
    x, first = caption.margin, top + caption.margin
    y = _print_lines(page, caption.prompt, caption.size, (x, first), colours.ink)
    quiet = mix(colours.ink, colours.plate, 20)
    y = _print_lines(page, caption.label, caption.small, (x, y), quiet)
    last = max(y, _print_badge(page, caption)) + 1
    clear = first - caption.size // 8  # accents reach higher
    imprint.embed(page, caption.text, (plate, clear), (last, page.height))


def _print_lines(
    page: Page, lines: tuple[Line, ...], size: int, at: tuple[int, int], colour: Colour
) -> int:
    """Print lines at a top left corner and return the row below them."""
    x, y = at
    inks = page.inks.ramp(page.scheme.plate, colour, RAMP)
    page.ground((0, y, page.width, y + leading(size) * len(lines)), inks[0])
    for line in lines:
        for pen, glyph in glyphs_of(line):
            _print_glyph(page, glyph, (x + pen, y + size), inks[-1])
        y += leading(size)
    return y


def _print_glyph(page: Page, glyph: Glyph, pen: Point, ink: int) -> None:
    if glyph.mask:
        page.stencil(glyph.mask, (pen[0] + glyph.left, pen[1] + glyph.top), ink)


def _print_badge(page: Page, caption: Caption) -> int:
    """Print the number of the sample at the right and return the last row it takes."""
    if not caption.badge:
        return 0
    size = caption.size * 2
    badge = _typeset_badge(caption.badge, caption.size)
    x = page.width - caption.margin - badge.width
    y = page.height - (caption.height - size) // 2
    inks = page.inks.ramp(page.scheme.plate, _brightest_accent(page), RAMP)
    page.ground((x, y - size, page.width, y + size // 10), inks[0])
    _print_glyph(page, badge.glyph, (x, y - size * 12 // 100), inks[-1])
    return y + size // 10


def _brightest_accent(page: Page) -> Colour:
    colours = page.scheme
    return max((colours.accent, colours.sun), key=lambda c: distance(c, colours.plate))


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
