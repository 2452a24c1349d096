"""Finding a text in another one, ignoring case and line breaks."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, pairwise

LINE_BREAK = re.compile(r"[\r\n]+[ \t]*|\\[rn]")


def lowercase(text: str) -> str:
    """The text in lower case, every character in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(map(_lowercase_one, text))


def without_line_breaks(text: str) -> str:
    """The text without line breaks, escaped ones of JSON included."""
    return LINE_BREAK.sub("", text)


def replace_all(text: str, pattern: str, replacement: str) -> str:
    """The text with a replacement of each occurrence of a pattern, which is in lower case."""
    replaced = _replace_spans(text, _spans(lowercase(text), pattern), replacement)
    return _replace_spans(replaced, _spans_across_lines(replaced, pattern), replacement)


def _replace_spans(text: str, spans: Iterable[tuple[int, int]], replacement: str) -> str:
    parts, last = list[str](), 0
    for start, end in spans:
        parts += text[last:start], replacement
        last = end
    return "".join(parts) + text[last:]


def _spans(low: str, pattern: str) -> Iterator[tuple[int, int]]:
    at = low.find(pattern)
    while at >= 0:
        yield at, at + len(pattern)
        at = low.find(pattern, at + len(pattern))


def _spans_across_lines(text: str, pattern: str) -> Iterator[tuple[int, int]]:
    breaks = chain.from_iterable(match.span() for match in LINE_BREAK.finditer(text))
    lines = [*pairwise([0, *breaks, len(text)])][::2]
    ends = list(accumulate(end - start for start, end in lines))

    def place(at: int) -> int:
        line = bisect_right(ends, at)
        return lines[line][1] - ends[line] + at

    for start, end in _spans(lowercase(without_line_breaks(text)), pattern):
        yield place(start), place(end - 1) + 1


def _lowercase_one(character: str) -> str:
    low = character.lower()
    return low if len(low) == 1 else character
