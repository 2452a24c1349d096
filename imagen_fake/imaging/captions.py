"""The caption: the prompt in up to three lines, the label, and which sample this is."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt

from imagen_fake.imaging.fonts import NUMERAL, SMALL, TEXT, Glyph, glyph
from imagen_fake.imaging.lettering import Word, words_of
from imagen_fake.imaging.page import Page
from imagen_fake.imaging.palette import Colour, distance, mix

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
RAMP = 16  # shades from plate to letter: the smoothness of a letter's edge

_SAMPLE = re.compile(r"(\d{1,3}) of (\d{1,3})")

Line = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption broken into lines; every measure is in pixels."""

    prompt: tuple[Line, ...]
    label: tuple[Line, ...]
    badge: str  # "2/4", or empty
    size: int
    small: int
    margin: int
    height: int


def compose(prompt: str, label: str, page_size: tuple[int, int]) -> Caption:
    """Return the caption of a page; it takes at most half of the page's height."""
    width, height = page_size
    size = max(9, isqrt(width * height) * 36 // 1024)
    small, margin = max(7, size * 64 // 100), max(3, size)
    badge = _badge(label) if min(page_size) >= 96 else ""
    room = width - 2 * margin - (_measure(NUMERAL, size * 2, badge) + margin if badge else 0)
    label_lines = wrap(words_of(label, SMALL), small, room, 3)
    spare = height // 2 - 2 * margin - leading(small) * len(label_lines)
    most = min(3 if height * 10 >= width * 9 else 2, max(0, spare // leading(size)))
    prompt_lines = wrap(words_of(prompt, TEXT), size, room, most)
    inner = leading(size) * len(prompt_lines) + leading(small) * len(label_lines)
    tall = max(inner, size * 2 if badge else 0) + 2 * margin
    return Caption(prompt_lines, label_lines, badge, size, small, margin, tall)


def leading(size: int) -> int:
    """Return the height of a line of type of `size` pixels."""
    return size * 130 // 100


def wrap(words: Sequence[Word], size: int, room: int, most: int) -> tuple[Line, ...]:
    """Return the words in at most `most` lines of `room` pixels, cut off with an ellipsis."""
    lines: list[list[Word]] = []
    used = room + 1
    for word in words:
        wide = _width(word, size)
        gap = 0 if word.joined else _space(size)
        if used + gap + wide <= room:
            lines[-1].append(word)
            used += gap + wide
        elif len(lines) < most:
            lines.append([word])
            used = wide
        else:
            return tuple(_ordered(line) for line in [*lines[:-1], *_cut(lines[-1:], size, room)])
    return tuple(_ordered(line) for line in lines)


def _cut(last: list[list[Word]], size: int, room: int) -> Iterator[list[Word]]:
    """Yield the last line with an ellipsis in place of its end."""
    for line in last:
        mark = Word(line[0].face if line[0].face in (TEXT, SMALL) else TEXT, ELLIPSIS, joined=True)
        while len(line) > 1 and _line_width([*line, mark], size) > room:
            line.pop()
        yield [*line, mark]


def _ordered(line: list[Word]) -> Line:
    """Return a line as it is set: words of right-to-left scripts follow one another leftwards."""
    placed: list[Word] = []
    start = 0
    for word in line:
        start = start if _leftwards(word) else len(placed) + 1
        placed.insert(min(start, len(placed)), word)
    return tuple(placed)


def _leftwards(word: Word) -> bool:
    return not word.text.isascii() and unicodedata.bidirectional(word.text[0]) in ("R", "AL")


def _line_width(line: Sequence[Word], size: int) -> int:
    gaps = sum(_space(size) for word in line[1:] if not word.joined)
    return gaps + sum(_width(word, size) for word in line)


def _width(word: Word, size: int) -> int:
    return _measure(word.face, size, word.text)


def _measure(face: str, size: int, text: str) -> int:
    return sum(part.advance for part in _parts(face, size, text)) + 63 >> 6


def _space(size: int) -> int:
    return max(2, size * 28 // 100)


def _parts(face: str, size: int, text: str) -> list[Glyph]:
    """Return the text letter by letter; words of other faces whole, for letters that join."""
    if face in (TEXT, SMALL, NUMERAL):
        return [glyph(face, size, letter) for letter in text]
    return [glyph(face, size, text)]


def _badge(label: str) -> str:
    found = _SAMPLE.search(label)
    return f"{found[1]}/{found[2]}" if found and found[2] != "1" else ""


def print_caption(page: Page, caption: Caption) -> None:
    """Print the caption on a plate across the foot of the page."""
    colours, top = page.scheme, page.height - caption.height
    page.fill((0, top, page.width, page.height), colours.plate)
    page.fill((0, top, page.width, top + max(1, caption.size // 7)), _loudest(page))
    x, y = caption.margin, top + caption.margin
    y = _print_lines(page, caption.prompt, caption.size, (x, y), colours.ink)
    quiet = mix(colours.ink, colours.plate, 20)
    _print_lines(page, caption.label, caption.small, (x, y), quiet)
    _print_badge(page, caption)


def _print_lines(
    page: Page, lines: tuple[Line, ...], size: int, at: tuple[int, int], colour: Colour
) -> int:
    """Print lines from a top left corner and return where the next would begin."""
    x, y = at
    inks = page.inks.ramp(page.scheme.plate, colour, RAMP)
    page.ground((0, y, page.width, y + leading(size) * len(lines)), inks[0])
    for line in lines:
        pen, baseline = x, y + size
        for place, word in enumerate(line):
            pen += _space(size) if place and not word.joined else 0
            _print_word(page, word, size, (pen, baseline), inks[-1])
            pen += _width(word, size)
        y += leading(size)
    return y


def _print_word(page: Page, word: Word, size: int, at: tuple[int, int], ink: int) -> None:
    pen, baseline = at[0] << 6, at[1]
    for part in _parts(word.face, size, word.text):
        if part.mask:
            page.stencil(part.mask, ((pen + 32 >> 6) + part.left, baseline + part.top), ink)
        pen += part.advance


def _print_badge(page: Page, caption: Caption) -> None:
    """Print which sample this is, large, at the right."""
    if not caption.badge:
        return
    size = caption.size * 2
    word = Word(NUMERAL, caption.badge)
    x = page.width - caption.margin - _width(word, size)
    y = page.height - (caption.height - size) // 2
    inks = page.inks.ramp(page.scheme.plate, _loudest(page), RAMP)
    page.ground((x, y - size, page.width, y + size // 10), inks[0])
    _print_word(page, word, size, (x, y - size * 12 // 100), inks[-1])


def _loudest(page: Page) -> Colour:
    colours = page.scheme
    return max((colours.accent, colours.sun), key=lambda c: distance(c, colours.plate))
