"""The template of an error's message, from the messages that were observed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from imagen_fake.contract.facts.messages import CODES, PLACEHOLDER

Words = Mapping[str, str]
"""The text of each placeholder."""

SUPPORT_CODES = re.compile(CODES.removesuffix("?") + r"\Z")
MAX_TRIES = 2000
"""The most templates that are tried where a text can stand for several placeholders."""


def derive_template(observed: Sequence[tuple[str, Words]]) -> str | None:
    """The template of which every message is made, each with its own words; None without one."""
    texts = [(SUPPORT_CODES.sub("", text), words) for text, words in observed]
    if not texts:
        return None
    first, words = texts[0]
    return next((one for one in _candidates(first, words) if _makes(one, texts)), None)


def _candidates(text: str, words: Words) -> Iterator[str]:
    """The text with placeholders for the words that stand in it, as many as can be first."""
    pieces = list(_pieces(text, words))
    return ("".join(chosen) for chosen in islice(product(*pieces), MAX_TRIES))


def _pieces(text: str, words: Words) -> Iterator[Sequence[str]]:
    """The text in pieces: what can stand in the template for each."""
    by_word: dict[str, list[str]] = {}
    for name, word in words.items():
        by_word.setdefault(word, []).append(f"{{{name}}}")
    pattern = "|".join(
        _whole(word) for word in sorted(filter(None, by_word), key=len, reverse=True)
    )
    start = 0
    for match in re.finditer(pattern, text) if pattern else ():
        yield (_escape(text[start : match.start()]),)
        yield (*by_word[match[0]], _escape(match[0]))
        start = match.end()
    yield (_escape(text[start:]),)


def _whole(word: str) -> str:
    """A pattern for a word that is no part of another one."""
    before = r"(?<!\w)" if word[0].isalnum() else ""
    behind = r"(?!\w)" if word[-1].isalnum() else ""
    return f"{before}{re.escape(word)}{behind}"


def _makes(template: str, texts: Iterable[tuple[str, Words]]) -> bool:
    """Whether a template makes every one of the messages."""
    names = PLACEHOLDER.findall(template)
    return all(
        all(name in words for name in names) and template.format_map(words) == text
        for text, words in texts
    )


def _escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
