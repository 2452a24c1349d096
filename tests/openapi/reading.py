"""The documents, read as a client's generator reads them."""

from collections.abc import Iterator, Mapping
from typing import Any

Part = Mapping[str, Any]


def followed(document: Part, node: Any) -> Any:
    """A part with every reference in it replaced by what it refers to."""
    if isinstance(node, list):
        return [followed(document, child) for child in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return followed(document, found)
    return {key: followed(document, child) for key, child in node.items()}


def operations(document: Part) -> Iterator[tuple[str, str, Part]]:
    """Every operation with its path and method."""
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post"}:
            yield path, method, item[method]


def bodies(document: Part, operation: Part) -> list[Any]:
    """The schemas of the bodies that an operation takes, references followed."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return [followed(document, one) for one in schema.get("anyOf", [schema])]


def properties(schema: Part, path: str = "") -> Iterator[tuple[str, Part]]:
    """Every field below a schema with its path; nothing below one without effect.

    What a canonical schema refuses, `not: {}`, counts as no field.
    """
    for name, field in _not_null(schema).get("properties", {}).items():
        here = f"{path}.{name}"
        if "x-effect" in field or field.get("not") == {} or field.get("type") == "null":
            yield here, {}
            continue
        yield here, field
        yield from properties(field, here)
        yield from properties(_not_null(field).get("items", {}), f"{here}[]")


def _not_null(schema: Part) -> Part:
    """What a schema says of all but null."""
    alternatives = schema.get("anyOf", [])
    if {"type": "null"} not in alternatives:
        return schema
    return next(one for one in alternatives if one != {"type": "null"})
