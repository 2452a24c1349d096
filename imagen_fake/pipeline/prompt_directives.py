"""Directives in a prompt: `a red apple [fake: error=503 times=2]`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from imagen_fake.directives.directives import DIRECTIVES
from imagen_fake.pipeline.normalize import fold_key
from imagen_fake.pipeline.redaction import redact

MAX_PROMPT_LENGTH = 2**16
"""Longer prompts are left alone: no model takes as many words."""

OPENING = re.compile(r"\[fake:", re.ASCII | re.IGNORECASE)
CLOSED = re.compile(r"""((?:[^\]"'\r\n]++|"(?:[^"\\\r\n]|\\[^\r\n])*+"|'[^'\r\n]*+')*+)\]""")
"""Directives on one line and the bracket that closes them: none in quotation marks does."""

LINE = re.compile(r"[^\r\n]*+")

NAMES = "|".join(kind.name for kind in DIRECTIVES)
OPENED = "[\\[({<\uff3b\uff08\uff5b\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a]"
ENDED = "[=.\\])}>\uff3d\uff09\uff5d\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b]"
BLANK = "\\s\u00ad\u180e\u200b-\u200f\u2060\ufeff"
"""Characters that nobody sees."""

HALF_WRITTEN = re.compile(
    rf"{OPENED}[{BLANK}]{{0,9}}fake"
    rf"(?:[{BLANK}]{{0,9}}[:\uff1a]|[{BLANK}=;,.-]{{1,9}}(?:{NAMES})[{BLANK}]{{0,9}}{ENDED})",
    re.IGNORECASE,
)
"""How words begin that were meant as directives: other brackets, no colon, something unseen."""

MAX_EXCERPT_LENGTH = 40
"""How many characters of them a warning repeats."""


class SplitBody(NamedTuple):
    """A body without the directives in its prompt, their text, warnings of half-written ones."""

    body: Any
    directives: str = ""
    warnings: tuple[str, ...] = ()


def split_directives(body: Any) -> SplitBody:
    """Take the directives out of the prompt, which is in the body or in its first instance.

    A prompt that is nothing but directives stays as it is.
    """
    if not isinstance(body, Mapping):
        return SplitBody(body)
    rest = dict(body)
    parts: list[SplitBody] = []
    for key, value in body.items():
        if isinstance(value, str) and len(value) <= MAX_PROMPT_LENGTH and fold_key(key) == "prompt":
            one = split_prompt(value)
        elif value and isinstance(value, list | Mapping) and fold_key(key) == "instances":
            one = _split_instances(value)
        else:
            continue
        rest[key] = one.body
        parts.append(one)
    directives = " ".join(one.directives for one in parts if one.directives)
    warnings = tuple(text for one in parts for text in one.warnings)
    return SplitBody(rest if directives else body, directives, warnings)


def _split_instances(instances: Any) -> SplitBody:
    """The same of the first of a list of instances, or of the only one."""
    if isinstance(instances, Mapping):
        return split_directives(instances)
    first = split_directives(instances[0])
    return first._replace(body=[first.body, *instances[1:]])


def split_prompt(prompt: str) -> SplitBody:
    """The prompt without directives, in one pass over it."""
    words, directives, place = [], [], 0
    while opening := OPENING.search(prompt, place):
        closed = CLOSED.match(prompt, opening.end())
        if closed and closed[1].strip():
            words.append(prompt[place : opening.start()].rstrip())
            directives.append(closed[1].strip())
            place = closed.end()
            continue
        end = closed.end() if closed else _line_end(prompt, opening.end())
        bracket = -1 if closed else prompt.find("]", opening.end(), end)
        if bracket >= 0:  # a quotation mark is open, so that everything is refused
            return SplitBody(prompt, " ".join([*directives, prompt[opening.end() : bracket]]))
        words.append(prompt[place:end])
        place = end
    rest = "".join([*words, prompt[place:]]).strip()
    return SplitBody(rest or prompt, " ".join(directives), tuple(_half_written(rest)))


def _line_end(prompt: str, start: int) -> int:
    line = LINE.match(prompt, start)
    return line.end() if line else start


def _half_written(words: str) -> Iterator[str]:
    """A warning of the first words that were meant as directives, if there are any."""
    if match := HALF_WRITTEN.search(words):
        excerpt = redact(words)[match.start() : match.start() + MAX_EXCERPT_LENGTH]
        yield (
            f"{excerpt!r} in the prompt is taken as words of it, not as directives: those stand"
            " on one line as [fake: …]."
        )
