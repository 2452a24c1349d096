"""The spellings of other clients: none of their changes to a body changes what it requests."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.operation import Operation, Path, Schema

Spelling = Callable[[Operation, Any, Schema, Path], Any]
"""A value in another spelling, by its schema and its place; its children are respelled before."""

CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def respell(operation: Operation, value: Any, spelling: Spelling, path: Path = ()) -> Any:
    """A body in which every value that has a schema is written in another way."""
    schema = operation.schema_at(path)
    if schema.get("x-effect") == "none":
        return value
    if isinstance(value, Mapping):
        value = {
            name: respell(operation, item, spelling, (*path, name)) for name, item in value.items()
        }
    if isinstance(value, list):
        value = [respell(operation, item, spelling, (*path, 0)) for item in value]
    return spelling(operation, value, schema, path)


def with_floats(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Numbers as languages without integers write them."""
    is_whole = isinstance(value, int) and schema.get("type") in ("integer", "number")
    return float(value) if is_whole else value


def in_snake_case(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Keys as Python writes them."""
    properties = schema.get("properties", {})
    return _renamed(
        value, lambda name: CAPITAL.sub("_", name).lower() if name in properties else name
    )


def under_other_names(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Keys by the other names that fields have."""
    properties: Mapping[str, Schema] = schema.get("properties", {})
    return _renamed(value, lambda name: properties.get(name, {}).get("x-spellings", (name,))[0])


def in_upper_case(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values in capitals."""
    return value.upper() if _is_choice(value, schema) else value


def in_lower_case(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values in small letters."""
    return value.lower() if _is_choice(value, schema) else value


def with_other_hyphens(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values with hyphens for underscores, and the other way round."""
    swapped = str.maketrans("-_", "_-")
    return value.translate(swapped) if _is_choice(value, schema) else value


def by_old_names(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values by their deprecated names."""
    old = {new: name for name, new in (schema.get("x-aliases") or {}).items()}
    return old.get(value, value) if isinstance(value, str) else value


def by_names(_operation: Operation, value: Any, schema: Schema, _path: Path) -> Any:
    """Numbers by the names that a table has for them."""
    if "x-names" not in schema or not isinstance(value, int):
        return value
    return spec.table(schema["x-names"])["names"][value]


def with_nulls(_operation: Operation, value: Any, schema: Schema, path: Path) -> Any:
    """A null for every missing field."""
    if not isinstance(value, Mapping) or not path:
        return value
    return {**dict.fromkeys(schema.get("properties", {})), **value}


def in_the_instance(_operation: Operation, value: Any, schema: Schema, path: Path) -> Any:
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


def with_unknown_keys(_operation: Operation, value: Any, _schema: Schema, path: Path) -> Any:
    """An unknown parameter, which is ignored with a warning."""
    return {**value, "flavour": "sweet"} if path == ("parameters",) else value


SPELLINGS: Mapping[str, Spelling] = {
    "floats": with_floats,
    "upper case": in_upper_case,
    "lower case": in_lower_case,
    "hyphens": with_other_hyphens,
    "old names": by_old_names,
    "names for numbers": by_names,
    "nulls": with_nulls,
    "unknown keys": with_unknown_keys,
    "in the instance": in_the_instance,
    "other names": under_other_names,
    "snake case": in_snake_case,
}
"""What real clients do to a body without any effect; several apply in this order."""


def _renamed(value: Any, name_of: Callable[[str], str]) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name_of(name): item for name, item in value.items()}


def _is_choice(value: Any, schema: Schema) -> bool:
    return isinstance(value, str) and value in schema.get("enum", ())
