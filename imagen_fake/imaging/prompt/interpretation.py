"""The interpretation of a prompt: subjects, settings, moods, styles, colours."""

import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache

from imagen_fake.imaging.prompt.translation import meanings
from imagen_fake.imaging.prompt.vocabulary import Meaning, meaning_of, vocabulary

MOST_CHARACTERS = 1500  # of a prompt that are interpreted
MOST_SUBJECTS = 3
ADJECTIVE_REACH = 3  # words between a number or colour and its noun: "two big red apples"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to show: its icon, where it is found, its colour ("#rrggbb"), how many."""

    icon: str
    habitat: str
    colour: str | None = None
    count: int = 1


@dataclass(slots=True)
class Interpretation:
    """An interpreted prompt; lists are in the order of the words."""

    subjects: list[Subject] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)  # without a subject
    adjectives: dict[str, tuple[int, Meaning]] = field(default_factory=dict)  # without a noun
    last_subject_at: int = -ADJECTIVE_REACH - 1  # the place of the last subject among the words


def interpret(prompt: str, language: str = "en") -> Interpretation:
    """Return the interpretation of a prompt's first 1,500 characters.

    `language` is the value of the parameter of that name: see `translation.py`.
    """
    interpretation, text = Interpretation(), prompt[:MOST_CHARACTERS]
    if not text.isascii():
        text = "".join(f" {emoji_words(mark)} " if is_emoji(mark) else mark for mark in text)
    for index, meaning in enumerate(meanings(text, language)):
        if meaning:
            _add_word(interpretation, index, meaning)
    _release_colour(interpretation)
    return interpretation


def _add_word(interpretation: Interpretation, index: int, meaning: Meaning) -> None:
    for names, name in (
        (interpretation.settings, meaning.setting),
        (interpretation.moods, meaning.mood),
        (interpretation.styles, meaning.style),
    ):
        if name and name not in names:
            names.append(name)
    if meaning.follows and _applies_to_last(interpretation, index, meaning):
        return
    if meaning.colour:
        _release_colour(interpretation)
        interpretation.adjectives["colour"] = (index, meaning)
    elif meaning.number:
        interpretation.adjectives["number"] = (index, meaning)
    elif meaning.icon and meaning.habitat:
        _add_subject(interpretation, index, meaning.icon, meaning.habitat)


def _applies_to_last(interpretation: Interpretation, index: int, meaning: Meaning) -> bool:
    """Apply a colour or number behind its noun to the last subject; return whether it fits."""
    if index - interpretation.last_subject_at > ADJECTIVE_REACH:
        return False
    last = interpretation.subjects[-1]
    if (meaning.colour and last.colour) or (meaning.number and last.count > 1):
        return False
    colour, count = meaning.colour or last.colour, meaning.number or last.count
    interpretation.subjects[-1] = replace(last, colour=colour, count=count)
    return True


def _add_subject(interpretation: Interpretation, index: int, icon: str, habitat: str) -> None:
    icons = [subject.icon for subject in interpretation.subjects]
    if len(icons) == MOST_SUBJECTS or icon in icons:
        return
    adjectives = {
        kind: interpretation.adjectives.pop(kind)[1]
        for kind, (position, _) in list(interpretation.adjectives.items())
        if index - position <= ADJECTIVE_REACH
    }
    colour = adjectives.get("colour", Meaning()).colour
    count = adjectives.get("number", Meaning()).number or 1
    interpretation.subjects.append(Subject(icon, habitat, colour, count))
    interpretation.last_subject_at = index


def _release_colour(interpretation: Interpretation) -> None:
    """Add a colour without a subject to those of the whole picture."""
    _, meaning = interpretation.adjectives.pop("colour", (0, Meaning()))
    if meaning.colour:
        interpretation.colours.append(meaning.colour)


def is_emoji(mark: str) -> bool:
    """Return whether `mark` is a pictograph of the emoji, symbol or dingbat blocks."""
    return (
        "\u2600" <= mark <= "\u27bf"
        or "\u2b50" <= mark <= "\u2b55"
        or "\U0001f300" <= mark <= "\U0001faff"
    )


@lru_cache(maxsize=256)
def emoji_words(mark: str) -> str:
    """Return an emoji as words of the vocabulary ("red apple"), else its Unicode name."""
    name = unicodedata.name(mark, "")
    words = (word for part, word in vocabulary().emoji.items() if part in name)
    return next(words, name.lower().removesuffix(" face"))


def emoji_icon(mark: str) -> str | None:
    """Return the icon of an emoji, or None."""
    meanings = map(meaning_of, emoji_words(mark).split())
    return next((meaning.icon for meaning in meanings if meaning and meaning.icon), None)
