"""Lists of phrases, found in a text in linear time."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_letters, digits

# No spaces part Chinese and Japanese words: there, and in Korean, each character is a token.
UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
# The vowel signs of Devanagari are no letters to `\w`.
SIGNED = r"\u0900-\u097f"
CONSONANT_Y = re.compile("[^aeiou]y$")
TOKEN = rf"[{UNSPACED}]|[{SIGNED}]+|[^\W_{UNSPACED}{SIGNED}]+"  # takes long to compile
ASCII = re.compile(r"[^\W_]+")
FIRST_OTHER = "\u0900"
"""Before it no script is without spaces and no vowel sign is a letter of its own."""
PIECE = re.compile(r"(?s).{1,1000}(?!\S)|.{1,1000}")
"""What is normalized at once: the time is quadratic in the accents on one letter."""

ARABIC = ("\u0621", "\u064a")
"""The first and the last of its letters."""

VOWELS = re.compile("[\u064b-\u0652\u0640]")
"""Of Arabic, and its stretched line: few write them."""

ARABIC_PREFIXES = ("ال", "و", "ل", "لل", "ب", "بال")
"""What Arabic writes together with a noun: the article, and, for, with."""

BLANK = "\0"

INITIALS = {letter: letter.lower() for letter in ascii_letters + digits}

Words = tuple[str, ...]


Forms = Callable[[Words], Iterator[Words]]
"""From a phrase to its other forms, which begin with a letter of the same script."""


class PhraseIndex:
    """Phrases and their forms, by their words; an exact phrase precedes a form.

    Forms are made of the phrases that a text needs: those that begin with the same ASCII
    character as one of its words, or with any other one.
    """

    def __init__(self, phrases: Iterable[str], forms: Forms) -> None:
        self._forms = forms
        self._phrases: dict[str, list[str]] = {}
        self._expanded: dict[str, tuple[Mapping[Words, str], int]] = {}
        for phrase in phrases:
            self._phrases.setdefault(_initial(phrase), []).append(phrase)

    def longest(self, words: Words, start: int) -> tuple[int, str] | None:
        """The end of the longest match that begins at a word, and its phrase."""
        phrases, longest = self._expand(_initial(words[start]))
        for end in range(min(start + longest, len(words)), start, -1):
            if phrase := phrases.get(words[start:end]):
                return end, phrase
        return None

    def _expand(self, initial: str) -> tuple[Mapping[Words, str], int]:
        if initial not in self._expanded:
            exact = {tokens(phrase): phrase for phrase in self._phrases.get(initial, ())}
            forms = {form: phrase for words, phrase in exact.items() for form in self._forms(words)}
            self._expanded[initial] = {**forms, **exact}, max(map(len, (*forms, *exact)), default=0)
        return self._expanded[initial]


def _initial(text: str) -> str:
    """The ASCII letter or digit that a text begins with in lower case; empty for any other."""
    return INITIALS.get(text[0], "")


def normalize(text: str) -> str:
    """The text in NFKC, without case and Arabic vowel signs."""
    if text.isascii():
        return text.lower()
    pieces = (unicodedata.normalize("NFKC", piece) for piece in PIECE.findall(text))
    return VOWELS.sub("", "".join(pieces)).casefold()


def tokens(text: str) -> Words:
    """The words of a text; its characters in scripts without spaces."""
    if text.isascii():
        return tuple(ASCII.findall(text.lower()))
    text = normalize(text)
    pattern = ASCII if max(text, default="") < FIRST_OTHER else TOKEN
    return tuple(re.findall(pattern, text))


def spans(words: Words, index: PhraseIndex) -> Iterator[tuple[int, int, str]]:
    """Start, end and phrase of each match: leftmost, longest, not overlapping."""
    start = 0
    while start < len(words):
        match = index.longest(words, start)
        if match:
            yield start, *match
        start = match[0] if match else start + 1


def blank(words: Words, index: PhraseIndex) -> Words:
    """The tokens, those of listed phrases blanked."""
    blanked = list(words)
    for start, end, _ in spans(words, index):
        blanked[start:end] = [BLANK] * (end - start)
    return tuple(blanked)


def inflections(words: Words) -> Iterator[Words]:
    """The plurals of a phrase, and its last word with -ed and -ing, in English spelling."""
    yield from plurals(words)
    *front, last = words
    if last.isascii():
        stem = last.removesuffix("e")
        for form in (f"{stem}ed", f"{stem}ing"):
            yield (*front, form)


def plurals(words: Words) -> Iterator[Words]:
    """A phrase with its last word in the plural, in English spelling, or with Arabic prefixes."""
    *front, last = words
    if last.isascii():
        stem = last.removesuffix("e")
        regular = f"{last[:-1]}ies" if CONSONANT_Y.search(last) else f"{last}s"
        for form in (regular, f"{stem}es"):
            yield (*front, form)
    elif ARABIC[0] <= words[0][0] <= ARABIC[1]:
        for prefix in ARABIC_PREFIXES:
            yield (prefix + words[0], *words[1:])
