"""Whether a prompt asks for a picture made by hand, as its grammar tells.

A word such as `drawing` makes none of its own: a boy may hold it or do it. It does where it heads
the picture ("a drawing of a boy"), is said of the child ("a cartoon boy") or of the whole ("a boy,
pencil sketch", "a boy in the style of a cartoon"). Each word of a clause becomes a letter for its
part, by the lists in `artwork.json`, and patterns say which sequences of letters ask for one.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from imagen_fake.safety.phrases import (
    SIGNED,
    UNSPACED,
    PhraseIndex,
    Words,
    normalize,
    plurals,
    spans,
    tokens,
)

CLAUSE = rf"[^\w\s'\u2019&/+{SIGNED}-]+|\n"
"""What parts clauses: any mark but those within words."""

HEAD_FINAL = rf"[{UNSPACED}{SIGNED}]"
"""Scripts of languages in which a picture is named last."""

# These take long to compile, so that `re` does it once a prompt speaks of a child.
PERSON = "K"
FIRST = "(?:[DxHFPGSTU]{0,8}O)?(?:[DxHSTUPGFAY]|KsM?)*"
"""What may precede the word that heads a picture: no person, and nothing that begins a place."""

HEADED = (
    rf"{FIRST}(?:P[PSGHF]*(?:$|[OWBY]|I[DxFSPHG]{{1,3}}O)|GH*(?:$|[OBY]|I[DxFSPH]{{1,3}}O)|F[FH]*O)"
    rf"|{FIRST}(?:D[xPSFH]*GH*W|PxO|[STUA]H+(?:$|[OWBY]))"
    rf"|{FIRST}[SPTUA][xDVSTUFH]{{0,3}}K(?!s)"
    rf"|[Dx]*K[PF]H*(?:$|[HYIO])"
)
"""A drawing of a boy, a cartoon boy, a boy statue."""

APART = r"(?:[SPTHFY]|Ks|x(?!xxx))*(?:[PS]|[PSF]G)[HY]*(?:$|[WBI])|D[xSTPFH]*[PG]H*(?:$|[BY])"
"""A clause that says of the whole what it is: oil painting; a sketch."""

ANYWHERE = (
    r"Z|Y[OI]?(?:[Dx]|KsM?){0,3}[PGSFATU]|[PGSFATU]H?Y|B[Dx]?A|TB|[TU][IW][Dx]{0,2}[PSFA]"
    r"|(?<!N)I(?:[xST]{0,3}[PS](?:$|[IHBOWYL])|D[xST]{0,2}[PG]$)|(?<!N)QD?[xSTU]{0,3}[PSGF]"
)
"""In the style of a cartoon, in watercolor, as an anime character, drawn by, by Van Gogh."""

FINAL = r"Z|[PGSFA]Y|[KPSAO]P$|^D*[PS]O?K|^[PSYHO]+$"
"""The same where the picture is named last."""


def is_artwork(text: str, persons: tuple[str, ...]) -> bool:
    """Whether a text asks for a handmade picture, in linear time.

    `persons` are words for people.
    """
    clauses = (clause for clause in re.split(CLAUSE, normalize(text)) if clause.strip())
    return any(_asks_for_artwork(clause, number, persons) for number, clause in enumerate(clauses))


def _asks_for_artwork(clause: str, number: int, persons: tuple[str, ...]) -> bool:
    letters = _letters(tokens(clause), persons)
    if not clause.isascii() and re.search(HEAD_FINAL, clause):
        return bool(re.search(FINAL, letters))
    has_person = PERSON in letters.replace("Ks", "")
    return bool(
        re.search(ANYWHERE, letters)
        or ((number == 0 or has_person) and re.match(HEADED, letters))
        or (number > 0 and not has_person and re.match(APART, letters))
    )


def _letters(words: Words, persons: tuple[str, ...]) -> str:
    """A letter for each listed phrase and each other word."""
    letter_of, index = _grammar(persons)
    letters, place = [], 0
    for start, end, phrase in spans(words, index):
        letters += [*map(_other, words[place:start]), letter_of[phrase]]
        place = end
    return "".join([*letters, *map(_other, words[place:])])


@cache
def _grammar(persons: tuple[str, ...]) -> tuple[Mapping[str, str], PhraseIndex]:
    """Listed phrases by their parts of speech."""
    parts = json.loads(Path(__file__).with_suffix(".json").read_bytes())
    letters = {word: part for part in parts if len(part) == 1 for word in parts[part]}
    letter_of = {**dict.fromkeys(persons, PERSON), **letters}
    return letter_of, PhraseIndex(letter_of, plurals)


def _other(word: str) -> str:
    if word == "s":
        return "s"
    if word.endswith("ing"):
        return "V"
    return "L" if word.endswith("ly") else "x"
