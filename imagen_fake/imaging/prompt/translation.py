"""What the words of a prompt mean, in each of the languages that prompts are written in.

The script of a word tells its language, but for two choices: words in Latin letters are read in
the language in which most words of the prompt are known, English where it is as good as any, and
Chinese characters as Japanese beside kana. A language that the caller names goes before both.
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
LEAST_KATAKANA = 3  # characters of a word amid Katakana: shorter ones are there by chance
LEAST_BORROWED = 2  # the same of a word of the other language in Chinese characters


def meanings(text: str, language: str = "en") -> Iterator[Meaning | None]:
    """Yield what each word of a text means to a painter, None for those that are not known.

    `language` is a value of the parameter of that name: a text may be in any language whatever
    it says, and words that several languages have are read in that one.
    """
    tokens = tokens_of(text)
    orders = _orders(tokens, language.split("-")[0])
    for script, run in groupby(tokens, key=itemgetter(0)):
        codes = orders.get(script, (script,))
        translate = _unspaced if script == "han" else _spaced
        yield from translate([word for _, word in run], codes)


def _spaced(words: Sequence[str], codes: Sequence[str]) -> Iterator[Meaning | None]:
    """Yield what words mean; several that mean something together come as one."""
    most = max(PAIR if code == "en" else language_of(code).longest for code in codes)
    start = 0
    while start < len(words):
        count, meaning = _phrase(words[start : start + most], codes)
        yield meaning
        start += count


def _phrase(words: Sequence[str], codes: Sequence[str]) -> tuple[int, Meaning | None]:
    """Return how many words, from the first on, mean something together, or else 1, and what."""
    for count in range(len(words), 0, -1):
        phrase = "_".join(words[:count])
        for code in codes:
            meaning = meaning_in(code, phrase)
            if meaning is not None:
                return count, meaning
    return 1, None


def _unspaced(runs: Sequence[str], codes: Sequence[str]) -> Iterator[Meaning | None]:
    """Yield what the words in runs without spaces mean: always the longest that begins there."""
    for run in runs:
        plain = run.translate(simplified()) if codes[0] == "zh" else run
        start = 0
        while start < len(plain):
            size, meaning = _longest(plain, start, codes)
            if meaning is not None:
                yield meaning
            start += size


def _longest(run: str, start: int, codes: Sequence[str]) -> tuple[int, Meaning | None]:
    """Return how many characters the longest word has that begins at a place, or 1."""
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
    """Return whether a part of a run is only some of a word in Katakana."""
    return any("ァ" <= min(run[at : at + 2]) <= max(run[at : at + 2]) <= "ヿ"
               for at in (start - 1, end - 1) if 0 <= at < len(run) - 1)  # fmt: skip


def _orders(tokens: Sequence[Token], language: str) -> Mapping[str, Sequence[str]]:
    """Return in which languages words of a script are looked up, first to last."""
    marks = (mark for script, word in tokens if script == "han" for mark in word)
    kana = any("\u3041" <= mark <= "\u30ff" for mark in marks)
    japanese = language == "ja" or (kana and language != "zh")
    latin = _latin([word for script, word in tokens if script == "latin"], language)
    return {"latin": latin, "han": UNSPACED if japanese else UNSPACED[::-1]}


def _latin(words: Sequence[str], language: str) -> tuple[str, ...]:
    """Return in which languages words in Latin letters are looked up, first to last."""
    if language in LATIN[1:]:
        return (language, "en")
    if 2 * _count_known(words, "en") >= len(words):
        return ("en",)
    best = max(LATIN, key=lambda code: _count_known(words, code))
    return ("en",) if best == "en" else (best, "en")


def _count_known(words: Sequence[str], code: str) -> int:
    """Return how much of a text is known in a language: each word counts, or several as one."""
    return sum(meaning is not None for meaning in _spaced(words, (code,)))
