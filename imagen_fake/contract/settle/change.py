"""A change of one fact, and files of `schemas/` with such changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from imagen_fake.contract.exchange import Fact
from imagen_fake.contract.facts.facts import split_pointer
from imagen_fake.contract.facts.lookup import read_value
from imagen_fake.contract.settle.json_text import (
    insert_member,
    locate,
    members,
    remove_member,
    replace_value,
)
from imagen_fake.contract.settle.settlement import SURE

GRADE, SOURCE, NOTE, CONFLICT = "x-grade", "x-source", "x-note", "x-conflict"
ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Values:
    """What is set below a fact's pointer, and what is removed, each by its own pointer."""

    values: Mapping[str, Any] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A graded fact that a recording settles; `values` is empty if it only confirms it."""

    fact: Fact
    source: str
    values: Values = Values()

    @property
    def contradicts(self) -> bool:
        """Whether the fact says something else from now on."""
        return bool(self.values.values or self.values.removed)


def apply(files: Mapping[str, str], changes: Iterable[Change]) -> Mapping[str, str]:
    """The texts of files below `schemas/`, by name, with some changes.

    Raises KeyError where a file has no such fact.
    """
    texts = dict(files)
    for change in changes:
        file, steps = split_pointer(change.fact.pointer)
        text = texts[file]
        for pointer, value in change.values.values.items():
            text = _set(text, split_pointer(pointer)[1], value)
        for pointer in change.values.removed:
            text = remove_member(text, split_pointer(pointer)[1])
        texts[file] = _graded(text, steps, change)
    return texts


def _graded(text: str, steps: tuple[str, ...], change: Change) -> str:
    """The text with the grade, the sources and the conflict of a fact that was recorded.

    The note of an assumption says why it was made, and goes with it.
    """
    old = change.fact.source
    sources = [change.source]
    if not change.contradicts:
        sources = [*old, change.source]
    elif change.fact.grade != ASSUMED:
        sources = [change.source, *old]
        conflict = f"{change.fact.grade.capitalize()} before: {_quoted(change)}."
        text = _member(text, steps, GRADE, CONFLICT, conflict)
    text = _member(text, steps, GRADE, SOURCE, sources)
    if change.fact.grade == ASSUMED and _has(text, (*steps, NOTE)):
        text = remove_member(text, (*steps, NOTE))
    return replace_value(text, (*steps, GRADE), SURE)


def _quoted(change: Change) -> str:
    """The values that the change replaces."""
    values = {**change.values.values, **dict.fromkeys(change.values.removed)}
    old = ((pointer.rpartition("/")[2], _old(pointer, new)) for pointer, new in values.items())
    return "; ".join(f"{name} {value}" for name, value in old)


def _old(pointer: str, new: Any) -> object:
    """The value at a place; of a list what the new one has no more."""
    try:
        old = read_value(pointer)
    except KeyError:
        return "none"
    if isinstance(old, list) and isinstance(new, list):
        return [one for one in old if one not in new]
    return old


def _set(text: str, steps: tuple[str, ...], value: Any) -> str:
    """The text with a value at a place, which may be a new member of its object."""
    if _has(text, steps):
        return replace_value(text, steps, value)
    around = locate(text, steps[:-1])
    keys = [one.key for one in members(text, around.start)]
    last = [key for key in keys if not key.startswith("x-")][-1:] or keys[-1:]
    return insert_member(text, steps[:-1], last[0], steps[-1], value)


def _member(text: str, steps: tuple[str, ...], after: str, key: str, value: Any) -> str:
    """The text with a member of a fact; a conflict is added to the one there is."""
    place = (*steps, key)
    if not _has(text, place):
        return insert_member(text, steps, after, key, value)
    if key == CONFLICT:
        member = locate(text, place)
        return text[: member.end - 1] + f" {value}" + text[member.end - 1 :]
    return replace_value(text, place, value)


def _has(text: str, steps: tuple[str, ...]) -> bool:
    try:
        locate(text, steps)
    except KeyError:
        return False
    return True
