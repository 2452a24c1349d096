"""Text split into runs, each in one face."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from imagen_fake.imaging.lettering.fonts import ICON, TEXT, face_of, icon_character
from imagen_fake.imaging.prompt.interpretation import emoji_icon, emoji_words, is_emoji

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
