"""The vocabularies of the languages that prompts are written in.

`translations.json` maps their words to English ones, whose vocabulary is `vocabulary.json`.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from imagen_fake.imaging.prompt.vocabulary import Meaning, meaning_of, vocabulary

LONGEST_WORD = 40  # characters: a longer word is unknown
LEAST_STEM = 3  # characters of a word without its prefix, at least
UNSPACED = ("ja", "zh")  # languages without spaces between words
ASCII = re.compile(r"[^\W_]+")
WORD = (
    r"(?P<hi>[\u0900-\u0963\u0966-\u097f]+)|(?P<ar>[\u0620-\u064a\u0660-\u06d3]+)"
    r"|(?P<ko>[\uac00-\ud7a3]+)|(?P<han>[\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u4e00-\u9fff]+)"
    r"|(?P<latin>[^\W_\u0600-\u06ff\u0900-\u097f\u3005\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+)"
)
"""Finds words, in groups by their script; kana stand among Chinese characters.

It takes 3 ms to compile, and ASCII needs none of it.
"""
VARIANTS = {  # letters that are written in several ways, by the one that is looked up
    **dict.fromkeys("\u093c\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652", ""),
    "\u0901": "\u0902",  # the signs of a nasal vowel in Hindi
    **dict.fromkeys("\u0622\u0623\u0625", "\u0627"),  # alef, and others at the end of Arabic words
    "\u0649": "\u064a",
    "\u0629": "\u0647",
}


class Language(NamedTuple):
    """The folded words of a language, and its inflections."""

    words: Mapping[str, Meaning]  # where spaces part them, several may be joined by "_"
    endings: Sequence[tuple[str, str]]  # of a word that is bent, and of the one that is known
    beginnings: Sequence[str]
    longest: int  # how many words are joined at most, or characters where no spaces are


Token = tuple[str, str]  # a group of WORD, and the word


def tokens_of(text: str) -> list[Token]:
    """Return the folded words of a text, each with its script."""
    if text.isascii():
        return [("latin", word) for word in ASCII.findall(text.lower())]
    matches = re.finditer(WORD, fold(text)[: 2 * len(text)])  # a few characters unfold to eighteen
    return [(token.lastgroup or "", token[0]) for token in matches]


def fold(text: str) -> str:
    """Return a text in lower case, without accents, as words are looked up."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).lower().translate(_folds())


@lru_cache(maxsize=4096)
def meaning_in(code: str, word: str) -> Meaning | None:
    """Return the meaning of a folded word, inflected or not, in a language, or None."""
    if len(word) > LONGEST_WORD:
        return None
    if code == "en":
        return meaning_of(word)
    language = language_of(code)
    return next(filter(None, map(language.words.get, _forms(word, language))), None)


@cache
def language_of(code: str) -> Language:
    """Return a language of `translations.json` by its code."""
    table = _table()
    facts, column = table["languages"][code], table["columns"].index(code)
    words = {_key(word): Meaning() for word in facts["silent"].split()}
    for english, row in table["words"].items():
        meaning = vocabulary().words[english]
        behind = any(getattr(meaning, kind) is not None for kind in facts["follow"])
        for word in row[column].split():
            words.setdefault(_key(word), meaning._replace(follows=behind))
    longest = max(len(word) if code in UNSPACED else 1 + word.count("_") for word in words)
    endings = [(_key(ending), _key(base)) for ending, base in facts["endings"]]
    return Language(words, endings, [*map(_key, facts.get("beginnings", ()))], longest)


@cache
def simplified() -> Mapping[int, int]:
    """Return the simplified characters, by the traditional ones, of `str.translate`."""
    return str.maketrans(_table()["traditional"], _table()["simplified"])


@cache
def _table() -> Any:
    return json.loads(Path(__file__).with_name("translations.json").read_bytes())


@cache
def _folds() -> Mapping[int, str]:
    """Return the translation table of accented and variant letters."""
    accented = map(chr, range(0xC0, 0x250))
    return str.maketrans(
        {mark: unicodedata.normalize("NFD", mark)[0] for mark in accented} | VARIANTS
    )


def _key(word: str) -> str:
    """Return a word of the table as it is looked up: folded, its parts joined by "_"."""
    return "_".join(word for _, word in tokens_of(word.replace("_", " ")))


def _forms(word: str, language: Language) -> Iterator[str]:
    """Yield a word and its possible stems, with and without prefixes."""
    before = [each for each in language.beginnings if word.startswith(each)]
    stems = [word, *(word[len(each) :] for each in before if len(word) - len(each) >= LEAST_STEM)]
    yield from stems
    for stem in stems:
        for ending, base in language.endings:
            if stem.endswith(ending) and stem != ending:
                yield stem.removesuffix(ending) + base
