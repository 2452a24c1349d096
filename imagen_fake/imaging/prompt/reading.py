"""What a painter takes from a prompt: subjects, setting, moods, colours, style."""

import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache

from imagen_fake.imaging.prompt.translation import meanings
from imagen_fake.imaging.prompt.vocabulary import Meaning, meaning, vocabulary

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
    shown_at: int = -ADJECTIVE_REACH - 1  # the place of the last subject among the words


def read(prompt: str, language: str = "en") -> Reading:
    """Return what the first 1,500 characters of `prompt` ask to be shown.

    `language` is the value of the parameter of that name: see `translation.py`.
    """
    reading, text = Reading(), prompt[:READ_CHARACTERS]
    text = text if text.isascii() else _spell_emoji(text)
    for place, said in enumerate(meanings(text, language)):
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
    if said.follows and _worn_by_the_last(reading, place, said):
        return
    if said.colour:
        _shed(reading)
        reading.adjectives["colour"] = (place, said)
    elif said.number:
        reading.adjectives["number"] = (place, said)
    elif said.icon and said.habitat:
        _show(reading, place, said.icon, said.habitat)


def _worn_by_the_last(reading: Reading, place: int, said: Meaning) -> bool:
    """Let the subject before wear a colour or number that follows it; return whether it does."""
    if place - reading.shown_at > ADJECTIVE_REACH:
        return False
    last = reading.subjects[-1]
    if (said.colour and last.colour) or (said.number and last.count > 1):
        return False
    colour, count = said.colour or last.colour, said.number or last.count
    reading.subjects[-1] = replace(last, colour=colour, count=count)
    return True


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
    reading.shown_at = place


def _shed(reading: Reading) -> None:
    """Give a colour that found no subject to the picture as a whole."""
    _, said = reading.adjectives.pop("colour", (0, Meaning()))
    if said.colour:
        reading.colours.append(said.colour)


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
