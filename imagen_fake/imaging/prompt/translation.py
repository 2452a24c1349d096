"""The meanings of a prompt's words, in each of the languages of prompts.

A word's script decides its language, with two exceptions: Latin words are read in the language
that knows most of them, English on a tie, and Chinese characters beside kana as Japanese. A
language that the caller names comes first.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from imagen_fake.imaging.prompt.languages import (
    UNSPACED,
    Token,
    language_of,
    meaning_in,
    simplified,
    tokens_of,
)
from imagen_fake.imaging.prompt.vocabulary import Meaning

LATIN = ("en", "es", "pt")
PAIR = 2  # words that mean something together in English
LEAST_KATAKANA = 3  # characters of a word amid Katakana, at least
LEAST_BORROWED = 2  # characters of a word of the other language in Chinese characters, at least


def meanings(text: str, language: str = "en") -> Iterator[Meaning | None]:
    """Yield the meaning of each word of a text, None for unknown ones.

    `language` is the parameter of that name: it is preferred for words that several languages have.
    """
    tokens = tokens_of(text)
    orders = _orders(tokens, language.split("-")[0])
    for script, run in groupby(tokens, key=itemgetter(0)):
        codes = orders.get(script, (script,))
        translate = _unspaced if script == "han" else _spaced
        yield from translate([word for _, word in run], codes)


def _spaced(words: Sequence[str], codes: Sequence[str]) -> Iterator[Meaning | None]:
    """Yield the meanings of words; several may have one together."""
    most = max(PAIR if code == "en" else language_of(code).longest for code in codes)
    start = 0
    while start < len(words):
        count, meaning = _phrase(words[start : start + most], codes)
        yield meaning
        start += count


def _phrase(words: Sequence[str], codes: Sequence[str]) -> tuple[int, Meaning | None]:
    """Return how many words from the first on have a meaning together, else 1, and that."""
    for count in range(len(words), 0, -1):
        phrase = "_".join(words[:count])
        for code in codes:
            meaning = meaning_in(code, phrase)
            if meaning is not None:
                return count, meaning
    return 1, None


def _unspaced(runs: Sequence[str], codes: Sequence[str]) -> Iterator[Meaning | None]:
    """Yield the meanings in runs without spaces, by the longest word at each place."""
    for run in runs:
        plain = run.translate(simplified()) if codes[0] == "zh" else run
        start = 0
        while start < len(plain):
            size, meaning = _longest(plain, start, codes)
            if meaning is not None:
                yield meaning
            start += size


def _longest(run: str, start: int, codes: Sequence[str]) -> tuple[int, Meaning | None]:
    """Return the length of the longest word at a place, else 1, and its meaning."""
    first, other = map(language_of, codes)
    for size in range(min(first.longest, len(run) - start), 0, -1):
        word = run[start : start + size]
        meaning = first.words.get(word)
        if meaning is None and size >= LEAST_BORROWED:
            meaning = other.words.get(word)
        if meaning is not None and (size >= LEAST_KATAKANA or not _amid(run, start, start + size)):
            return size, meaning
    return 1, None


def _amid(run: str, start: int, end: int) -> bool:
    """Return whether a part of a run is within a word in Katakana."""
    return any("ァ" <= min(run[at : at + 2]) <= max(run[at : at + 2]) <= "ヿ"
               for at in (start - 1, end - 1) if 0 <= at < len(run) - 1)  # fmt: skip


def _orders(tokens: Sequence[Token], language: str) -> Mapping[str, Sequence[str]]:
    """Return the languages to look words up in, by script."""
    marks = (mark for script, word in tokens if script == "han" for mark in word)
    kana = any("\u3041" <= mark <= "\u30ff" for mark in marks)
    japanese = language == "ja" or (kana and language != "zh")
    latin = _latin([word for script, word in tokens if script == "latin"], language)
    return {"latin": latin, "han": UNSPACED if japanese else UNSPACED[::-1]}


def _latin(words: Sequence[str], language: str) -> tuple[str, ...]:
    """Return the languages to look Latin words up in."""
    if language in LATIN[1:]:
        return (language, "en")
    if 2 * _count_known(words, "en") >= len(words):
        return ("en",)
    best = max(LATIN, key=lambda code: _count_known(words, code))
    return ("en",) if best == "en" else (best, "en")


def _count_known(words: Sequence[str], code: str) -> int:
    """Return the number of meanings that a text has in a language."""
    return sum(meaning is not None for meaning in _spaced(words, (code,)))
