"""What a painter takes from a prompt: subjects, setting, moods, colours, style."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import zip_longest

from imagen_fake.imaging.vocabulary import Meaning, meaning, vocabulary

READ_CHARACTERS = 1500  # a painter reads no further: every word costs time
MOST_SUBJECTS = 3
ADJECTIVE_REACH = 3  # "two big red apples": a number or colour is at most this far from its noun


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to show: its icon, where it is found, its colour ("#rrggbb"), how many."""

    icon: str
    habitat: str
    colour: str | None = None
    count: int = 1


@dataclass(slots=True)
class Reading:
    """A prompt, understood; every list is in the order of the words."""

    subjects: list[Subject] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)  # those that no subject wears
    adjectives: dict[str, tuple[int, Meaning]] = field(default_factory=dict)  # not yet worn


def read(prompt: str) -> Reading:
    """Return what the first 1,500 characters of `prompt` ask to be shown."""
    reading = Reading()
    for place, word in enumerate(_words(prompt[:READ_CHARACTERS].lower())):
        said = meaning(word)
        if said:
            _take(reading, place, said)
    _shed(reading)
    return reading


def _take(reading: Reading, place: int, said: Meaning) -> None:
    for names, name in (
        (reading.settings, said.setting),
        (reading.moods, said.mood),
        (reading.styles, said.style),
    ):
        if name and name not in names:
            names.append(name)
    if said.colour:
        _shed(reading)
        reading.adjectives["colour"] = (place, said)
    elif said.number:
        reading.adjectives["number"] = (place, said)
    elif said.icon and said.habitat:
        _show(reading, place, said.icon, said.habitat)


def _show(reading: Reading, place: int, icon: str, habitat: str) -> None:
    if len(reading.subjects) == MOST_SUBJECTS or any(icon == s.icon for s in reading.subjects):
        return
    worn = {
        kind: reading.adjectives.pop(kind)[1]
        for kind, (stood, _) in list(reading.adjectives.items())
        if place - stood <= ADJECTIVE_REACH
    }
    colour = worn.get("colour", Meaning()).colour
    count = worn.get("number", Meaning()).number or 1
    reading.subjects.append(Subject(icon, habitat, colour, count))


def _shed(reading: Reading) -> None:
    """Give a colour that found no subject to the picture as a whole."""
    _, said = reading.adjectives.pop("colour", (0, Meaning()))
    if said.colour:
        reading.colours.append(said.colour)


def _words(text: str) -> Iterator[str]:
    """Yield the words; two that mean something together come as one, joined by "_"."""
    words = _pattern().findall(text if text.isascii() else _spell_emoji(text))
    skip = False
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if skip:
            skip = False
            continue
        pair = f"{word}_{following}"
        skip = meaning(pair) is not None
        yield pair if skip else word


@cache
def _pattern() -> re.Pattern[str]:
    """Return what finds words: known Chinese and Japanese ones (unspaced), Hindi, all others."""
    unspaced = [word for word in vocabulary().words if "\u3040" <= word[0] <= "\u9fff"]
    longest_first = "|".join(sorted(unspaced, key=lambda word: (-len(word), word)))
    return re.compile(longest_first + r"|[\u0900-\u097f]+|[^\W_\u0900-\u097f\u3040-\u9fff]+")


def _spell_emoji(text: str) -> str:
    return "".join(f" {emoji_words(mark)} " if is_emoji(mark) else mark for mark in text)


def is_emoji(mark: str) -> bool:
    """Return whether `mark` is a pictograph of the emoji, symbol or dingbat blocks."""
    return "\u2600" <= mark <= "\u27bf" or "\u2b50" <= mark <= "\u2b55" or _pictograph(mark)


def _pictograph(mark: str) -> bool:
    return "\U0001f300" <= mark <= "\U0001faff"


@lru_cache(maxsize=256)
def emoji_words(mark: str) -> str:
    """Return what an emoji shows in a painter's words ("red apple"), else its Unicode name."""
    name = unicodedata.name(mark, "")
    known = (word for part, word in vocabulary().emoji.items() if part in name)
    return next(known, name.lower().removesuffix(" face"))


def emoji_icon(mark: str) -> str | None:
    """Return the icon that shows the same thing as an emoji, or None."""
    meanings = map(meaning, emoji_words(mark).split())
    return next((said.icon for said in meanings if said and said.icon), None)
