"""Ages of children in prompts, in digits and in words."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

from imagen_fake.safety.phrases import PhraseIndex, Words, normalize, plurals, spans, tokens

CLAUSE = re.compile(r"[.;:!?\n]+")
LATER = 60
"""How many characters after an age may say what is so old."""


def mentions_age_of_child(text: str, persons: PhraseIndex) -> bool:
    """Whether a text gives a child's age, in linear time; `persons` are words for people."""
    clauses = CLAUSE.split(normalize(text))
    return any(_in_clause(clause, persons) for clause in clauses if _has_number(clause))


def _has_number(clause: str) -> bool:
    """Whether any pattern could match; they take longer to compile than most prompts to judge."""
    numbers = chain.from_iterable(_facts()[kind] for kind in ("numbers", "characters", "spelled"))
    return any(map(str.isdecimal, clause)) or any(map(clause.__contains__, numbers))


def _in_clause(clause: str, persons: PhraseIndex) -> bool:
    following = [_words_after(clause, end) for end in _ends(clause)]
    if any(words is not None and (not words or any(spans(words, persons))) for words in following):
        return True
    words = tokens(clause) if None in following else ()
    return None in following and (any(spans(words, persons)) or not any(spans(words, _things())))


def _ends(clause: str) -> Iterator[int]:
    """The end of each age of a child."""
    for pattern in _patterns():
        for match in pattern.finditer(clause):
            age = next((group for group in match.groups() if group), "")
            if not age.isdecimal() or int(age) <= _facts()["most"]:
                yield match.end()


def _words_after(clause: str, end: int) -> Words | None:
    """The words that may name who is "7 year old"; None after "7 years old"."""
    if not clause.endswith("old", 0, end) or clause.endswith(("s old", "s-old"), 0, end):
        return None
    follows = tokens(clause[end : end + LATER].partition(",")[0])
    ends = _facts()["before"]
    return tuple(takewhile(lambda word: word not in ends and word[-3:] != "ing", follows))


@cache
def _facts() -> Any:
    return json.loads(Path(__file__).with_suffix(".json").read_bytes())


@cache
def _things() -> PhraseIndex:
    return PhraseIndex(_facts()["things"], plurals)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Patterns of ages in years, with their digits as a group, and of a child's in other units."""
    tens = "".join(rf"(?<!{word}[ -])" for word in _facts()["tens"])
    words, characters = "|".join(_facts()["numbers"]), "|".join(_facts()["characters"])
    number = (
        rf"(?:(?<![\d.])(\d{{1,2}})|(?<!\w){tens}(?:{words})|(?<![{characters}])(?:{characters}))"
    )
    years = [pattern.format(number) for pattern in _facts()["ages"]]
    young = [pattern.format(rf"(?:(?<!\d)\d{{1,2}}|(?:{words}))") for pattern in _facts()["young"]]
    return tuple(map(re.compile, (*years, *young)))
