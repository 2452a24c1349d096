"""Lists of phrases, found in a text in linear time."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

# No spaces part Chinese and Japanese words: there, and in Korean, each character is a token.
UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
# The vowel signs of Devanagari are no letters to `\w`.
SIGNED = r"\u0900-\u097f"
CONSONANT_Y = re.compile("[^aeiou]y$")
TOKEN = rf"[{UNSPACED}]|[{SIGNED}]+|[^\W_{UNSPACED}{SIGNED}]+"  # takes long to compile
ASCII = re.compile(r"[^\W_]+")
PIECE = re.compile(r"(?s).{1,1000}(?!\S)|.{1,1000}")
"""What is normalized at once: the time is quadratic in the accents on one letter."""

ARABIC = ("\u0621", "\u064a")
"""The first and the last of its letters."""

VOWELS = re.compile("[\u064b-\u0652\u0640]")
"""Of Arabic, and its stretched line: few write them."""

ARABIC_PREFIXES = ("ال", "و", "ل", "لل", "ب", "بال")
"""What Arabic writes together with a noun: the article, and, for, with."""

BLANK = "\0"

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """Phrases by their words; the length of the longest by its first word."""

    phrases: Mapping[Words, str]
    reach: Mapping[str, int]


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
    return tuple(re.findall(TOKEN, normalize(text)))


def spans(words: Words, index: PhraseIndex) -> Iterator[tuple[int, int, str]]:
    """Start, end and phrase of each match: leftmost, longest, not overlapping."""
    start = 0
    while start < len(words):
        longest = min(start + index.reach.get(words[start], 0), len(words))
        ends = (e for e in range(longest, start, -1) if words[start:e] in index.phrases)
        end = next(ends, None)
        if end:
            yield start, end, index.phrases[words[start:end]]
        start = end or start + 1


def blank(words: Words, index: PhraseIndex) -> Words:
    """The tokens, those of listed phrases blanked."""
    blanked = list(words)
    for start, end, _ in spans(words, index):
        blanked[start:end] = [BLANK] * (end - start)
    return tuple(blanked)


def index_phrases(phrases: Iterable[str], forms: Callable[[Words], Iterator[Words]]) -> PhraseIndex:
    """An index of phrases and their forms; an exact phrase precedes a form."""
    exact = {tokens(phrase): phrase for phrase in phrases}
    inflected = {form: phrase for words, phrase in exact.items() for form in forms(words)}
    phrases_by_words = {**inflected, **exact}
    return PhraseIndex(
        phrases_by_words, {words[0]: len(words) for words in sorted(phrases_by_words, key=len)}
    )


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
