"""What a body means, as the kit reads it: names and values as the schema has them, and defaults.

None of this is the fake's: a mistake in its reading must not be the kit's, too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec

Schema = Mapping[str, Any]


def fold(name: str) -> str:
    """A name in any spelling: without its case, hyphens and underscores."""
    return name.replace("-", "").replace("_", "").casefold()


def resolve(document: Schema, schema: Schema) -> Schema:
    """What a `$ref` within the document stands for, else the schema itself."""
    if "$ref" not in schema:
        return schema
    target: Any = document
    for step in schema["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return resolve(document, target)


def canonical(document: Schema, value: Any, schema: Schema) -> Any:
    """A value with the names and choices of its schema; what has no effect is left out."""
    schema = resolve(document, schema)
    if "x-single" in schema and isinstance(value, Mapping):
        value = [value]
    if isinstance(value, list):
        return [canonical(document, item, schema.get("items", {})) for item in value]
    if isinstance(value, Mapping) and "properties" in schema:
        return dict(_fields(document, value, schema["properties"]))
    if isinstance(value, str):
        return _choice(value, schema)
    whole = isinstance(value, float) and value == value // 1
    return int(value) if whole and schema.get("type") in ("integer", "number") else value


def with_defaults(document: Schema, value: Any, schema: Schema) -> Any:
    """A value with the default of every field that is missing, at any depth."""
    schema = resolve(document, schema)
    if isinstance(value, list):
        return [with_defaults(document, item, schema.get("items", {})) for item in value]
    if not isinstance(value, Mapping):
        return value
    fields = schema.get("properties", {})
    missing = {
        name: field["default"]
        for name, field in fields.items()
        if name not in value and "default" in field and "x-effect" not in field
    }
    return {
        name: with_defaults(document, item, fields.get(name, {}))
        for name, item in {**value, **missing}.items()
    }


def request_with_defaults(document: Schema, body: Any) -> Any:
    """A whole body with every default; parameters that are missing have theirs, too."""
    if isinstance(body, Mapping) and "parameters" in document["properties"]:
        body = {"parameters": {}, **body}
    return with_defaults(document, body, document)


def _fields(
    document: Schema, value: Mapping[str, Any], fields: Schema
) -> Iterator[tuple[str, Any]]:
    names = {
        fold(spelling): name
        for name, field in fields.items()
        for spelling in (*field.get("x-spellings", ()), name)
    }
    for key, item in value.items():
        name = names.get(fold(key))
        if name and item is not None and resolve(document, fields[name]).get("x-effect") != "none":
            yield name, canonical(document, item, fields[name])


def _choice(value: str, schema: Schema) -> Any:
    """The choice of an enum, or the number in a table of names, that a text stands for."""
    choices: dict[str, Any] = {fold(str(one)): one for one in schema.get("enum", ())}
    choices |= {fold(old): new for old, new in (schema.get("x-aliases") or {}).items()}
    if "x-names" in schema:
        names = spec.table(schema["x-names"])["names"]
        choices |= {fold(name): number for number, name in enumerate(names)}
    return choices.get(fold(value), value)
