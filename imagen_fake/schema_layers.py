"""Request schemas in layers: a task's own, and what models and surfaces change in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from jsonschema_rs import Draft202012Validator

from imagen_fake.json_tree import at, merge


@dataclass(frozen=True)
class RequestSchema:
    """A JSON Schema with its validator, and those of its warnings with their texts."""

    schema: Mapping[str, Any]
    validator: Draft202012Validator
    warnings: tuple[tuple[Draft202012Validator, str], ...]

    @classmethod
    def of(cls, schema: dict[str, Any]) -> Self:
        """The schema, ready to validate."""
        rules = schema.get("x-warnings", ())
        warnings = tuple((Draft202012Validator(rule["if"]), rule["text"]) for rule in rules)
        return cls(schema, Draft202012Validator(schema), warnings)


def inline_refs(node: Any, read: Callable[[str], Any]) -> Any:
    """A schema with every `$ref` to another file replaced by what stands there.

    `read` gives the schema in a file. Keywords beside a `$ref` are kept, and win.
    """
    if isinstance(node, list):
        return [inline_refs(child, read) for child in node]
    if not isinstance(node, Mapping):
        return node
    file, _, pointer = str(node.get("$ref", "")).partition("#/")
    if not file:
        return {key: inline_refs(child, read) for key, child in node.items()}
    target = inline_refs(at(read(file), pointer), read)
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def narrow(schema: Any, layer: Mapping[str, Any]) -> Any:
    """A request schema with a layer's `instance` and `parameters` merged into its `$defs`."""
    parts = {part: value for part, value in layer.items() if not part.startswith("x-")}
    patch = {part: {"properties": properties} for part, properties in parts.items()}
    return merge(schema, {"$defs": patch})
