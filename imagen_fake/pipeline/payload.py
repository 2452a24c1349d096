"""From the bytes of a request body to JSON, with Google's own complaint where they are none."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

from zlib_ng import zlib_ng

from imagen_fake import spec
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.lenient_json import MalformedError, to_standard_json
from imagen_fake.pipeline.redaction import redact
from imagen_fake.pipeline.repeated_keys import RepeatedKeys

PICTURE_KEYS = tuple(
    f'"{name}"'.encode()
    for key in spec.picture_keys()
    for name in sorted({key, re.sub("([A-Z])", r"_\1", key).lower()})
)
"""The keys of pictures, quotes included; the usual one first, so that less is left to search."""

BEFORE_TEXT = re.compile(rb'\s{0,64}:\s{0,64}"')
MIN_CUT_LENGTH = 1024
"""Texts of fewer bytes stay where they are."""

WINDOW = 8 * 2**20
"""How many bytes are searched at once: no other thread runs meanwhile."""

MAX_BYTES = 2**20
"""Of JSON beside its pictures: a parser lets no other thread run either."""

MAX_VALUES = 4000
"""No more commas and opening brackets than that: a value takes many times its bytes in memory, and
a validator looks at all of them while no other thread runs."""

MAX_DEPTH = 100
"""How many levels of nesting are read."""

LONG_INT_DIGITS = 309
"""An integer of as many may be no floating-point number; the time to convert it is quadratic."""

REDACTION_REACH = 4096
"""How many characters before an error are searched for a credential, which it must not repeat."""

ObjectHook = Callable[[list[tuple[str, Any]]], Any]
"""Makes an object of its keys and values: `object_pairs_hook` of `json`."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A parsed body, the base64 texts cut out of it by the marks left there, and warnings."""

    body: Any
    media: Mapping[str, memoryview]
    warnings: tuple[str, ...] = ()
    directives: str = ""
    """The directives in the prompt."""


def parse_body(raw: bytes, object_hook: ObjectHook | None = None) -> Payload:
    """The parsed body, its pictures cut out first: a JSON parser would copy every byte of them.

    Its objects are made by `pairs`, else with a warning of repeated keys. Raises ApiError
    `json_malformed`, `json_encoding`, `json_too_large` or `json_too_deep`, and what `pairs` raises.
    """
    raw, media = cut_pictures(raw)
    repeated = RepeatedKeys()
    return Payload(parse_json(raw, object_hook or repeated.to_dict), media, repeated.warnings)


def cut_pictures(raw: bytes) -> tuple[bytes, Mapping[str, memoryview]]:
    """The body with marks in place of its pictures, and those by their marks.

    Raises ApiError `json_too_large` for more pictures than a body may have values.
    """
    media: dict[str, memoryview] = {}
    for key in PICTURE_KEYS if len(raw) > MIN_CUT_LENGTH else ():
        raw = _cut(raw, key, media)
    return raw, media


def _cut(raw: bytes, key: bytes, media: dict[str, memoryview]) -> bytes:
    """The body with a mark in place of each long text that follows a key."""
    pieces: list[bytes | memoryview] = []
    view, copied, place = memoryview(raw), 0, _find(raw, key, 0)
    for _ in range(MAX_VALUES):
        if place < 0:
            return b"".join([*pieces, view[copied:]]) if pieces else raw
        opening = BEFORE_TEXT.match(raw, place + len(key))
        start = opening.end() if opening else place + len(key)
        end = raw.find(b'"', start) if opening else start
        if end - start >= MIN_CUT_LENGTH and raw.find(b"\\", start, end) < 0:
            placeholder = _placeholder(len(media), view[start:end])
            media[placeholder] = view[start:end]
            pieces += [view[copied:start], placeholder.encode()]
            copied = end
        place = _find(raw, key, max(start, end))
    raise too_large()


def _find(raw: bytes, key: bytes, start: int) -> int:
    """What `raw.find` gives, a window at a time."""
    for begin in range(start, len(raw), WINDOW):
        place = raw.find(key, begin, begin + WINDOW + len(key) - 1)
        if place >= 0:
            return place
    return -1


def _placeholder(number: int, text: memoryview) -> str:
    """What stands for a text: none beside it has the same, and hardly any of another body.

    A digest would take ten times as long as everything else that is done to the text.
    """
    return f"media:{number}:{len(text)}:{zlib_ng.crc32(text):08x}"


def parse_json(raw: bytes, object_hook: ObjectHook | None = None) -> Any:
    """The parsed body, its objects made by `pairs`, else dicts in which the last of a key wins.

    Raises ApiError `json_malformed`, `json_encoding`, `json_too_large` or `json_too_deep`, and
    what `pairs` raises.
    """
    if len(raw) > MAX_BYTES or sum(map(raw.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise too_large()
    text = _decode(raw)
    try:
        return _load(text, object_hook)
    except json.JSONDecodeError:
        pass  # the service reads more than Python does
    try:
        return _load(to_standard_json(text), object_hook)
    except MalformedError as error:
        raise _malformed(error, text) from None


def too_large() -> ApiError:
    """The refusal of more JSON than is read."""
    return ApiError("json_too_large", limit=MAX_BYTES, values=MAX_VALUES)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApiError("json_encoding") from None


def _load(text: str, object_hook: ObjectHook | None) -> Any:
    try:
        body = json.loads(
            text,
            parse_constant=_reject_constant,
            parse_float=_parse_float,
            parse_int=_parse_int,
            object_pairs_hook=object_hook,
        )
    except RecursionError:
        raise ApiError("json_too_deep") from None
    _refuse_deep(body)
    if r"\ud" in text or r"\uD" in text:
        try:  # half a surrogate pair: no UTF-8 text can hold it
            json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ApiError("json_encoding") from None
    return body


def _refuse_deep(body: Any) -> None:
    level = [body]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise ApiError("json_too_deep")


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def _reject_constant(constant: str) -> NoReturn:
    raise json.JSONDecodeError(constant, constant, 0)


def _parse_float(digits: str) -> float:
    value = float(digits)
    return value if isfinite(value) else _reject_constant(digits)


def _parse_int(digits: str) -> int:
    if len(digits) >= LONG_INT_DIGITS:
        _parse_float(digits)
    return int(digits)


def _malformed(error: MalformedError, text: str) -> ApiError:
    """Google's words for an error, with what stands around the place and a caret below it."""
    words = spec.read("errors.json")["jsonProblems"]
    around, place = words["x-around"], error.place
    start = place if error.cut else max(0, place - around)
    earliest = max(0, place - REDACTION_REACH)
    excerpt = redact(text[earliest : place + around])[start - earliest :]
    return ApiError(
        "json_malformed",
        problem=f"{words['end']} {words[error.problem]}" if error.ended else words[error.problem],
        excerpt=excerpt,
        caret=" " * (place - start) + "^",
    )
