"""Parsers of directives' values. Each raises ValueError for a value that it does not take.

Numbers are in ASCII digits.
"""

import re
from collections.abc import Mapping
from typing import Any

from imagen_fake import spec

LONGEST_DELAY = 600.0
ALL = 2**31
MODEL = "MODEL"
CHUNKS = "chunks"
PARTS = ("text", "image", "text,image")
SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0}
BYTES = {"": 1, "k": 1000, "M": 1000**2}

DELAY = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(ms|s|m|)")
SPEED = re.compile(r"([0-9]{1,9})([kM]?)B?(?:/s)?")
PROJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
PROJECT_FORM = "a project's name: up to 100 letters, digits and . _ : -, none of these first"
SHARE = re.compile(r"[01]|[01]?\.[0-9]{1,9}")


def count(value: str) -> int:
    """A number of up to nine digits."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise ValueError("a whole number is expected.")
    return int(value)


def count_or_all(value: str) -> int:
    """A number, or one larger than any count."""
    return ALL if value == "all" else count(value)


def codes(value: str) -> tuple[str, ...]:
    """Support codes."""
    return tuple(map(code, value.split(",")))


def code(value: str) -> str:
    """A support code."""
    count(value)
    return value


def block(value: str) -> str:
    """A support code, or the reason why a prompt is blocked."""
    reasons = _outcomes()["blockReasons"]["value"]
    if value.upper() in reasons:
        return value.upper()
    try:
        return code(value)
    except ValueError:
        raise ValueError(f"a support code or one of {', '.join(reasons)} is expected.") from None


def finish(value: str) -> str:
    """The reason with which a candidate ends, and after a colon the form of its content."""
    reason, colon, form = value.partition(":")
    reasons, forms = _outcomes()["finishReasons"]["value"], _outcomes()["contents"]["value"]
    if reason.upper() not in reasons:
        raise ValueError(f"the reasons are {', '.join(reasons)}.")
    if colon and (form not in forms or reason.upper() == "STOP"):
        raise ValueError(f"the contents are {', '.join(forms)}; with STOP there are parts.")
    return reason.upper() + colon + form


def parts(value: str) -> str:
    """What parts an answer has."""
    if value not in PARTS:
        raise ValueError(f"the parts are {' or '.join(PARTS)}.")
    return value


def images(value: str) -> int:
    """How many pictures an answer has."""
    most = _outcomes()["images"]["maximum"]
    if not 1 <= count(value) <= most:
        raise ValueError(f"1 to {most} pictures are expected; for none there is parts=text.")
    return count(value)


def _outcomes() -> Mapping[str, Any]:
    facts: Mapping[str, Any] = spec.read("content/outcomes.json")
    return facts


def score(value: str) -> Mapping[str, float]:
    """The score of a safety category, from `CATEGORY=X`."""
    category, _, level = value.partition("=")
    categories = spec.table("safety_categories")["prompt"]["value"]
    names = {_category_key(name): name for name in categories}
    if _category_key(category) not in names:
        raise ValueError(f"the categories are {', '.join(categories)} (blanks may be left out).")
    return {names[_category_key(category)]: fraction(level)}


def _category_key(category: str) -> str:
    return re.sub(r"\W", "", category).casefold()


def fraction(value: str) -> float:
    """A number from 0 to 1."""
    if not SHARE.fullmatch(value) or float(value) > 1:
        raise ValueError("a number from 0 to 1 is expected.")
    return float(value)


def pause(value: str) -> float:
    """Seconds."""
    if value == MODEL:
        raise ValueError(f"up to {LONGEST_DELAY:.0f} seconds are expected.")
    return float(delay(value))


def delay(value: str) -> float | str:
    """Seconds, or MODEL."""
    if value == MODEL:
        return MODEL
    match = DELAY.fullmatch(value)
    if not match or float(match[1]) * SECONDS[match[2]] > LONGEST_DELAY:
        raise ValueError(f"up to {LONGEST_DELAY:.0f} seconds, or MODEL, are expected.")
    return float(match[1]) * SECONDS[match[2]]


class ChunkCount(str):
    """So many chunks of a stream, as they are written: `2chunks`."""

    __slots__ = ()

    @property
    def number(self) -> int:
        """How many."""
        return count(self.removesuffix(CHUNKS))


def length(value: str) -> float | int | ChunkCount:
    """A share of the body as a float, a number of bytes, or of chunks."""
    if value.endswith(CHUNKS):
        count(value.removesuffix(CHUNKS))
        return ChunkCount(value)
    if value.endswith("%") and count(value[:-1]) <= 100:
        return count(value[:-1]) / 100
    return count(value)


def speed(value: str) -> int:
    """Bytes per second."""
    match = SPEED.fullmatch(value)
    if not match or int(match[1]) == 0:
        raise ValueError("a number of bytes from 1 is expected.")
    return int(match[1]) * BYTES[match[2]]


def error(value: str) -> tuple[str, str]:
    """The id of an error in `errors.json`, and the words to put in place of its own."""
    name, _, message = value.partition(":")
    table = spec.read("errors.json")
    for status, facts in spec.table("status_codes")["codes"].items():
        if name.upper() in (status, str(facts["http"])):
            return table["byStatus"][status], message
    if name in table["errors"]:
        return name, message
    raise ValueError("an HTTP status such as 429, a canonical code or an error's id is expected.")


def quota(value: str) -> int | str:
    """Requests a minute, or MODEL."""
    return MODEL if value == MODEL else count(value)


def clock(value: str) -> str:
    """The name of a clock."""
    if value not in ("real", "manual"):
        raise ValueError("there are two clocks.")
    return value


def switch(value: str) -> bool:
    """True for on, False for off."""
    if value not in ("on", "off"):
        raise ValueError("on or off is expected.")
    return value == "on"


def project(value: str) -> str:
    """The name of a project."""
    if not is_project(value):
        raise ValueError(f"expected is {PROJECT_FORM}.")
    return value


def is_project(value: str) -> bool:
    """Whether a text is the name of a project, as an id or a number of Google Cloud is."""
    return PROJECT.fullmatch(value) is not None


def flag(value: str) -> bool:
    """True: there is no value."""
    return not value
