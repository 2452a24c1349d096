"""The same body as other clients write it: nothing that they change changes what is asked."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.form import Form, Path, Schema

Write = Callable[[Form, Any, Schema, Path], Any]
"""A value in another spelling, by its schema and its place; objects and lists come written."""

CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def respelled(form: Form, value: Any, write: Write, path: Path = ()) -> Any:
    """A body in which every value that has a schema is written in another way."""
    schema = form.at(path)
    if schema.get("x-effect") == "none":
        return value
    if isinstance(value, Mapping):
        value = {name: respelled(form, item, write, (*path, name)) for name, item in value.items()}
    if isinstance(value, list):
        value = [respelled(form, item, write, (*path, 0)) for item in value]
    return write(form, value, schema, path)


def with_floats(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Numbers as languages without integers write them."""
    whole = isinstance(value, int) and schema.get("type") in ("integer", "number")
    return float(value) if whole else value


def in_snake_case(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Keys as Python writes them."""
    known = schema.get("properties", {})
    return _renamed(value, lambda name: CAPITAL.sub("_", name).lower() if name in known else name)


def under_other_names(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Keys by the other names that fields have."""
    known: Mapping[str, Schema] = schema.get("properties", {})
    return _renamed(value, lambda name: known.get(name, {}).get("x-spellings", (name,))[0])


def in_upper_case(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values in capitals."""
    return value.upper() if _is_choice(value, schema) else value


def in_lower_case(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values in small letters."""
    return value.lower() if _is_choice(value, schema) else value


def with_other_hyphens(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values with hyphens for underscores, and the other way round."""
    swapped = str.maketrans("-_", "_-")
    return value.translate(swapped) if _is_choice(value, schema) else value


def by_old_names(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Listed values by their deprecated names."""
    old = {new: name for name, new in (schema.get("x-aliases") or {}).items()}
    return old.get(value, value) if isinstance(value, str) else value


def by_names(_form: Form, value: Any, schema: Schema, _path: Path) -> Any:
    """Numbers by the names that a table has for them."""
    if "x-names" not in schema or not isinstance(value, int):
        return value
    return spec.table(schema["x-names"])["names"][value]


def with_nulls(_form: Form, value: Any, schema: Schema, path: Path) -> Any:
    """A null for whatever is not said."""
    if not isinstance(value, Mapping) or not path:
        return value
    return {**dict.fromkeys(schema.get("properties", {})), **value}


def in_the_instance(_form: Form, value: Any, schema: Schema, path: Path) -> Any:
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


def with_unknown_keys(_form: Form, value: Any, _schema: Schema, path: Path) -> Any:
    """A parameter that nobody knows, which is warned of and ignored."""
    return {**value, "flavour": "sweet"} if path == ("parameters",) else value


SPELLINGS: Mapping[str, Write] = {
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
"""What real clients do to a body, each without any effect; several go together in this order."""


def _renamed(value: Any, name_of: Callable[[str], str]) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name_of(name): item for name, item in value.items()}


def _is_choice(value: Any, schema: Schema) -> bool:
    return isinstance(value, str) and value in schema.get("enum", ())
