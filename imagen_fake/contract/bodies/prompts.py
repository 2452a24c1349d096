"""Texts to send: harmless ones, in many scripts, and as long as a model takes."""

import re
from string import ascii_letters
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from imagen_fake import spec
from imagen_fake.contract.bodies.body import PROMPT
from imagen_fake.contract.bodies.operation import Schema

WORDS = (
    "apple", "red", "on", "a", "table", "café", "naïve", "りんご", "木", "사과", "красное",
    "яблоко", "सेब", "تفاحة", "תפוח", "苹果", "🍎", "👩🏽‍🌾", "e\u0301", "½", "“quoted”", "don't",
    "\u200b", "\n", "\t", "%20", "<b>", "\\", '"', "100%",
)  # fmt: skip
"""Words and marks that no filter minds, of scripts in every direction."""

LETTERLESS = st.characters(exclude_categories=["Cs"], exclude_characters=ascii_letters)
"""Characters of which no filter's English words can be made."""

SHORT = 40
"""The most characters of a text that is drawn letter by letter."""

WORDY = 40
"""The most words of a text where nothing limits them."""


def texts(schema: Schema) -> SearchStrategy[Any]:
    """Texts that a schema takes: a red apple, words of many scripts, any characters, long ones."""
    most = schema.get("x-max-tokens") or WORDY
    empty = st.nothing() if {"pattern", "minLength"} & schema.keys() else st.just("")
    return st.one_of(
        st.just(PROMPT),
        empty,
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=WORDY).map(" ".join),
        st.text(LETTERLESS, max_size=SHORT),
        st.integers(1, most).map(lambda count: " ".join((PROMPT.split() * count)[:count])),
    ).filter(lambda text: _fits(text, schema))


def count_tokens(text: str) -> int:
    """The tokens of a text, as `x-tokens` in `tasks/generate.json` counts them."""
    return len(re.findall(spec.read("tasks/generate.json")["x-tokens"]["pattern"], text))


def _fits(text: str, schema: Schema) -> bool:
    """Whether a schema takes a text."""
    return (
        bool(re.search(schema.get("pattern", ""), text))
        and schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
        and count_tokens(text) <= (schema.get("x-max-tokens") or len(text))
    )
