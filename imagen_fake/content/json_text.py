"""JSON as the service prints it, pretty or on one line; bytes are written in base64.

A JSON encoder would copy every byte of a picture, which is spliced in here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pybase64

INDENT = "  "


def pretty(value: Any) -> bytes:
    """A value with two spaces of indent and a newline at the end."""
    return b"".join((*_write(value, "\n"), b"\n"))


def one_line(value: Any) -> bytes:
    """A value on one line, as an event of a stream has it: `"key": value,"key": value`."""
    return b"".join(_write(value, ""))


def _write(value: Any, line: str) -> Iterator[bytes]:
    """The pieces of a value; `line` is the line break before what closes it, empty for none."""
    if isinstance(value, bytes):
        yield b'"'
        yield pybase64.b64encode(value)
        yield b'"'
    elif isinstance(value, Mapping) and value:
        yield from _write_items(b"{}", ((_key(key), item) for key, item in value.items()), line)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        yield from _write_items(b"[]", ((b"", item) for item in value), line)
    else:
        yield json.dumps(value, ensure_ascii=False).encode()


def _write_items(brackets: bytes, items: Iterator[tuple[bytes, Any]], line: str) -> Iterator[bytes]:
    below = line and line + INDENT
    yield brackets[:1]
    for number, (key, item) in enumerate(items):
        yield (b"," if number else b"") + below.encode() + key
        yield from _write(item, below)
    yield line.encode() + brackets[1:]


def _key(key: str) -> bytes:
    return json.dumps(key, ensure_ascii=False).encode() + b": "
