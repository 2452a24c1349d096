"""Listed phrases in a text: its tokens, and where a phrase stands among them, in linear time."""

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
class Listing:
    """Each phrase as it is listed, by its words; the longest's length, by its first word."""

    phrases: Mapping[Words, str]
    reach: Mapping[str, int]


def normalized(text: str) -> str:
    """The text in compatibility form, without case and Arabic vowel signs."""
    if text.isascii():
        return text.lower()
    pieces = (unicodedata.normalize("NFKC", piece) for piece in PIECE.findall(text))
    return VOWELS.sub("", "".join(pieces)).casefold()


def tokens(text: str) -> Words:
    """The words of a text, or its characters where no spaces part words."""
    if text.isascii():
        return tuple(ASCII.findall(text.lower()))
    return tuple(re.findall(TOKEN, normalized(text)))


def spans(words: Words, listing: Listing) -> Iterator[tuple[int, int, str]]:
    """Where listed phrases stand, from the left, the longest first, none over another."""
    start = 0
    while start < len(words):
        longest = min(start + listing.reach.get(words[start], 0), len(words))
        ends = (e for e in range(longest, start, -1) if words[start:e] in listing.phrases)
        end = next(ends, None)
        if end:
            yield start, end, listing.phrases[words[start:end]]
        start = end or start + 1


def without(words: Words, listing: Listing) -> Words:
    """The same number of tokens, those of listed phrases blanked."""
    left = list(words)
    for start, end, _ in spans(words, listing):
        left[start:end] = [BLANK] * (end - start)
    return tuple(left)


def listed(phrases: Iterable[str], forms: Callable[[Words], Iterator[Words]]) -> Listing:
    """The phrases and their other forms. A listed form goes before an inflection."""
    written = {tokens(phrase): phrase for phrase in phrases}
    bent = {form: phrase for words, phrase in written.items() for form in forms(words)}
    known = {**bent, **written}
    return Listing(known, {words[0]: len(words) for words in sorted(known, key=len)})


def inflected(words: Words) -> Iterator[Words]:
    """The plurals of a phrase, and its last word with -ed and -ing; English spelling only."""
    yield from plural(words)
    *front, last = words
    if last.isascii():
        stem = last.removesuffix("e")
        for form in (f"{stem}ed", f"{stem}ing"):
            yield (*front, form)


def plural(words: Words) -> Iterator[Words]:
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
