"""From wire spellings to canonical ones.

Real clients send floats for integers, snake_case keys, upper-case enum values and nulls. All of
it is understood here, and what the service would silently ignore is named in a warning.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

from imagen_fake import spec
from imagen_fake.pipeline.redaction import masked

Schema = Mapping[str, Any]

NESTING = ("$ref", "items", "properties")
"""The keywords below which there is more to read."""

NUMBERS = ("integer", "number")
"""Types of which 5.0 is another spelling of 5."""

MOST_WARNINGS = 100
"""More are only counted, and their names not compared with known ones."""

LONGEST_NAME = 64
"""Keys and enum values longer than this many characters are not compared with known ones."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One request body being read: the schema it is read against, and the warnings so far."""

    schema: Schema
    model_id: str
    warnings: list[str] = field(default_factory=list)

    def first_warnings(self) -> tuple[str, ...]:
        """As many warnings as anybody reads, and how many more there are."""
        more = len(self.warnings) - MOST_WARNINGS
        last = [f"{more} more fields are ignored."] if more > 0 else []
        return (*self.warnings[:MOST_WARNINGS], *last)

    def resolve(self, schema: Schema) -> Schema:
        """The schema that a `$ref` within the document stands for, else the schema itself."""
        if "$ref" not in schema:
            return schema
        node: Any = self.schema
        for step in schema["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        return node  # type: ignore[no-any-return]


def normalize(body: Any, schema: Schema, model_id: str) -> tuple[Any, tuple[str, ...]]:
    """The body in canonical spelling, and a warning for everything that has no effect."""
    reading = Reading(schema, model_id)
    return _canonical(reading, body, schema, ""), reading.first_warnings()


def listed(body: Any, schema: Schema) -> Any:
    """The body with a list of one where a single object stands in place of a list (`x-single`)."""
    if not isinstance(body, Mapping):
        return body
    single = {fold_key(name) for name, below in schema["properties"].items() if "x-single" in below}
    return {
        key: [value] if isinstance(value, Mapping) and fold_key(key) in single else value
        for key, value in body.items()
    }


def fields_of(body: Any) -> Iterator[str]:
    """What the instance and the parameters of a body hold: folded names, and `name=value` of texts.

    A null or a blank text asks for nothing. The objects of a list in the instance are looked
    into, too.
    """
    instances = body.get("instances") if isinstance(body, Mapping) else None
    first = instances[0] if isinstance(instances, list) and instances else None
    for part in (first, body.get("parameters") if isinstance(body, Mapping) else None):
        if isinstance(part, Mapping):
            yield from _named(part)
            for items in (value for value in part.values() if isinstance(value, list)):
                for item in items:
                    yield from _named(item) if isinstance(item, Mapping) else ()


def _named(part: Mapping[str, Any]) -> Iterator[str]:
    for key, value in part.items():
        if value is not None and not _blank(value):
            yield fold_key(key)
        if isinstance(value, str) and _short(value):
            yield f"{fold_key(key)}={fold_key(value)}"


def fill_defaults(reading_schema: Schema, value: Any, schema: Schema | None = None) -> Any:
    """The value with the schema's defaults in place of missing keys, however deep."""
    reading = Reading(reading_schema, "")
    schema = reading.resolve(schema or reading_schema)
    if isinstance(value, list) and "items" in schema:
        return [fill_defaults(reading_schema, item, schema["items"]) for item in value]
    if not isinstance(value, Mapping):
        return value
    filled = dict(value)
    for name, below in schema.get("properties", {}).items():
        if name not in filled and "default" in below and "x-effect" not in below:
            filled[name] = below["default"]
        if name in filled and not below.keys().isdisjoint(NESTING):
            filled[name] = fill_defaults(reading_schema, filled[name], below)
    return filled


def _canonical(reading: Reading, value: Any, schema: Schema, path: str) -> Any:
    schema = reading.resolve(schema)
    if isinstance(value, Mapping) and "properties" in schema:
        return dict(_canonical_items(reading, value, schema, path))
    if isinstance(value, list) and "items" in schema:
        return [_canonical(reading, item, schema["items"], f"{path}[]") for item in value]
    if isinstance(value, float) and value.is_integer() and schema.get("type") in NUMBERS:
        return int(value)
    if isinstance(value, str) and "enum" in schema and schema.get("type") == "string":
        return _canonical_choice(reading, value, schema, path)
    if isinstance(value, str) and "x-names" in schema:
        return _numbers(schema["x-names"]).get(fold_key(value), value)
    return value


@cache
def _numbers(table: str) -> Mapping[str, int]:
    """The number of each folded name in a table whose order numbers its names."""
    return {fold_key(name): number for number, name in enumerate(spec.table(table)["names"])}


def _canonical_items(
    reading: Reading, value: Mapping[str, Any], schema: Schema, path: str
) -> Iterator[tuple[str, Any]]:
    known, spelled = dict(_spellings(schema["properties"])), dict[str, str]()
    for key, item in value.items():
        name = known.get(fold_key(key))
        here = f"{path}.{name or key}".lstrip(".")
        if item is None:
            continue
        if name is not None and (before := spelled.setdefault(name, key)) != key:
            reading.warnings.append(
                f"{here} stands there as {before} and as {key}: the last one counts."
            )
            spelled[name] = key
        if name is None and schema.get("additionalProperties", True) is False:
            yield key, item
        elif name is None:
            few = len(reading.warnings) < MOST_WARNINGS
            compared = {**dict(_deeper(reading, schema)), **known} if few else {}
            if few and fold_key(key) not in compared:
                compared |= _across(reading, path, fold_key(key))
            reading.warnings.append(_unknown(key, here, compared))
        elif reading.resolve(schema["properties"][name]).get("x-effect") == "none":
            reading.warnings.append(f"{here} has no effect on {reading.model_id}.")
        else:
            yield name, _canonical(reading, item, schema["properties"][name], here)


def _spellings(properties: Mapping[str, Schema]) -> Iterator[tuple[str, str]]:
    """Every folded spelling of a field, and the field's name."""
    for name, schema in properties.items():
        for spelling in (*schema.get("x-spellings", ()), name):
            yield fold_key(spelling), name


def _deeper(reading: Reading, schema: Schema) -> Iterator[tuple[str, str]]:
    """Every folded name of what is below a field, and where it belongs."""
    for name, below in schema["properties"].items():
        for inner in reading.resolve(below).get("properties", {}):
            yield fold_key(inner), f"{name}.{inner}"


def _across(reading: Reading, path: str, name: str) -> Mapping[str, str]:
    """Where a field of that folded name is in the other of the two parts of a body, if it is."""
    parts = reading.schema["properties"]
    if path not in {"instances[]", "parameters"} or not parts.keys() >= {"instances", "parameters"}:
        return {}
    at_parameters = path == "instances[]"
    other = parts["parameters"] if at_parameters else parts["instances"]["items"]
    known = dict(_spellings(reading.resolve(other)["properties"]))
    place = "parameters" if at_parameters else "instances[]"
    return {name: f"{place}.{known[name]}"} if name in known else {}


def _canonical_choice(reading: Reading, value: str, schema: Schema, path: str) -> str:
    choices = {fold_key(choice): choice for choice in schema["enum"]}
    old_names: Mapping[str, str] = schema.get("x-aliases", {})
    for old, new in old_names.items():
        if fold_key(value) == fold_key(old):
            reading.warnings.append(f"{path}: {old} is the deprecated name of {new}.")
            return new
    return str(choices.get(fold_key(value), value))


def _unknown(key: str, path: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(fold_key(key), known, n=1, cutoff=0.6) if _short(key) else []
    hint = f" Did you mean {known[near[0]]}?" if near else ""
    return f"{masked(path[:200])} is not a known field, so it is ignored.{hint}"


def fold_key(name: str) -> str:
    """A name without its case, hyphens and underscores."""
    return _fold(name) if _short(name) else name


@lru_cache(maxsize=1024)
def _fold(name: str) -> str:
    return re.sub("[-_]", "", name).casefold()


def _blank(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and value.isspace())


def _short(name: str) -> bool:
    return len(name) <= LONGEST_NAME
