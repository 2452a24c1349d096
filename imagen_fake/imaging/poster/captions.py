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
class TypesetWord:
    """A word and the glyph it is printed with."""

    word: Word
    glyph: Glyph
    gap: int  # pixels of space before it
    width: int  # pixels


Line = tuple[TypesetWord, ...]


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
    lines: list[list[TypesetWord]] = []
    used = room + 1
    for word in words:
        typeset_word = _typeset_word(word, size)
        if used + typeset_word.gap + typeset_word.width <= room:
            lines[-1].append(typeset_word)
            used += typeset_word.gap + typeset_word.width
        elif len(lines) < most:
            lines.append([typeset_word])
            used = typeset_word.width
        else:
            _add_ellipsis(lines, size, room)
            break
    return tuple(_visual_order(line) for line in lines)


def _typeset_word(word: Word, size: int) -> TypesetWord:
    word_glyph = glyph(word.face, size, word.text)
    return TypesetWord(
        word, word_glyph, 0 if word.joined else _space(size), word_glyph.advance + 63 >> 6
    )


def _add_ellipsis(lines: list[list[TypesetWord]], size: int, room: int) -> None:
    """Put an ellipsis at the end of the last line, in place of words if need be."""
    for line in lines[-1:]:
        mark = _typeset_word(Word(TEXT, ELLIPSIS, joined=True), size)
        while len(line) > 1 and _line_width(line) + mark.width > room:
            line.pop()
        line.append(mark)


def _visual_order(line: list[TypesetWord]) -> Line:
    """Return a line as it is set: words of right-to-left scripts follow one another leftwards."""
    if all(typeset_word.word.text.isascii() for typeset_word in line):
        return tuple(line)
    visual: list[TypesetWord] = []
    start = 0
    for typeset_word in line:
        start = start if _is_right_to_left(typeset_word.word) else len(visual) + 1
        visual.insert(min(start, len(visual)), typeset_word)
    return tuple(visual)


def _is_right_to_left(word: Word) -> bool:
    return unicodedata.bidirectional(word.text[0]) in ("R", "AL")


def _line_width(line: Sequence[TypesetWord]) -> int:
    return sum(typeset_word.gap + typeset_word.width for typeset_word in line) - line[0].gap


def _space(size: int) -> int:
    return max(2, size * 28 // 100)


def _badge(label: str) -> str:
    match = _SAMPLE.search(label)
    return f"#{match[1]}" if match else ""


def _badge_width(badge: str, size: int) -> int:
    return _typeset_word(Word(NUMERAL, badge), size * 2).width


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
    """Print lines from a top left corner and return where the next would begin."""
    x, y = at
    inks = page.inks.ramp(page.scheme.plate, colour, RAMP)
    page.ground((0, y, page.width, y + leading(size) * len(lines)), inks[0])
    for line in lines:
        pen = x - line[0].gap
        for typeset_word in line:
            pen += typeset_word.gap
            _print_word(page, typeset_word.glyph, (pen, y + size), inks[-1])
            pen += typeset_word.width
        y += leading(size)
    return y


def _print_word(page: Page, word_glyph: Glyph, at: tuple[int, int], ink: int) -> None:
    if word_glyph.mask:
        page.stencil(word_glyph.mask, (at[0] + word_glyph.left, at[1] + word_glyph.top), ink)


def _print_badge(page: Page, caption: Caption) -> int:
    """Print which sample this is, large, at the right, and return the last row it takes."""
    if not caption.badge:
        return 0
    size = caption.size * 2
    badge = _typeset_word(Word(NUMERAL, caption.badge), size)
    x = page.width - caption.margin - badge.width
    y = page.height - (caption.height - size) // 2
    inks = page.inks.ramp(page.scheme.plate, _brightest_accent(page), RAMP)
    page.ground((x, y - size, page.width, y + size // 10), inks[0])
    _print_word(page, badge.glyph, (x, y - size * 12 // 100), inks[-1])
    return y + size // 10


def _brightest_accent(page: Page) -> Colour:
    colours = page.scheme
    return max((colours.accent, colours.sun), key=lambda c: distance(c, colours.plate))
