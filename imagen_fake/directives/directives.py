r"""What a caller asks the fake itself to do. Prompt, header and rule share one grammar.

In a prompt directives stand as `[fake: error=503 times=2]`, in the header `X-Imagen-Fake` and in
a rule without the brackets. `DIRECTIVES` is the whole list; a token is `NAME` or `NAME=VALUE`.

    directives = [ token *( blanks token ) ]
    token      = 1*( plain | string | literal )
    plain      = one character, neither a blank nor a quotation mark
    string     = a string as in JSON: in double quotes, with the escapes \" \\ \n \u00e9 …
    literal    = single quotes around anything but single quotes

As in a shell, the parts of a token are put together, so `error="503:go away"` and
`"error=503:go away"` are the same; a backslash outside of double quotes is a character like
another.
"""

import json
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from imagen_fake.directives import values
from imagen_fake.directives.patterns import MATCHED, pattern, refuse_impossible

STRING = r'"(?:[^"\\]|\\.)*+"'
LITERAL = r"'[^']*+'"
PART = re.compile(rf"{STRING}|{LITERAL}|[^\s\"']++", re.DOTALL)
TOKEN = re.compile(rf"\s*+((?:{PART.pattern})++)", re.DOTALL)


def quote(text: str) -> str:
    """The text as a string of ASCII that `split` reads back: what a header can carry, too."""
    return json.dumps(text)


def split(text: str) -> list[str]:
    """The tokens of a text. Raises ValueError, which says what is wrong."""
    tokens, place = [], 0
    while token := TOKEN.match(text, place):
        tokens.append("".join(map(_read, PART.findall(token[1]))))
        place = token.end()
    if text[place:].strip():
        raise ValueError("a quotation mark is not closed.")
    return tokens


def _read(part: str) -> str:
    """The text of a part of a token. Raises ValueError."""
    if part[0] == "'":
        return part[1:-1]
    if part[0] != '"':
        return part
    try:
        text = str(json.loads(part, strict=False))
        text.encode()
    except ValueError:  # no escape of JSON, or half a surrogate pair
        raise ValueError(r'in double quotes, " and \ are written as \" and \\.') from None
    return text


Directives = Mapping[str, Any]
"""Values by name, as the table reads them; `score.CATEGORY` gathers in `score`."""

LONGEST = 1000
"""How many characters all directives of one place may have."""

SCORE = "score"


class DirectiveError(ValueError):
    """A directive that cannot be followed; the text says which one and what is possible."""


class Kind(NamedTuple):
    """A row of the table: syntax, description, and parser of the value."""

    syntax: str
    description: str
    parse: Callable[[str], Any]
    rules_only: bool = False

    @property
    def name(self) -> str:
        """The part before the `=`."""
        return re.split("[=.]", self.syntax)[0]


def parse(text: str, in_rule: bool = False) -> Directives:
    """The directives of a text; raises DirectiveError."""
    directives: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for token in _tokens(text):
        kind, value = _lookup(token, in_rule)
        try:
            parsed = kind.parse(value)
        except ValueError as error:
            raise DirectiveError(f"{token[:80]!r}: {error} Write it as {kind.syntax}.") from None
        earlier = directives.get(kind.name, {})
        if kind.name in directives and (kind.name != SCORE or parsed.keys() & earlier.keys()):
            raise DirectiveError(f"{token[:80]!r}: {kind.name} is there already; write it once.")
        directives[kind.name] = {**earlier, **parsed} if kind.name == SCORE else parsed
        texts[kind.name] = value
    _refuse_ineffective(directives, texts)
    return directives


