"""What a caller asks the fake itself to do. Prompt, header and rule share one grammar.

In a prompt directives stand as `[fake: error=503 times=2]`, in the header `X-Imagen-Fake` and in
a rule without the brackets. `DIRECTIVES` is the whole list.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate
from typing import Any

from imagen_fake import spec
from imagen_fake.normalize import folded

Directives = Mapping[str, Any]
"""Values by name, as the table reads them; `score.CATEGORY` gathers in `score`."""

IN_PROMPT = re.compile(r"\s*\[fake:([^\]\n]*)\]", re.IGNORECASE)
LONGEST = 1000
"""How many characters all directives of one place may have."""

LONGEST_DELAY = 600.0
ALL = 2**31
MODEL = "MODEL"
SCORE = "score"
SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0}
BYTES = {"": 1, "k": 1000, "M": 1000**2}


class DirectiveError(ValueError):
    """A directive that cannot be followed; the text says which one and what is possible."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table: how a directive is written, what it does, how its value is read."""

    written: str
    means: str
    read: Callable[[str], Any]
    rules_only: bool = False

    @property
    def name(self) -> str:
        """What stands before the `=`."""
        return re.split("[=.]", self.written)[0]


def parse(text: str, in_rule: bool = False) -> Directives:
    """The directives of a text; raises DirectiveError."""
    found: dict[str, Any] = {}
    for token in _tokens(text):
        name, _, value = token.partition("=")
        name, _, category = name.lower().partition(".")
        kind = _kinds().get(name)
        if kind is None or (kind.rules_only and not in_rule) or (category and name != SCORE):
            raise DirectiveError(_unknown(token, in_rule))
        if (value == "") != (kind.written == kind.name):
            raise DirectiveError(f"{token[:80]!r}: write it as {kind.written}.")
        try:
            read = kind.read(f"{category}={value}" if name == SCORE else value)
        except ValueError as error:
            raise DirectiveError(f"{token[:80]!r}: {error} Write it as {kind.written}.") from None
        found[name] = {**found.get(SCORE, {}), **read} if name == SCORE else read
    return found


def lift(body: Any) -> tuple[Any, str]:
    """A body without the directives in its prompt, and their text.

    The prompt stands in the body itself, or in its first instance. One that is nothing but
    directives stays as it is.
    """
    if not isinstance(body, Mapping):
        return body, ""
    rest, found = dict(body), []
    for key, value in body.items():
        if isinstance(value, str) and "[" in value and folded(key) == "prompt":
            rest[key], said = _lifted(value)
        elif isinstance(value, list) and value and folded(key) == "instances":
            first, said = lift(value[0])
            rest[key] = [first, *value[1:]]
        else:
            continue
        found.append(said)
    said = " ".join(filter(None, found))
    return (rest, said) if said else (body, "")


def _lifted(prompt: str) -> tuple[str, str]:
    rest = IN_PROMPT.sub("", prompt).strip()
    return rest or prompt, " ".join(IN_PROMPT.findall(prompt)).strip()


def _tokens(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise DirectiveError(f"{len(text)} characters of directives; {LONGEST} are read.")
    try:
        return shlex.split(text.replace("\\", "\\\\"))
    except ValueError:
        raise DirectiveError(f"{text[:80]!r}: a quotation mark is not closed.") from None


def _unknown(token: str, in_rule: bool) -> str:
    known = ", ".join(kind.written for kind in DIRECTIVES if in_rule or not kind.rules_only)
    return f"{token[:80]!r} is no directive{'' if in_rule else ' here'}. There are: {known}."


def _kinds() -> Mapping[str, Kind]:
    return {kind.name: kind for kind in DIRECTIVES}


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise ValueError("a whole number is expected.")
    return int(value)


def _some(value: str) -> int:
    return ALL if value == "all" else _count(value)


def _codes(value: str) -> tuple[str, ...]:
    return tuple(map(_code, value.split(",")))


def _code(value: str) -> str:
    _count(value)
    return value


def _score(value: str) -> Mapping[str, float]:
    category, _, score = value.partition("=")
    categories = spec.table("safety_categories")["prompt"]["value"]
    named = {_bare(name): name for name in categories}
    if _bare(category) not in named:
        raise ValueError(f"the categories are {', '.join(categories)} (blanks may be left out).")
    return {named[_bare(category)]: _share(score)}


def _bare(category: str) -> str:
    return re.sub(r"\W", "", category).casefold()


def _share(value: str) -> float:
    if not re.fullmatch(r"[01]|[01]?\.\d{1,9}", value) or float(value) > 1:
        raise ValueError("a number from 0 to 1 is expected.")
    return float(value)


def _delay(value: str) -> float | str:
    if value == MODEL:
        return MODEL
    known = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)(ms|s|m|)", value)
    if not known or float(known[1]) * SECONDS[known[2]] > LONGEST_DELAY:
        raise ValueError(f"up to {LONGEST_DELAY:.0f} seconds, or MODEL, are expected.")
    return float(known[1]) * SECONDS[known[2]]


