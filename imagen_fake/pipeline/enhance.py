"""The rewritten prompt: one paragraph about what the caller asked for.

The service's own rewriter is a language model; 94 to 131 words in one paragraph were recorded
(js-genai-recordings, dotnet-genai-recordings). This one draws on the sentences of `rewrites.json`.
"""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from imagen_fake.pipeline.call import Call

WORDS = 25
"""How many words of a prompt are taken over."""

LETTERS = 200
"""How many of its characters: one word may be a page, where no spaces part them."""

REQUEST = re.compile(
    r"((please|can you|could you|would you|i want|i need|i(?:'d| would) like)( you)?( to)? )*"
    r"((draw|create|generate|produce|visualize|depict|illustrate)( me| us)? |"
    r"(make|imagine|give|show|paint|sketch|design|render)( me| us)? "
    r"(?=an?\b|the\b|some\b|my\b|two\b|three\b|four\b|five\b|\d))?"
    r"((an?|the|some) (image|picture|photo|photograph|rendering)s? (of|showing) )?",
    re.IGNORECASE,
)
"""How people ask for a picture, before they say of what."""

QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»", "„": "“", "「": "」"}  # noqa: RUF001
STOPS = " \t.,;:!?…。、，！？；：।-–—"  # noqa: RUF001
DANGLING = re.compile(
    r"( (an?|and|as|at|by|for|from|in|into|of|on|or|that|the|to|with))+$", re.IGNORECASE
)
CLAUSE = re.compile(r"[.,;:!?](?=\s)|[。、，！？；।]")  # noqa: RUF001


def enhance(call: Call) -> Call:
    """The call with a rewritten prompt for each sample that is shown, None for the others.

    A paragraph has 60 to 130 words. There is none when `enhancePrompt` is off, and none in
    tasks and on surfaces that keep rewritten prompts to themselves.
    """
    enabled = call.parameters.get("enhancePrompt") is True and call.surface.rewrites(call.task)
    rewritten = tuple(
        rewrite(call.prompt, call.entropy(index)) if enabled and verdict.passes else None
        for index, verdict in enumerate(call.verdicts)
    )
    return replace(call, rewritten=rewritten)


def rewrite(prompt: str, entropy: bytes) -> str:
    """A paragraph of 60 to 130 words about a prompt; other entropy gives another one.

    Words are what spaces part. The prompt's own words open it, in any language; a long prompt
    is cut where a clause ends.
    """
    choices, kinds = iter(entropy), [sentences()["openings"], *sentences()["sentences"].values()]
    opening, *rest = (kind[next(choices) % len(kind)] for kind in kinds)
    return " ".join([opening.replace("{subject}", subject(prompt)), *rest])


def subject(prompt: str) -> str:
    """What a prompt asks for, in 1 to 25 of its own words, ready to open a sentence."""
    words = " ".join(prompt.split())
    request = _unquote(REQUEST.sub("", _unquote(words), count=1))
    cut = _cut(request) or sentences()["nothing"]
    return cut[:1].upper() + cut[1:]


@cache
def sentences() -> Any:
    """The parsed `rewrites.json`."""
    return json.loads(Path(__file__).with_name("rewrites.json").read_bytes())


def _unquote(text: str) -> str:
    """A text without stops at its ends, and without quotes where they are around all of it."""
    bare = text.strip(STOPS)
    closing = QUOTES.get(bare[:1])
    whole = closing and len(bare) > 1 and bare.endswith(closing) and closing not in bare[1:-1]
    return bare[1:-1].strip(STOPS) if whole else bare


def _cut(text: str) -> str:
    """The longest beginning of 25 words that ends with a clause, else the first 25 words."""
    short = " ".join(text.split()[:WORDS])[:LETTERS]
    if short == text:
        return text.strip(STOPS)
    ends = [end.start() for end in CLAUSE.finditer(short, len(short) // 4)]
    return (short[: ends[-1]] if ends else DANGLING.sub("", short)).strip(STOPS)
