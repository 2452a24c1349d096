"""The caption: the prompt in up to three lines, the label, and which sample this is."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

from imagen_fake.imaging.files import imprint
from imagen_fake.imaging.lettering.fonts import NUMERAL, SMALL, TEXT, Glyph, glyph
from imagen_fake.imaging.lettering.runs import Word, words_of
from imagen_fake.imaging.painting.page import Page
from imagen_fake.imaging.painting.palette import Colour, distance, mix

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
RAMP = 8  # shades from plate to letter: the smoothness of a letter's edge

_SAMPLE = re.compile(r"\bsample (\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Cut:
    """A word and the glyph it is printed with."""

    word: Word
    drawn: Glyph
    gap: int  # pixels of space before it
    width: int  # pixels


Line = tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class Caption:
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
    """Return the caption of a page; it takes at most half of the page's height."""
    width, height = page_size
    size = type_size(page_size)
    small, margin = max(7, size * 64 // 100), max(3, size)
    badge = _badge(label) if min(page_size) >= 96 else ""
    room = width - 2 * margin - (_badge_width(badge, size) + margin if badge else 0)
    label_lines = _label_lines(label, small, room)
    spare = height // 2 - 2 * margin - leading(small) * len(label_lines)
    most = min(3 if height * 10 >= width * 9 else 2, max(0, spare // leading(size)))
    prompt_lines = wrap(words_of(prompt, TEXT), size, room, most)
    inner = leading(size) * len(prompt_lines) + leading(small) * len(label_lines)
    tall = max(inner, size * 2 if badge else 0) + 2 * margin
    return Caption(prompt_lines, label_lines, badge, size, small, margin, tall, prompt)


def type_size(page_size: tuple[int, int]) -> int:
    """Return the size of the type that a page's prompt is set in, in pixels."""
    width, height = page_size
    return max(9, min(isqrt(width * height) * 36 // 1024, height // 7))


def stripe(size: int) -> int:
    """Return how many rows of pixels the stripe above a caption in that size of type has."""
    return max(1, size // 7)


@lru_cache(maxsize=256)
def _label_lines(label: str, small: int, room: int) -> tuple[Line, ...]:
    return wrap(words_of(label, SMALL), small, room, 3)


def leading(size: int) -> int:
    """Return the height of a line of type of `size` pixels."""
    return size * 130 // 100


def wrap(words: Sequence[Word], size: int, room: int, most: int) -> tuple[Line, ...]:
    """Return the words in at most `most` lines of `room` pixels, cut off with an ellipsis."""
    lines: list[list[Cut]] = []
    used = room + 1
    for word in words:
        cut = _cut(word, size)
        if used + cut.gap + cut.width <= room:
            lines[-1].append(cut)
            used += cut.gap + cut.width
        elif len(lines) < most:
            lines.append([cut])
            used = cut.width
        else:
            _shorten(lines, size, room)
            break
    return tuple(_ordered(line) for line in lines)


def _cut(word: Word, size: int) -> Cut:
    drawn = glyph(word.face, size, word.text)
    return Cut(word, drawn, 0 if word.joined else _space(size), drawn.advance + 63 >> 6)


def _shorten(lines: list[list[Cut]], size: int, room: int) -> None:
    """Put an ellipsis at the end of the last line, in place of words if need be."""
    for line in lines[-1:]:
        mark = _cut(Word(TEXT, ELLIPSIS, joined=True), size)
        while len(line) > 1 and _line_width(line) + mark.width > room:
            line.pop()
        line.append(mark)


def _ordered(line: list[Cut]) -> Line:
    """Return a line as it is set: words of right-to-left scripts follow one another leftwards."""
    if all(cut.word.text.isascii() for cut in line):
        return tuple(line)
    placed: list[Cut] = []
    start = 0
    for cut in line:
        start = start if _leftwards(cut.word) else len(placed) + 1
        placed.insert(min(start, len(placed)), cut)
    return tuple(placed)


def _leftwards(word: Word) -> bool:
    return unicodedata.bidirectional(word.text[0]) in ("R", "AL")


def _line_width(line: Sequence[Cut]) -> int:
    return sum(cut.gap + cut.width for cut in line) - line[0].gap


def _space(size: int) -> int:
    return max(2, size * 28 // 100)


def _badge(label: str) -> str:
    found = _SAMPLE.search(label)
    return f"#{found[1]}" if found else ""


def _badge_width(badge: str, size: int) -> int:
    return _cut(Word(NUMERAL, badge), size * 2).width


def print_caption(page: Page, caption: Caption) -> None:
    """Print the caption on a plate across the foot of the page."""
    colours, top = page.scheme, page.height - caption.height
    page.fill((0, top, page.width, page.height), colours.plate)
    plate = top + stripe(caption.size)
    page.fill((0, top, page.width, plate), _loudest(page))
    x, first = caption.margin, top + caption.margin
    y = _print_lines(page, caption.prompt, caption.size, (x, first), colours.ink)
    quiet = mix(colours.ink, colours.plate, 20)
    y = _print_lines(page, caption.label, caption.small, (x, y), quiet)
    last = max(y, _print_badge(page, caption)) + 1
    clear = first - caption.size // 8  # accents reach higher
    imprint.stamp(page, caption.text, (plate, clear), (last, page.height))


def _print_lines(
    page: Page, lines: tuple[Line, ...], size: int, at: tuple[int, int], colour: Colour
) -> int:
    """Print lines from a top left corner and return where the next would begin."""
    x, y = at
    inks = page.inks.ramp(page.scheme.plate, colour, RAMP)
    page.ground((0, y, page.width, y + leading(size) * len(lines)), inks[0])
    for line in lines:
        pen = x - line[0].gap
        for cut in line:
            pen += cut.gap
            _print_word(page, cut.drawn, (pen, y + size), inks[-1])
            pen += cut.width
        y += leading(size)
    return y


def _print_word(page: Page, drawn: Glyph, at: tuple[int, int], ink: int) -> None:
    if drawn.mask:
        page.stencil(drawn.mask, (at[0] + drawn.left, at[1] + drawn.top), ink)


def _print_badge(page: Page, caption: Caption) -> int:
    """Print which sample this is, large, at the right, and return the last row it takes."""
    if not caption.badge:
        return 0
    size = caption.size * 2
    drawn = _cut(Word(NUMERAL, caption.badge), size)
    x = page.width - caption.margin - drawn.width
    y = page.height - (caption.height - size) // 2
    inks = page.inks.ramp(page.scheme.plate, _loudest(page), RAMP)
    page.ground((x, y - size, page.width, y + size // 10), inks[0])
    _print_word(page, drawn.drawn, (x, y - size * 12 // 100), inks[-1])
    return y + size // 10


def _loudest(page: Page) -> Colour:
    colours = page.scheme
    return max((colours.accent, colours.sun), key=lambda c: distance(c, colours.plate))