def _part(value: str) -> float | int:
    """A share of the body as a float, or a number of bytes."""
    if value.endswith("%") and _count(value[:-1]) <= 100:
        return _count(value[:-1]) / 100
    return _count(value)


def _speed(value: str) -> int:
    known = re.fullmatch(r"(\d{1,9})([kM]?)B?(?:/s)?", value)
    if not known or int(known[1]) == 0:
        raise ValueError("a number of bytes from 1 is expected.")
    return int(known[1]) * BYTES[known[2]]


def _error(value: str) -> tuple[str, str]:
    """The id of an error in `errors.json`, and the words to put in place of its own."""
    named, _, message = value.partition(":")
    known = spec.read("errors.json")
    for status, codes in spec.table("status_codes")["codes"].items():
        if named.upper() in (status, str(codes["http"])):
            return known["byStatus"][status], message
    if named in known["errors"]:
        return named, message
    raise ValueError("an HTTP status such as 429, a canonical code or an error's id is expected.")


def _quota(value: str) -> int | str:
    return MODEL if value == MODEL else _count(value)


def _clock(value: str) -> str:
    if value not in ("real", "manual"):
        raise ValueError("there are two clocks.")
    return value


def _always(value: str) -> bool:
    return not value


def _pattern(value: str) -> Callable[[str], object]:
    return re.compile(translate(value), re.IGNORECASE).match


DIRECTIVES = (
    Kind("filter=N|all", "filter that many of the pictures, from the last on", _some),
    Kind("codes=CODE,…", "the support codes that `filter` gives", _codes),
    Kind("block=CODE", "refuse the prompt, with this support code", _code),
    Kind("score.CATEGORY=X", "the score of a safety category, from 0 to 1", _score),
    Kind("error=STATUS|CODE[:TEXT]", "answer an error (429, UNAVAILABLE, an id)", _error),
    Kind("seed=N", "another picture for each number, where a seed is refused", _count),
    Kind("delay=TIME|MODEL", "wait before answering: 2s, 500ms, or as the model took", _delay),
    Kind("drop", "reset the connection in place of an answer", _always),
    Kind("truncate=N%|BYTES", "end the connection after that much of the body", _part),
    Kind("slow=BYTES/s", "send the body no faster than that", _speed),
    Kind("malformed", "send a body that is no JSON", _always),
    Kind("times=N", "only that many times, then no more", _count),
    Kind("after=N", "only after that many calls", _count),
    Kind("p=X", "only for that share of calls, the same ones in each run", _share),
    Kind("quota=N|MODEL", "429 after so many calls a minute and base model", _quota, True),
    Kind("clock=real|manual", "whose minutes `quota` counts", _clock, True),
    Kind("surface=NAME", "only calls on that surface", _pattern, True),
    Kind("model=PATTERN", "only calls of these models, `imagen-4*`", _pattern, True),
    Kind("task=NAME", "only calls of that task", _pattern, True),
    Kind("prompt=PATTERN", "only calls with such a prompt, `*apple*`", _pattern, True),
)
"""Every directive there is. README shows this table."""

MATCHED = ("surface", "model", "task", "prompt")
CONDITIONS = (*MATCHED, "times", "after", "p", "quota", "clock")


def outcomes(directives: Directives) -> Directives:
    """What directives force, without the conditions under which they do."""
    return {name: value for name, value in directives.items() if name not in CONDITIONS}


def table() -> Iterator[tuple[str, str, bool]]:
    """How each directive is written, what it means, whether only rules have it."""
    for kind in DIRECTIVES:
        yield kind.written, kind.means, kind.rules_only
