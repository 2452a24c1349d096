"""Editing JSON as text: whatever does not change keeps its layout."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Steps = Sequence[str]
"""The keys and indexes, as text, that lead to a place in a JSON document."""

BLANK = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder()
INDENT = 2


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object or element of a list: where its key, or it, begins and it ends."""

    key: str
    key_start: int
    start: int
    end: int


def replace_value(text: str, steps: Steps, value: Any) -> str:
    """The document with another value at a place, on as few or many lines as the old one.

    Raises KeyError where there is nothing.
    """
    member = locate(text, steps)
    old = text[member.start : member.end]
    if json.loads(old) == value:
        return text
    lines = "\n" in old
    return text[: member.start] + _dump(text, member.start, value, lines) + text[member.end :]


def insert_member(text: str, steps: Steps, after: str, key: str, value: Any) -> str:
    """The document with a new member in the object at a place, behind another one and like it.

    Raises KeyError where there is no such object or member.
    """
    other = locate(text, (*steps, after))
    before = text[: other.key_start]
    gap = before[len(before.rstrip()) :]
    lines = "\n" in gap and isinstance(value, list | dict)
    dumped = _dump(text, other.key_start, value, lines)
    return f"{text[: other.end]},{gap or ' '}{json.dumps(key)}: {dumped}{text[other.end :]}"


def remove_member(text: str, steps: Steps) -> str:
    """The document without the member or element at a place, and its comma.

    Raises KeyError where there is nothing.
    """
    member = locate(text, steps)
    before, behind = text[: member.key_start].rstrip(), text[member.end :]
    if before.endswith(","):
        return before[:-1] + behind
    rest = BLANK.sub("", behind, count=1)
    if rest.startswith(","):
        return text[: member.key_start] + rest[1:].lstrip()
    return before + rest


def locate(text: str, steps: Steps) -> Member:
    """The member at a place; of the whole document there is no key. Raises KeyError."""
    start = _skip(text, 0)
    member = Member("", start, start, _end(text, start))
    for step in steps:
        member = next((one for one in members(text, member.start) if one.key == step), None) or (
            _missing(steps)
        )
    return member


def members(text: str, start: int) -> Iterator[Member]:
    """The members of the object, or elements of the list, that begins there; none of a scalar."""
    is_object = text[start] == "{"
    if not is_object and text[start] != "[":
        return
    place, index = _skip(text, start + 1), 0
    while text[place] not in "}]":
        key, value = str(index), place
        if is_object:
            key, end = DECODER.raw_decode(text, place)
            value = _skip(text, _skip(text, end) + 1)
        member = Member(key, place, value, _end(text, value))
        yield member
        place, index = _skip(text, member.end), index + 1
        if text[place] == ",":
            place = _skip(text, place + 1)


def _missing(steps: Steps) -> Member:
    raise KeyError("/".join(steps))


def _skip(text: str, place: int) -> int:
    match = BLANK.match(text, place)
    return match.end() if match else place


def _end(text: str, start: int) -> int:
    return DECODER.raw_decode(text, start)[1]


def _dump(text: str, start: int, value: Any, lines: bool) -> str:
    """A value as text; on several lines it is indented as the line is on which it begins."""
    if not lines:
        return json.dumps(value, ensure_ascii=False)
    line = text[text.rfind("\n", 0, start) + 1 : start]
    margin = line[: len(line) - len(line.lstrip())]
    return json.dumps(value, ensure_ascii=False, indent=INDENT).replace("\n", f"\n{margin}")
