"""From the bytes of a request body to JSON, with Google's own complaint where they are none."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from zlib_ng import zlib_ng

from imagen_fake import spec
from imagen_fake.errors import ApiError

PICTURE_KEYS = (b'"bytesBase64Encoded"', b'"bytes_base64_encoded"', b'"b64_json"')
BEFORE_TEXT = re.compile(rb'\s{0,64}:\s{0,64}"')
LONG_TEXT = 1024
"""Texts of fewer bytes stay where they are."""

WINDOW = 8 * 2**20
"""How many bytes are searched at once: no other thread runs meanwhile."""

MOST_BYTES = 2**20
"""Of JSON beside its pictures: a parser lets no other thread run either."""

MOST_VALUES = 4000
"""No more commas and opening brackets than that: a value takes many times its bytes in memory, and
a validator looks at all of them while no other thread runs."""

DEEPEST = 100
"""How many levels of nesting are read."""

MOST_DIGITS = 310
"""Of an integer: no floating-point number has more, and the time to convert them is quadratic."""

LINE = 120
"""How many characters of the offending line an error repeats."""

# A string without its closing quote ends where the text does: no other match begins within it.
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'

STRINGS_AND_TRAILING_COMMAS = re.compile(rf"{STRING}|,(?=[ \t\r\n]*+[}}\]])", re.DOTALL)

STRINGS_AND_BRACKETS = re.compile(rf"{STRING}|[\[\]{{}}]", re.DOTALL)

BARE_KEY = re.compile(r"[A-Za-z_$][\w$]*\s*")
"""Google's parser takes a key without quotes, and misses the colon after it."""

PROBLEMS = {
    "Expecting ':' delimiter": "colon",
    "Expecting ',' delimiter": "comma",
    "Expecting property name enclosed in double quotes": "key",
}
"""What Python's parser complains of, and the key of Google's words in `errors.json`."""


Pairs = Callable[[list[tuple[str, Any]]], Any]
"""What makes an object of its keys and values."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A parsed body, and the base64 texts that were cut out of it, by the marks left there."""

    body: Any
    media: Mapping[str, memoryview]


def read(raw: bytes) -> Payload:
    """The parsed body, its pictures cut out first: a JSON parser would copy every byte of them.

    Raises ApiError `json_malformed`, `json_encoding`, `json_too_large` or `json_too_deep`.
    """
    media: dict[str, memoryview] = {}
    for key in PICTURE_KEYS:
        raw = _without_pictures(raw, key, media)
    return Payload(parse(raw), media)


def _without_pictures(raw: bytes, key: bytes, media: dict[str, memoryview]) -> bytes:
    """The body with a mark in place of each long text that follows a key."""
    kept: list[bytes | memoryview] = []
    view, done, place = memoryview(raw), 0, _find(raw, key, 0)
    for _ in range(MOST_VALUES):
        if place < 0:
            return b"".join([*kept, view[done:]]) if kept else raw
        opening = BEFORE_TEXT.match(raw, place + len(key))
        start = opening.end() if opening else place + len(key)
        end = raw.find(b'"', start) if opening else start
        if end - start >= LONG_TEXT and raw.find(b"\\", start, end) < 0:
            mark = _mark(len(media), view[start:end])
            media[mark] = view[start:end]
            kept += [view[done:start], mark.encode()]
            done = end
        place = _find(raw, key, max(start, end))
    raise too_large()


def _find(raw: bytes, key: bytes, start: int) -> int:
    """What `raw.find` gives, a window at a time."""
    for begin in range(start, len(raw), WINDOW):
        place = raw.find(key, begin, begin + WINDOW + len(key) - 1)
        if place >= 0:
            return place
    return -1


def _mark(number: int, text: memoryview) -> str:
    """What stands for a text: none beside it has the same, and hardly any of another body.

    A digest would take ten times as long as everything else that is done to the text.
    """
    return f"media:{number}:{len(text)}:{zlib_ng.crc32(text):08x}"


def parse(raw: bytes, pairs: Pairs | None = None) -> Any:
    """The parsed body, its objects made by `pairs`, else dicts in which the last of a key wins.

    Raises ApiError `json_malformed`, `json_encoding`, `json_too_large` or `json_too_deep`, and
    what `pairs` raises.
    """
    if len(raw) > MOST_BYTES or sum(map(raw.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise too_large()
    text = _decoded(raw)
    try:
        return _loaded(text, pairs)
    except json.JSONDecodeError as error:
        # The service tolerates a comma before a closing bracket.
        mended = STRINGS_AND_TRAILING_COMMAS.sub(
            lambda match: " " if match[0] == "," else match[0], text
        )
        if mended == text:
            _complain(error, text)
    try:
        return _loaded(mended, pairs)
    except json.JSONDecodeError as error:
        _complain(error, text)


def too_large() -> ApiError:
    """The refusal of more JSON than is read."""
    return ApiError("json_too_large", limit=MOST_BYTES, values=MOST_VALUES)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApiError("json_encoding") from None


def _loaded(text: str, pairs: Pairs | None) -> Any:
    try:
        body = json.loads(
            text, parse_constant=_not_json, parse_int=_integer, object_pairs_hook=pairs
        )
    except RecursionError:
        raise ApiError("json_too_deep") from None
    _check(body, r"\ud" in text or r"\uD" in text)
    return body


def _check(body: Any, surrogates: bool) -> None:
    """Refuse what is nested too deep, and half a surrogate pair: no UTF-8 text can hold it."""
    level = [body]
    for _ in range(DEEPEST):
        if surrogates:
            _refuse_lone_surrogates(level)
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise ApiError("json_too_deep")


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [*node.keys(), *node.values()]
    return node if isinstance(node, list) else []


def _refuse_lone_surrogates(values: list[Any]) -> None:
    for value in values:
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ApiError("json_encoding") from None


def _not_json(constant: str) -> NoReturn:
    raise json.JSONDecodeError(constant, constant, 0)


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= MOST_DIGITS else _not_json(digits)


def _in_list(text: str) -> bool:
    """Whether a text that begins as JSON ends within a list, rather than in an object."""
    around: list[str] = []
    for found in STRINGS_AND_BRACKETS.finditer(text):
        if found[0] in "[{":
            around.append(found[0])
        elif found[0] in "]}" and around:
            around.pop()
    return around[-1:] == ["["]


def _complain(error: json.JSONDecodeError, text: str) -> NoReturn:
    """Raise Google's words for an error, with the line it is on and a caret below the place."""
    place = error.pos if error.doc is text or len(error.doc) == len(text) else 0
    problem = "end" if place >= len(text.rstrip()) else PROBLEMS.get(error.msg, "token")
    if problem == "comma" and _in_list(text[:place]):
        problem = "element"
    if problem == "key" and (bare := BARE_KEY.match(text, place)):
        problem, place = "colon", bare.end()
    start = text.rfind("\n", 0, place) + 1
    shift = max(0, place - start - LINE // 2)
    line = text[start + shift : start + shift + LINE].split("\n", 1)[0]
    raise ApiError(
        "json_malformed",
        problem=spec.read("errors.json")["jsonProblems"][problem],
        excerpt=line,
        caret=" " * (place - start - shift) + "^",
    )
