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
from imagen_fake.json_tree import at
from imagen_fake.pipeline.redaction import redact

Schema = Mapping[str, Any]

MAX_WARNINGS = 100
"""More are only counted, and their names not compared with known ones."""

MAX_NAME_LENGTH = 64
"""Keys and enum values longer than this many characters are not compared with known ones."""


@dataclass(frozen=True, slots=True)
class Normalization:
    """One request body being read: the schema it is read against, and the warnings so far."""

    schema: Schema
    model_id: str
    warnings: list[str] = field(default_factory=list)

    def resolve(self, schema: Schema) -> Schema:
        """The schema that a `$ref` within the document stands for, else the schema itself."""
        if "$ref" in schema:
            schema = at(self.schema, schema["$ref"].removeprefix("#/"))
        return schema


def normalize(body: Any, schema: Schema, model_id: str) -> tuple[Any, tuple[str, ...]]:
    """The body in canonical spelling, and a warning for everything that has no effect."""
    state = Normalization(schema, model_id)
    canonical = _canonical(state, body, schema, "")
    more = len(state.warnings) - MAX_WARNINGS
    last = [f"{more} more fields are ignored."] if more > 0 else []
    return canonical, (*state.warnings[:MAX_WARNINGS], *last)


def wrap_single_objects(body: Any, schema: Schema) -> Any:
    """The body with a list of one where a single object stands in place of a list (`x-single`)."""
    if not isinstance(body, Mapping):
        return body
    single = {fold_key(name) for name, below in schema["properties"].items() if "x-single" in below}
    return {
        key: [value] if isinstance(value, Mapping) and fold_key(key) in single else value
        for key, value in body.items()
    }


def field_names(body: Any) -> Iterator[str]:
    """What the instance and the parameters of a body hold: folded names, and `name=value` of texts.

    A null or a blank text asks for nothing. The objects of a list in the instance are looked
    into, too.
    """
    instances = body.get("instances") if isinstance(body, Mapping) else None
    first = instances[0] if isinstance(instances, list) and instances else None
    for part in (first, body.get("parameters") if isinstance(body, Mapping) else None):
        if isinstance(part, Mapping):
            yield from _names_of(part)
            for items in (value for value in part.values() if isinstance(value, list)):
                for item in items:
                    yield from _names_of(item) if isinstance(item, Mapping) else ()


def _names_of(part: Mapping[str, Any]) -> Iterator[str]:
    for key, value in part.items():
        if value is not None and not _is_blank(value):
            yield fold_key(key)
        if isinstance(value, str) and _is_short(value):
            yield f"{fold_key(key)}={fold_key(value)}"


def fill_defaults(reading_schema: Schema, value: Any, schema: Schema | None = None) -> Any:
    """The value with the schema's defaults in place of missing keys, however deep."""
    state = Normalization(reading_schema, "")
    schema = state.resolve(schema or reading_schema)
    if isinstance(value, list) and "items" in schema:
        return [fill_defaults(reading_schema, item, schema["items"]) for item in value]
    if not isinstance(value, Mapping):
        return value
    complete_value = dict(value)
    for name, below in schema.get("properties", {}).items():
        if name not in complete_value and "default" in below and "x-effect" not in below:
            complete_value[name] = below["default"]
        if name in complete_value and not below.keys().isdisjoint(("$ref", "items", "properties")):
            complete_value[name] = fill_defaults(reading_schema, complete_value[name], below)
    return complete_value


def _canonical(state: Normalization, value: Any, schema: Schema, path: str) -> Any:
    schema = state.resolve(schema)
    if isinstance(value, Mapping) and "properties" in schema:
        return dict(_canonical_items(state, value, schema, path))
    if isinstance(value, list) and "items" in schema:
        return [_canonical(state, item, schema["items"], f"{path}[]") for item in value]
    if (
        isinstance(value, float)
        and value.is_integer()
        and schema.get("type") in ("integer", "number")
    ):
        return int(value)
    if isinstance(value, str) and "enum" in schema and schema.get("type") == "string":
        return _canonical_choice(state, value, schema, path)
    if isinstance(value, str) and "x-names" in schema:
        return _numbers(schema["x-names"]).get(fold_key(value), value)
    return value


