"""Text made ready to be set: each word split into runs that a face can show."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from imagen_fake.imaging.fonts import ICON, TEXT, face_of, icon_character
from imagen_fake.imaging.reading import emoji_icon, emoji_words, is_emoji

SHOWN_CHARACTERS = 400  # more than three lines hold; nothing beyond is even measured
LONGEST_RUN = 12  # characters; a longer word may be broken at the end of a line
LOST = "\0"  # stands before the script of a character that no face has
SCRIPTS = {
    "CJK": "Chinese",
    "IDEOGRAPHIC": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A run of `text` in one face; `joined` to the one before when no space parts them."""

    face: str
    text: str
    joined: bool = False


def words_of(text: str, face: str) -> list[Word]:
    """Return the words of `text` in a Latin face, or in whatever face has their characters.

    An emoji becomes the icon of the same meaning or its name in brackets; characters that no
    face has become the name of their script and their number, so nothing shows as empty boxes.
    """
    return [word for part in _shown(text) for word in _runs(part, face)]


def _shown(text: str) -> list[str]:
    """Return the words of the text's beginning, spaces and invisible characters gone."""
    clean = unicodedata.normalize("NFC", _unpaired(text[:SHOWN_CHARACTERS]))
    marks = (" " if unicodedata.category(mark) in ("Cc", "Zl", "Zp") else mark for mark in clean)
    return _name_lost("".join(marks).split())


def _unpaired(text: str) -> str:
    """Return the text with lone surrogates replaced by a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _name_lost(words: list[str]) -> list[str]:
    """Replace stretches that no face can show by e.g. "[Chinese, 12 characters]"."""
    if all(word.isascii() for word in words):
        return words
    shown: list[str] = []
    for script, stretch in groupby(_split(words), key=lambda part: part[0]):
        parts = [text for _, text in stretch]
        count = sum(map(len, parts))
        shown += parts if not script else f"[{script}, {count} characters]".split(" ")
    return shown


def _split(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every word's parts, each with the script that is lost in it, or none."""
    for word in words:
        visible = [mark for mark in word if not _invisible(mark)]
        for script, part in groupby(visible, key=_lost_script):
            yield script, "".join(part)


def _invisible(mark: str) -> bool:
    return unicodedata.category(mark) in ("Cf", "Mn", "Me", "Cs", "Cn", "Co") and not face_of(mark)


def _lost_script(mark: str) -> str:
    """Return the name of a character's script when no face has it, else nothing."""
    if is_emoji(mark) or face_of(mark):
        return ""
    name = unicodedata.name(mark, "symbol").split(" ")[0]
    return SCRIPTS.get(name, name.split("-")[0].capitalize())


def _runs(word: str, face: str) -> Iterator[Word]:
    """Yield a word's runs, each in one face and no longer than a line can take."""
    joined = False
    for name, marks in groupby(word, key=_face):
        text = "".join(marks)
        for piece in _pieces(name, text):
            yield Word(face if name == TEXT else name, piece, joined)
            joined = True


def _face(mark: str) -> str:
    if mark.isascii():
        return TEXT
    if is_emoji(mark):
        return ICON
    return face_of(mark) or TEXT


def _pieces(face: str, text: str) -> list[str]:
    if face == ICON:
        return [_emoji(mark) for mark in text]
    step = 1 if "\u2e80" <= text[0] <= "\uffef" else LONGEST_RUN
    return [text[start : start + step] for start in range(0, len(text), step)]


def _emoji(mark: str) -> str:
    icon = emoji_icon(mark)
    return icon_character(icon) if icon else f"[{emoji_words(mark)}]"
