"""The English vocabulary: the meanings of words for a picture, from `vocabulary.json`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple


class Meaning(NamedTuple):
    """The meaning of a word: "ocean" is a setting and a mood, "orange" a colour, "the" nothing."""

    icon: str | None = None
    habitat: str | None = None  # where the icon's subject is found
    setting: str | None = None
    mood: str | None = None
    style: str | None = None
    colour: str | None = None  # "#rrggbb"
    number: int | None = None
    follows: bool = False  # a colour or number that stands behind its noun


class Vocabulary(NamedTuple):
    """Words and tables of `vocabulary.json`."""

    words: Mapping[str, Meaning]  # one word, or two joined by "_"
    emoji: Mapping[str, str]  # part of a Unicode name -> word
    natural: Mapping[str, str]  # icon -> "#rrggbb"
    linings: Mapping[str, Sequence[str]]  # icon -> what its holes may show, each "#rrggbb"
    habitats: Mapping[str, Sequence[str]]  # habitat -> settings
    habitat_of: Mapping[str, str]  # icon -> habitat
    setting_moods: Mapping[str, Sequence[str]]
    style_moods: Mapping[str, Sequence[str]]
    schemes: Mapping[str, Sequence[Sequence[str]]]  # mood -> rows of eleven "#rrggbb"


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the package."""
    table = json.loads(Path(__file__).with_name("vocabulary.json").read_text("utf-8"))
    colours = table["colours"]
    return Vocabulary(
        words=_meanings(table),
        emoji=table["emoji"],
        natural={icon: colours[word] for icon, word in table["natural"].items()},
        linings={
            icon: row.split() for row, icons in table["linings"].items() for icon in icons.split()
        },
        habitats=table["habitats"],
        habitat_of={icon: place for place, icons in table["subjects"].items() for icon in icons},
        setting_moods=table["setting_moods"],
        style_moods=table["style_moods"],
        schemes={mood: list(map(str.split, rows)) for mood, rows in table["schemes"].items()},
    )


@lru_cache(maxsize=2048)
def meaning_of(word: str) -> Meaning | None:
    """Return the meaning of a word in lower case, singular or plural, or None."""
    words = vocabulary().words
    return next((words[form] for form in _forms(word) if form in words), None)


def _forms(word: str) -> Iterator[str]:
    """Yield a word and its possible singulars: foxes, berries, wolves, knives, cats."""
    yield word
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("ves"):
        yield word[:-3] + "f"
        yield word[:-3] + "fe"


def _meanings(table: Mapping[str, Any]) -> dict[str, Meaning]:
    fields: dict[str, dict[str, Any]] = {}
    for word, entry in _entries(table):
        fields.setdefault(word, {}).update(entry)
    return {word: Meaning(**entry) for word, entry in fields.items()}


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each word with one part of its meaning."""
    for habitat, icons in table["subjects"].items():
        for icon, words in icons.items():
            for word in words.split():
                yield word, {"icon": icon, "habitat": habitat}
    for kind, groups in (("setting", "settings"), ("mood", "moods"), ("style", "style_words")):
        for name, words in table[groups].items():
            for word in words.split():
                yield word, {kind: name}
    for kind, group in (("colour", "colours"), ("number", "numbers")):
        yield from ((word, {kind: value}) for word, value in table[group].items())
    for word in table["silent"].split():
        yield word, {}