@cache
def _numbers(table: str) -> Mapping[str, int]:
    """The number of each folded name in a table whose order numbers its names."""
    return {fold_key(name): number for number, name in enumerate(spec.table(table)["names"])}


def _canonical_items(
    state: Normalization, value: Mapping[str, Any], schema: Schema, path: str
) -> Iterator[tuple[str, Any]]:
    names, spellings = dict(_spellings(schema["properties"])), dict[str, str]()
    for key, item in value.items():
        name = names.get(fold_key(key))
        here = f"{path}.{name or key}".lstrip(".")
        if item is None:
            continue
        if name is not None and (earlier := spellings.setdefault(name, key)) != key:
            state.warnings.append(
                f"{here} stands there as {earlier} and as {key}: the last one counts."
            )
            spellings[name] = key
        if name is None and schema.get("additionalProperties", True) is False:
            yield key, item
        elif name is None:
            complete = len(state.warnings) < MAX_WARNINGS
            candidates = {**dict(_nested_names(state, schema)), **names} if complete else {}
            if complete and fold_key(key) not in candidates:
                candidates |= _names_in_other_part(state, path, fold_key(key))
            state.warnings.append(_unknown_field(key, here, candidates))
        elif state.resolve(schema["properties"][name]).get("x-effect") == "none":
            state.warnings.append(f"{here} has no effect on {state.model_id}.")
        else:
            yield name, _canonical(state, item, schema["properties"][name], here)


def _spellings(properties: Mapping[str, Schema]) -> Iterator[tuple[str, str]]:
    """Every folded spelling of a field, and the field's name."""
    for name, schema in properties.items():
        for spelling in (*schema.get("x-spellings", ()), name):
            yield fold_key(spelling), name


def _nested_names(state: Normalization, schema: Schema) -> Iterator[tuple[str, str]]:
    """Every folded name of what is below a field, and where it belongs."""
    for name, below in schema["properties"].items():
        for inner in state.resolve(below).get("properties", {}):
            yield fold_key(inner), f"{name}.{inner}"


def _names_in_other_part(state: Normalization, path: str, name: str) -> Mapping[str, str]:
    """Where a field of that folded name is in the other of the two parts of a body, if it is."""
    parts = state.schema["properties"]
    if path not in {"instances[]", "parameters"} or not parts.keys() >= {"instances", "parameters"}:
        return {}
    at_parameters = path == "instances[]"
    other = parts["parameters"] if at_parameters else parts["instances"]["items"]
    names = dict(_spellings(state.resolve(other)["properties"]))
    place = "parameters" if at_parameters else "instances[]"
    return {name: f"{place}.{names[name]}"} if name in names else {}


def _canonical_choice(state: Normalization, value: str, schema: Schema, path: str) -> str:
    choices = {fold_key(choice): choice for choice in schema["enum"]}
    old_names: Mapping[str, str] = schema.get("x-aliases", {})
    for old, new in old_names.items():
        if fold_key(value) == fold_key(old):
            state.warnings.append(f"{path}: {old} is the deprecated name of {new}.")
            return new
    return str(choices.get(fold_key(value), value))


def _unknown_field(key: str, path: str, names: Mapping[str, str]) -> str:
    near = get_close_matches(fold_key(key), names, n=1, cutoff=0.6) if _is_short(key) else []
    hint = f" Did you mean {names[near[0]]}?" if near else ""
    return f"{redact(path[:200])} is not a known field, so it is ignored.{hint}"


def fold_key(name: str) -> str:
    """A name without its case, hyphens and underscores."""
    return _fold(name) if _is_short(name) else name


@lru_cache(maxsize=1024)
def _fold(name: str) -> str:
    return re.sub("[-_]", "", name).casefold()


def _is_blank(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and value.isspace())


def _is_short(name: str) -> bool:
    return len(name) <= MAX_NAME_LENGTH
