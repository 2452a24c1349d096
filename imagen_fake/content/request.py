"""Strict proto JSON: a parsed body as the message it stands for, in canonical spelling.

Unlike `:predict`, whose fields are values of a Struct, `generateContent` takes a message: a name
that it does not have is refused. Each mistake is a line of the error and a violation in it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from imagen_fake import spec
from imagen_fake.json_tree import at
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.redaction import redact

Schema = Mapping[str, Any]

MAX_VIOLATIONS = 50
"""More are not told."""

MAX_TEXT = 100
"""How many characters of a name or a value are repeated."""

MAX_INT32 = 2**31 - 1

TYPES = {"string": "TYPE_STRING", "boolean": "TYPE_BOOL", "object": "TYPE_MESSAGE"}


class Violation(NamedTuple):
    """A mistake: the path of the field in snake_case, empty at the top, and what is wrong."""

    field: str
    description: str


def parse_request(body: Any, surface: str) -> Any:
    """The request in canonical spelling. Raises ApiError `content_json` with every mistake."""
    return _parse(body, spec.content_message(surface), surface)


def counted_request(body: Any, surface: str) -> Any:
    """The request whose tokens are to be counted, as `parse_request` gives it."""
    message = _parse(body, spec.count_message(surface), surface)
    request = {name: value for name, value in message.items() if name != "model"}
    return request.pop("generateContentRequest", request)


def _parse(body: Any, message: Schema, surface: str) -> Any:
    parser = _Parser(message, spec.content_surface(surface))
    canonical = parser.root(body)
    if parser.violations:
        raise _error(parser.violations)
    return canonical


def _error(violations: list[Violation]) -> ApiError:
    lines = [redact(violation.description) for violation in violations[:MAX_VIOLATIONS]]
    fields = [
        {**({"field": one.field} if one.field else {}), "description": line}
        for one, line in zip(violations, lines, strict=False)
    ]
    return ApiError("content_json", task="content", problems="\n".join(lines), violations=fields)


class _Parser:
    def __init__(self, schema: Schema, surface: Mapping[str, Any]) -> None:
        self._schema, self._package = schema, surface["package"]["value"]
        self.violations: list[Violation] = []

    def root(self, body: Any) -> Any:
        if not isinstance(body, Mapping):
            self._unknown("", "", "Root element must be a message.")
            return {}
        return self._message(body, self._schema, "")

    def _message(self, value: Mapping[str, Any], schema: Schema, path: str) -> Mapping[str, Any]:
        names = _names(tuple(schema["properties"]))
        # the fields that are required are repeated ones, which a message has, if empty
        message: dict[str, Any] = {name: [] for name in schema.get("required", ())}
        for key, item in value.items():
            name = names.get(key)
            if name is None:
                self._unknown(key, path, "Cannot find field.")
            elif item is not None:
                self._set(message, name, self._resolve(schema["properties"][name]), item, path)
        self._check_union(message, schema, path)
        return message

    def _set(
        self, message: dict[str, Any], name: str, schema: Schema, item: Any, path: str
    ) -> None:
        here = f"{path}.{snake_case(name)}".removeprefix(".")
        if schema["type"] == "array":
            items = list(_flatten(item))
            message[name] = [
                self._value(one, self._resolve(schema["items"]), f"{here}[{number}]")
                for number, one in enumerate(items)
            ]
        elif isinstance(item, list):
            problem = "Proto field is not repeating, cannot start list."
            self._unknown(snake_case(name), path, problem)
        else:
            message[name] = self._value(item, schema, here)

    def _value(self, value: Any, schema: Schema, path: str) -> Any:
        if "properties" in schema and isinstance(value, Mapping):
            return self._message(value, schema, path)
        read = READERS.get(schema.get("x-proto", "")) or READERS.get(str(schema["type"]), _anything)
        canonical = read(value, schema)
        if canonical is None:
            self._invalid(value, schema, path)
        return canonical

    def _check_union(self, message: Mapping[str, Any], schema: Schema, path: str) -> None:
        members = [name for name in message if name in schema.get("x-oneof", ())]
        for name in members[1:]:
            union = schema["x-union"]
            description = (
                f"Invalid value at '{path}' (oneof), oneof field '{union}' is already set."
                f" Cannot set '{name}'"
            )
            self.violations.append(Violation(path, description))

    def _unknown(self, name: str, path: str, problem: str) -> None:
        where = f" at '{path}'" if path else ""
        description = (
            f'Invalid JSON payload received. Unknown name "{name[:MAX_TEXT]}"{where}: {problem}'
        )
        self.violations.append(Violation(path, description))

    def _invalid(self, value: Any, schema: Schema, path: str) -> None:
        proto = schema.get("x-proto") or schema.get("title") or TYPES[str(schema["type"])]
        kind = (
            proto if proto.startswith("TYPE_") else f"type.googleapis.com/{self._package}.{proto}"
        )
        text = json.dumps(value, ensure_ascii=False)[:MAX_TEXT]
        self.violations.append(Violation(path, f"Invalid value at '{path}' ({kind}), {text}"))

    def _resolve(self, schema: Schema) -> Schema:
        if "$ref" not in schema:
            return schema
        target: Schema = at(self._schema, schema["$ref"].removeprefix("#/"))
        return target


def _flatten(value: Any) -> Iterator[Any]:
    """The elements of a repeated field: a single value will do, and lists within lists."""
    if not isinstance(value, list):
        yield value
        return
    for item in value:
        yield from _flatten(item)


def _text(value: Any, _: Schema) -> str | None:
    return value if isinstance(value, str) else None


def _choice(value: Any, schema: Schema) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        numbers = schema.get("x-numbers", {}).get("value", {})
        return next((name for name, number in numbers.items() if number == value), None)
    if not isinstance(value, str):
        return None
    if schema.get("x-any-case"):
        folded = {choice.casefold(): choice for choice in schema["enum"]}
        return folded.get(value.casefold())
    return value if value in schema["enum"] else None


def _string(value: Any, schema: Schema) -> str | None:
    """A text, or a name of an enum; of a text with choices a later check refuses all others."""
    if "x-proto" in schema:
        return _choice(value, schema)
    return (_choice(value, schema) if "x-any-case" in schema else None) or _text(value, schema)


def _number(value: Any, _: Schema) -> float | None:
    try:
        return None if isinstance(value, bool) or value == "" else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _integer(value: Any, schema: Schema) -> int | None:
    number = _number(value, schema)
    whole = number is not None and number.is_integer() and abs(number) <= MAX_INT32
    return int(number) if number is not None and whole else None


def _boolean(value: Any, _: Schema) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value))


def _struct(value: Any, schema: Schema) -> Any:
    return value if isinstance(value, Mapping) and "properties" not in schema else None


def _anything(value: Any, _: Schema) -> Any:
    return value


READERS = {
    "string": _string, "number": _number, "integer": _integer, "boolean": _boolean,
    "object": _struct, "TYPE_BYTES": _text, "TYPE_FLOAT": _number, "TYPE_INT32": _integer,
}  # fmt: skip
"""What makes a canonical value of JSON, None of what is no such value, by type."""


@cache
def _names(properties: tuple[str, ...]) -> Mapping[str, str]:
    """The field of each of its two names: as JSON spells it, and as the message does."""
    return {spelling: name for name in properties for spelling in (name, snake_case(name))}


@cache
def snake_case(name: str) -> str:
    """A name of JSON as the message spells it: `aspectRatio` as `aspect_ratio`."""
    return re.sub("([A-Z])", r"_\1", name).lower()
