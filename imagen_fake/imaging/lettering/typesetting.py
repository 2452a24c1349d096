"""Words set in lines of type; every measure is in pixels."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imagen_fake.imaging.lettering.fonts import TEXT, Glyph, glyph
from imagen_fake.imaging.lettering.runs import Word

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class TypesetWord(NamedTuple):
    """A word, its glyph, the space before it, and its width."""

    word: Word
    glyph: Glyph
    gap: int
    width: int


Line = tuple[TypesetWord, ...]


def typeset_word(word: Word, size: int) -> TypesetWord:
    """Return a word in type of a size."""
    mask = glyph(word.face, size, word.text)
    gap = 0 if word.joined else max(2, size * 28 // 100)
    return TypesetWord(word, mask, gap, mask.advance + 63 >> 6)


def leading(size: int) -> int:
    """Return the height of a line of type of a size."""
    return size * 130 // 100


def line_width(line: Sequence[TypesetWord]) -> int:
    """Return the width of a line; there is no space before its first word."""
    return sum(item.gap + item.width for item in line) - (line[0].gap if line else 0)


def glyphs_of(line: Sequence[TypesetWord]) -> Iterator[tuple[int, Glyph]]:
    """Yield the glyphs of a line, each with how far its pen is from the line's start."""
    pen = -line[0].gap if line else 0
    for item in line:
        yield pen + item.gap, item.glyph
        pen += item.gap + item.width


def wrap(words: Sequence[Word], size: int, room: int, most: int) -> tuple[Line, ...]:
    """Return the words in at most `most` lines of width `room`, cut off with an ellipsis."""
    lines: list[list[TypesetWord]] = []
    width = room + 1
    for item in (typeset_word(word, size) for word in words):
        width += item.gap + item.width
        if width <= room:
            lines[-1].append(item)
        elif len(lines) < most:
            lines.append([item])
            width = item.width
        else:
            _add_ellipsis(lines, size, room)
            break
    return tuple(map(_visual_order, lines))


def _add_ellipsis(lines: list[list[TypesetWord]], size: int, room: int) -> None:
    """Put an ellipsis at the end of the last line, in place of words if need be."""
    for line in lines[-1:]:
        mark = typeset_word(Word(TEXT, ELLIPSIS, joined=True), size)
        while len(line) > 1 and line_width(line) + mark.width > room:
            line.pop()
        line.append(mark)


def _visual_order(line: Sequence[TypesetWord]) -> Line:
    """Return a line as it is set: words of right-to-left scripts follow one another leftwards."""
    visual: list[TypesetWord] = []
    start = 0
    for item in line:
        leftwards = unicodedata.bidirectional(item.word.text[0]) in ("R", "AL")
        start = start if leftwards else len(visual) + 1
        visual.insert(min(start, len(visual)), item)
    return tuple(visual)