def _tokens(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise DirectiveError(f"{len(text)} characters of directives; {LONGEST} are read.")
    try:
        return split(text)
    except ValueError as error:
        raise DirectiveError(f"{text[:80]!r}: {error}") from None


def _lookup(token: str, in_rule: bool) -> tuple[Kind, str]:
    """The row and the value of a token; of a score the value is `CATEGORY=X`."""
    name, _, value = token.partition("=")
    name, _, category = name.partition(".")
    kind = KINDS.get(name.lower()) if name.isascii() else None
    if kind is None or (kind.rules_only and not in_rule) or (category and kind.name != SCORE):
        raise DirectiveError(_unknown_message(token, name.lower(), in_rule))
    if value == "" if kind.syntax != kind.name else "=" in token:
        raise DirectiveError(f"{token[:80]!r}: write it as {kind.syntax}.")
    return kind, f"{category}={value}" if kind.name == SCORE else value


def _unknown_message(token: str, name: str, in_rule: bool) -> str:
    syntaxes = {kind.name: kind.syntax for kind in DIRECTIVES if in_rule or not kind.rules_only}
    near = get_close_matches(name[:80], syntaxes, n=1)
    hint = f" Did you mean {syntaxes[near[0]]}?" if near and near[0] != name else ""
    there = ", ".join(syntaxes.values())
    return f"{token[:80]!r} is no directive{'' if in_rule else ' here'}.{hint} There are: {there}."


def _refuse_ineffective(directives: Directives, texts: Mapping[str, str]) -> None:
    """Raise DirectiveError for directives without any effect."""
    for name, others in NEEDS.items():
        if name in directives and directives.keys().isdisjoint(others):
            raise DirectiveError(f"{name} does nothing without {' or '.join(others)} beside it.")
    turns = [name for name in COUNTING if name in directives]
    if turns and not outcomes(directives) and "quota" not in directives:
        raise DirectiveError(f"{turns[0]} does nothing without an outcome such as error=503.")
    try:
        refuse_impossible(directives, texts)
    except ValueError as error:
        raise DirectiveError(str(error)) from None


DIRECTIVES = (
    Kind("filter=N|all", "filter that many of the pictures, from the last on", values.count_or_all),
    Kind("codes=CODE,…", "the support codes that `filter` or `finish` gives", values.codes),
    Kind("block=CODE|REASON", "refuse the prompt, with this code or `blockReason`", values.block),
    Kind(
        "finish=REASON[:empty|none|role]",
        "answer no picture but this `finishReason`, with such a content",
        values.finish,
    ),
    Kind("parts=text|image|text,image", "answer words, a picture, or both", values.parts),
    Kind("images=N", "answer so many pictures, the last one being the final one", values.images),
    Kind("score.CATEGORY=X", "the score of a safety category, from 0 to 1", values.score),
    Kind("error=STATUS|CODE[:TEXT]", "answer an error (429, UNAVAILABLE, an id)", values.error),
    Kind("retry-after=SECONDS", "the header Retry-After of an error or a quota", values.count),
    Kind("seed=N", "another picture for each number, where a seed is refused", values.count),
    Kind(
        "caption=on|off", "letter prompt and label on pictures, or leave them bare", values.switch
    ),
    Kind(
        "delay=TIME|MODEL", "wait before answering: 2s, 500ms, or as the model took", values.delay
    ),
    Kind("drop", "reset the connection in place of an answer", values.flag),
    Kind(
        "truncate=N%|BYTES|Nchunks", "end the connection after that much of the body", values.length
    ),
    Kind("slow=BYTES/s", "send the body no faster than that", values.speed),
    Kind("pause=TIME", "wait between the chunks of a stream", values.pause),
    Kind("malformed", "send a body that is no JSON", values.flag),
    Kind("times=N", "only that many times, then no more", values.count),
    Kind("after=N", "only after that many calls", values.count),
    Kind("p=X", "only for that share of calls, the same ones in each run", values.fraction),
    Kind("quota=N|MODEL", "429 after so many calls a minute and base model", values.quota, True),
    Kind("clock=real|manual", "whose minutes `quota` counts", values.clock, True),
    Kind("project=NAME", "only calls of that project", values.project, True),
    Kind("surface=NAME", "only calls on that surface", pattern, True),
    Kind("model=PATTERN", "only calls of these models, `imagen-4*`", pattern, True),
    Kind("task=NAME", "only calls of that task", pattern, True),
    Kind("prompt=PATTERN", "only calls with such a prompt, `*apple*`", pattern, True),
)
"""Every directive there is. `docs/faults.md` shows this table."""

KINDS = {kind.name: kind for kind in DIRECTIVES}

COUNTING = ("times", "after", "p")
"""What makes a directive count its calls."""

CONDITIONS = ("project", *MATCHED, *COUNTING, "quota", "clock")
NEEDS = {"codes": ("filter", "finish"), "clock": ("quota",), "retry-after": ("error", "quota")}
"""What does nothing without one of which other directives."""


def outcomes(directives: Directives) -> Directives:
    """The directives without their conditions."""
    return {name: value for name, value in directives.items() if name not in CONDITIONS}
