"""Text split into words, each in one face, and set in lines; every measure is in pixels."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from imagen_fake.imaging.lettering.fonts import ICON, TEXT, Glyph, face_of, glyph, icon_character
from imagen_fake.imaging.prompt.interpretation import emoji_icon, emoji_words, is_emoji

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
MOST_CHARACTERS = 400  # more than three lines hold
UNPRINTED = {"Cc": " ", "Cf": ""}  # what control and format characters are set as
SCRIPTS = {
    "CJK": "Chinese",
    "IDEOGRAPHIC": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
}
_PIECE = re.compile(r"[^-/]{1,15}[-/]?|[-/]")  # a long word may be broken between two


class Word(NamedTuple):
    """A run of `text` in one face; `joined` to the one before when no space parts them."""

    face: str
    text: str
    joined: bool = False


def words_of(text: str, face: str) -> list[Word]:
    """Return the words of `text` in a Latin face, or in a face that has their characters.

    An emoji becomes its icon, or its name in brackets; characters that no face has become the name
    of their script and their number.
    """
    clean = _clean(text[:MOST_CHARACTERS])
    if all(mark.isascii() or face_of(mark) == TEXT for mark in set(clean)):
        return [word for part in clean.split() for word in _break(part, face)]
    return [word for part in _name_missing(clean.split()) for word in _runs(part, face)]


def _clean(text: str) -> str:
    """Return the text in NFC, without control characters and lone surrogates."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    if text.isprintable():
        return text
    return "".join(UNPRINTED.get(unicodedata.category(mark), mark) for mark in text)


def _break(text: str, face: str, *, joined: bool = False) -> Iterator[Word]:
    """Yield a run in pieces that fit a line; scripts without spaces break anywhere."""
    wide = "\u2e80" <= text[0] <= "\uffef" or "\U00020000" <= text[0] <= "\U0003ffff"
    for piece in text if wide else _PIECE.findall(text):
        yield Word(face, piece, joined)
        joined = True


def _name_missing(words: list[str]) -> list[str]:
    """Replace runs that no face has by e.g. "[Chinese, 12 characters]"."""
    named: list[str] = []
    for missing, stretch in groupby(_parts(words), key=lambda part: bool(part[0])):
        parts = list(stretch)
        named += _placeholder(parts) if missing else [text for _, text in parts]
    return named


def _placeholder(parts: list[tuple[str, str]]) -> list[str]:
    """Return the words in place of missing parts; Chinese characters with kana are Japanese."""
    scripts = [script for script, _ in parts]
    script = "Japanese" if "Japanese" in scripts else scripts[0]
    count = sum(len(text) for _, text in parts)
    return f"[{script}, {count} character{'s' * (count > 1)}]".split(" ")


def _parts(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of words, each with its script if no face has it."""
    for word in words:
        for script, part in groupby(_visible_marks(word), key=_missing_script):
            yield script, "".join(part)


def _visible_marks(word: str) -> Iterator[str]:
    """Yield a word's characters without selectors, and accents that its face lacks."""
    base = None
    for mark in word:
        kind = unicodedata.category(mark)
        if kind not in ("Mn", "Me", "Cn", "Co"):
            base = face_of(mark)
            yield mark
        elif kind == "Mn" and base and face_of(mark) == base and not "\ufe00" <= mark <= "\ufe0f":
            yield mark


def _missing_script(mark: str) -> str:
    """Return a character's script if no face has it, else ""."""
    if is_emoji(mark) or face_of(mark):
        return ""
    name = unicodedata.name(mark, "symbol").split(" ")[0]
    return SCRIPTS.get(name, name.split("-")[0].capitalize())


def _runs(word: str, face: str) -> Iterator[Word]:
    joined = False
    for name, marks in groupby(word, lambda m: face_of(m) or (ICON if is_emoji(m) else TEXT)):
        text = "".join(marks)
        if name == ICON:
            yield from (_emoji(mark, face, joined=joined) for mark in text)
        else:
            yield from _break(text, face if name == TEXT else name, joined=joined)
        joined = True


def _emoji(mark: str, face: str, *, joined: bool) -> Word:
    icon = emoji_icon(mark)
    if icon:
        return Word(ICON, icon_character(icon), joined)
    return Word(face, f"[{emoji_words(mark)}]", joined)


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
