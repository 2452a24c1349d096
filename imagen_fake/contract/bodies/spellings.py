"""The spellings of other clients: none of their changes to a body changes what it requests."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.operation import Operation, Path, Schema

Spelling = Callable[[Any, Schema, Path], Any]
"""A value in another spelling, by its schema and its place; its children are respelled before."""

CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SWAPPED = str.maketrans("-_", "_-")


def respell(operation: Operation, value: Any, spelling: Spelling, path: Path = ()) -> Any:
    """A body in which every value that has a schema is in another spelling."""
    schema = operation.schema_at(path)
    if schema.get("x-effect") == "none":
        return value
    if isinstance(value, Mapping):
        value = {
            name: respell(operation, item, spelling, (*path, name)) for name, item in value.items()
        }
    if isinstance(value, list):
        value = [respell(operation, item, spelling, (*path, 0)) for item in value]
    return spelling(value, schema, path)


def with_floats(value: Any, schema: Schema, _path: Path) -> Any:
    """Numbers of languages without integers."""
    is_whole = isinstance(value, int) and schema.get("type") in ("integer", "number")
    return float(value) if is_whole else value


def respelled_enum(respelling: Callable[[str], str]) -> Spelling:
    """A spelling of the values of enums."""

    def spelling(value: Any, schema: Schema, _path: Path) -> Any:
        listed = isinstance(value, str) and value in schema.get("enum", ())
        return respelling(value) if listed else value

    return spelling


def renamed_keys(rename: Callable[[str, Schema], str]) -> Spelling:
    """A spelling of the keys of objects, by the schema of each."""

    def spelling(value: Any, schema: Schema, _path: Path) -> Any:
        properties = schema.get("properties", {})
        if not isinstance(value, Mapping):
            return value
        return {
            rename(name, properties[name]) if name in properties else name: item
            for name, item in value.items()
        }

    return spelling


def by_aliases(value: Any, schema: Schema, _path: Path) -> Any:
    """Values of enums by their deprecated names."""
    old = {new: name for name, new in (schema.get("x-aliases") or {}).items()}
    return old.get(value, value) if isinstance(value, str) else value


def by_names(value: Any, schema: Schema, _path: Path) -> Any:
    """Numbers by the names that a table has for them."""
    if "x-names" not in schema or not isinstance(value, int):
        return value
    return spec.table(schema["x-names"])["names"][value]


def with_nulls(value: Any, schema: Schema, path: Path) -> Any:
    """A null for every missing field."""
    if not isinstance(value, Mapping) or not path:
        return value
    return {**dict.fromkeys(schema.get("properties", {})), **value}


def in_the_instance(value: Any, schema: Schema, path: Path) -> Any:
    """Parameters where some clients put them."""
    moved = schema.get("x-moved", {}).get("value", {}) if not path else {}
    for name, place in moved.items():
        *around, last = place.split(".")
        holder = value.get("parameters", {})
        for step in around:
            holder = (holder or {}).get(step)
        if isinstance(holder, dict) and last in holder:
            value["instances"][0][name] = holder.pop(last)
    return value


def with_unknown_keys(value: Any, _schema: Schema, path: Path) -> Any:
    """An unknown parameter, which is ignored with a warning."""
    return {**value, "flavour": "sweet"} if path == ("parameters",) else value


SPELLINGS: Mapping[str, Spelling] = {
    "floats": with_floats,
    "upper case": respelled_enum(str.upper),
    "lower case": respelled_enum(str.lower),
    "hyphens": respelled_enum(lambda value: value.translate(SWAPPED)),
    "old names": by_aliases,
    "names for numbers": by_names,
    "nulls": with_nulls,
    "unknown keys": with_unknown_keys,
    "in the instance": in_the_instance,
    "other names": renamed_keys(lambda name, schema: schema.get("x-spellings", (name,))[0]),
    "snake case": renamed_keys(lambda name, _schema: CAPITAL.sub("_", name).lower()),
}
"""What real clients do to a body without any effect; several apply in this order."""
